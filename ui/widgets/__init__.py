"""The pieces that pages are made of. No facekit calls here: they draw what they are given."""
