"""The one decoder for every entrance: whatever the bytes are, they become upright RGB pixels or an ImageError.

The format is told by the content, never by the file's name. Colour profiles are not applied: all is taken for sRGB.
"""

from __future__ import annotations

import stat
import struct
import threading
import warnings
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from facekit.errors import ImageError
from facekit.types import AnyArray, Pixels

MAX_PIXELS = 40_000_000
"""Checked in the header, before anything is decoded."""
MAX_SIDE = 30_000
"""OpenCV's warps count columns and rows in 16 bits."""
MAX_BYTES = 128 * 1024 * 1024
"""Of a file: 40 megapixels of RGB without compression, and some."""

_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"})
_READABLE = "Facekit reads JPEG, PNG, WebP, BMP, TIFF and GIF."
_AGAIN = "Copy or download it again, or save it again as JPEG or PNG."
_SMALLER = f"Make it smaller: up to {MAX_PIXELS // 1_000_000} megapixels, no side longer than {MAX_SIDE:,} pixels."

_DAMAGE = (
    OSError, SyntaxError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RuntimeError, AssertionError, MemoryError,
    EOFError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow's parsers were seen, or are known, to raise on damaged files."""

_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_BITS_PER_SAMPLE, _PHOTOMETRIC, _TILE_WIDTH, _TILE_LENGTH = 258, 262, 322, 323

# One picture at a time: two large ones at once would break the bound on memory, and catch_warnings is not safe between threads.
_decoding = threading.Lock()


def read_image(path: Path) -> Pixels:
    """The picture in a file, upright, H×W×3 uint8 RGB; see `decode`.

    Raises:
        ImageError: The file is missing, may not be read, is no regular file, is too large, damaged or not a picture.
    """
    return decode(_bytes_of(path), name=str(path))


def decode(data: bytes, *, name: str = "picture") -> Pixels:
    """The picture in the bytes of a file, upright, H×W×3 uint8 RGB, contiguous and writable.

    Of an animation, the first frame. Transparent parts show white, as viewers show them. 16 bits become 8 by scaling.

    Args:
        name: What errors call it.

    Raises:
        ImageError: The bytes are no picture of a known format, damaged, or more than MAX_BYTES, MAX_PIXELS or MAX_SIDE allow.
    """
    if not data:
        raise ImageError(f"{name} is empty.", hint=_AGAIN)
    if len(data) > MAX_BYTES:
        raise ImageError(f"{name} has {len(data) / 1e6:.0f} MB, more than the {MAX_BYTES / 1e6:.0f} MB that are read.", hint=_SMALLER)
    with _decoding, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _decode(data, name)
        except ImageError:
            raise
        except UnidentifiedImageError:
            raise ImageError(f"{name} is not a picture of a known format.", hint=_READABLE) from None
        except Image.DecompressionBombError:
            raise ImageError(f"{name} has too many pixels.", hint=_SMALLER) from None
        except _DAMAGE as error:
            raise ImageError(f"{name} is damaged or cut short ({error or type(error).__name__}).", hint=_AGAIN) from error


def image_files(folder: Path) -> tuple[Path, ...]:
    """The pictures of a folder by the ending of their names, sorted by name; hidden files and folders inside it are left out.

    Raises:
        ImageError: The folder is missing or may not be read.
    """
    try:
        files = [path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES and not path.name.startswith(".") and path.is_file()]
    except OSError as error:
        raise ImageError(f"The folder {folder} cannot be read: {error.strerror}.", hint="Check its name and your rights to it.") from error
    return tuple(sorted(files, key=lambda path: path.name))


def person_folders(folder: Path) -> dict[str, tuple[Path, ...]]:
    """The pictures of each person, a folder a person, by the folders' names; those without a picture are left out.

    Raises:
        ImageError: The folder is missing or may not be read, or no folder in it has a picture.
    """
    try:
        inside = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError as error:
        raise ImageError(f"The folder {folder} cannot be read: {error.strerror}.", hint="Check its name and your rights to it.") from error
    persons = {path.name: files for path in inside if (files := image_files(path))}
    if not persons:
        raise ImageError(f"{folder} has no folders with pictures.", hint="Make one folder a person, named after them.")
    return persons


def _bytes_of(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ImageError(f"{path} is a folder or a device, not a file.", hint="Choose a picture file.")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ImageError(f"{path} cannot be read: {reason}.", hint="Check its name and your rights to it.") from error


def _decode(data: bytes, name: str) -> Pixels:
    rgb, turn = _first_frame(data, name)
    return np.array(rgb if turn is None else rgb.transpose(turn))


def _first_frame(data: bytes, name: str) -> tuple[Image.Image, Image.Transpose | None]:
    """The frame as RGB, and the turn that it still needs: apart from it, so that the decoder's own memory is free by then."""
    if data[:4] == b"RIFF":
        _check_size(_webp_size(data), name)
    with Image.open(BytesIO(data), formats=_FORMATS) as image:
        _check_size(image.size, name)
        _check_tiles(image, name)
        image.load()
        return _rgb(image, name), _turn(image)


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise ImageError(f"{name} has no pixels: {width}×{height}.", hint=_AGAIN)
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise ImageError(f"{name} is too large: {width:,}×{height:,} pixels.", hint=_SMALLER)


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height in the header: Pillow hands the whole file to the decoder, which makes its canvas, before it tells them."""
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    raise UnidentifiedImageError


def _check_tiles(image: Image.Image, name: str) -> None:
    """A TIFF's tile is decoded whole, however small the picture."""
    tags = getattr(image, "tag_v2", {})
    sides = [tags.get(tag, 1) for tag in (_TILE_WIDTH, _TILE_LENGTH)]
    if not all(isinstance(side, int) for side in sides) or sides[0] * sides[1] > MAX_PIXELS:
        raise ImageError(f"{name} has impossible tiles: {sides[0]!s:.20}×{sides[1]!s:.20} pixels.", hint=_AGAIN)


def _rgb(image: Image.Image, name: str) -> Image.Image:
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PNG"):  # Pillow before 11 reads 16-bit PNG as I
        return Image.fromarray(_eight_bits(image)).convert("RGB")
    if image.mode in {"I", "F"}:
        raise ImageError(f"{name} has numbers of 32 bits or fractions for pixels.", hint="Save it with 8 or 16 bits a channel.")
    if image.has_transparency_data:
        ground = Image.new("RGB", image.size, "white")
        seen = image if image.mode == "RGBA" else image.convert("RGBA")
        ground.paste(seen, mask=seen)
        return ground
    return image if image.mode == "RGB" else image.convert("RGB")


def _eight_bits(image: Image.Image) -> Pixels:
    """H×W uint8 of a grey picture with 9 to 16 bits: the upper eight. Pillow's own conversion cuts all above 255 to white."""
    tags = getattr(image, "tag_v2", {})
    bits = tags.get(_BITS_PER_SAMPLE, (16,))[0]
    deep: AnyArray = np.asarray(image)
    grey: Pixels = (deep >> (bits - 8)).astype(np.uint8)
    return np.invert(grey) if tags.get(_PHOTOMETRIC) == 0 else grey


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What brings the picture upright as the camera was held. A damaged EXIF block costs the turn, not the picture."""
    try:
        orientation = image.getexif().get(_ORIENTATION)
    except _DAMAGE:
        return None
    return _UPRIGHT.get(orientation) if isinstance(orientation, int) else None
