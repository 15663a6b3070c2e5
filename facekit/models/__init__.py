"""The encoders on this machine as a gallery's owner sees them: which are in use, and the moves from one to another."""
