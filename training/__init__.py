"""Training modules: the networks of the lecture and the encoder, on the library's own network definitions."""
