"""Pixels to files."""

from __future__ import annotations

import os
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image

from facekit.errors import ImageError
from facekit.types import Pixels

_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".bmp": "BMP", ".tif": "TIFF", ".tiff": "TIFF"}


def encode_png(pixels: Pixels) -> bytes:
    """The bytes of a PNG file of H×W×3 uint8 RGB pixels: lossless, without metadata."""
    return _encode(pixels, "PNG")


def save_image(path: Path, pixels: Pixels) -> None:
    """Keep H×W×3 uint8 RGB pixels in a file, readable by its owner alone, whole or not at all; the format follows the name's ending.

    Raises:
        ImageError: The ending names no format that can be written, or the file cannot be written.
    """
    kind = _FORMATS.get(path.suffix.lower())
    if kind is None:
        raise ImageError(f"No picture can be saved as {path.name}.", hint=f"The name must end in one of {', '.join(_FORMATS)}.")
    try:
        _replace(path, _encode(pixels, kind))
    except OSError as error:
        raise ImageError(
            f"{path} cannot be written: {error.strerror}.", hint="Check the folder, your rights to it and the room left."
        ) from error


def _encode(pixels: Pixels, kind: str) -> bytes:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **({"quality": 95} if kind in {"JPEG", "WEBP"} else {}))
    return buffer.getvalue()


def _replace(path: Path, data: bytes) -> None:
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(scratch).replace(path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise
