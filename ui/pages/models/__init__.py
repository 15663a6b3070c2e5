"""The encoders on this machine: what they are, and a gallery's move from one to another."""
