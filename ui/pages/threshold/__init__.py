"""The limit from one's own people."""
