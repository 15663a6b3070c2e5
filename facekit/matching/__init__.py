"""Comparing embeddings: distance, gallery, decisions and the vote over frames."""
