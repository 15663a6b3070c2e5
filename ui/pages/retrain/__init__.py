"""Training the encoder in use further on one's own people."""
