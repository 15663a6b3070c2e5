"""Pictures in and out: safe decoding, saving, five-point alignment. Knows no camera and no model."""

from __future__ import annotations

from facekit.imaging.alignment import TEMPLATES, align, realigned, similarity, warped
from facekit.imaging.reading import MAX_BYTES, MAX_PIXELS, MAX_SIDE, decode, image_files, person_folders, read_image
from facekit.imaging.writing import encode_png, save_image

__all__ = [
    "MAX_BYTES",
    "MAX_PIXELS",
    "MAX_SIDE",
    "TEMPLATES",
    "align",
    "decode",
    "encode_png",
    "image_files",
    "person_folders",
    "read_image",
    "realigned",
    "save_image",
    "similarity",
    "warped",
]
