"""Detectors: a picture in, faces with boxes and five points out. One file each, one row in base.DETECTORS."""
