"""Hostile and damaged picture files: pixels or an ImageError, never anything else, and never more than a bounded amount of memory."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path
from struct import pack
from typing import Any

import numpy as np
import pytest
from PIL import Image

from facekit.errors import ImageError
from facekit.imaging import MAX_PIXELS, decode

_FILES, _SEED = 1000, 20261122

# The child limits what it may map beyond what its libraries already do to 1 GB, so an attempt to take more fails there and then.
_CHILD = """
import json, resource, sys, warnings
from pathlib import Path
from facekit.errors import ImageError
from facekit.imaging import decode
warnings.simplefilter("error")
mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (mapped + 2**30, resource.RLIM_INFINITY))
said = {"pixels": 0, "refused": 0, "wrong": []}
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        pixels = decode(path.read_bytes(), name=path.name)
        right = pixels.ndim == 3 and pixels.shape[2] == 3 and pixels.dtype == "uint8" and pixels.flags.c_contiguous
        said["pixels"] += 1
        said["wrong"] += [] if right else [path.name]
    except ImageError as error:
        said["refused"] += 1
        said["wrong"] += [] if path.name in error.message and error.hint else [path.name]
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
said["peak"] = int(status["VmHWM"].split()[0]) * 1024  # ru_maxrss would count what the parent held before exec
print(json.dumps(said))
"""
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="limits and measures memory as Linux does")


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def read_in_child(folder: Path) -> dict[str, Any]:
    """What a process of its own says of every file in the folder; it must end well."""
    child = subprocess.run([sys.executable, "-c", _CHILD, str(folder)], capture_output=True, text=True, timeout=300, check=False)
    assert child.returncode == 0, child.stderr
    said: dict[str, Any] = json.loads(child.stdout)
    return said


def originals() -> list[bytes]:
    """Whole files of all six formats, in the kinds that take different ways through the decoders."""
    rng = np.random.default_rng(_SEED)
    photo = Image.fromarray(rng.integers(0, 256, (12, 16, 3), np.uint8)).resize((96, 72))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    frames = {"save_all": True, "append_images": [photo.rotate(90), photo.rotate(180)]}
    deep = Image.fromarray(rng.integers(0, 65536, (40, 40)).astype(np.uint16))
    return [
        *(encoded(photo, kind) for kind in ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")),
        *(encoded(photo, kind, exif=exif) for kind in ("JPEG", "PNG", "WEBP", "TIFF")),
        *(encoded(photo, kind, **frames) for kind in ("GIF", "WEBP", "PNG", "TIFF")),
        *(encoded(photo, "TIFF", compression=how) for how in ("tiff_lzw", "jpeg", "tiff_adobe_deflate", "packbits")),
        *(encoded(photo.convert("CMYK"), kind) for kind in ("JPEG", "TIFF")),
        *(encoded(photo.quantize(16), kind, transparency=3) for kind in ("PNG", "GIF")),
        *(encoded(deep, kind) for kind in ("PNG", "TIFF")),
        encoded(photo, "JPEG", progressive=True),
        encoded(photo, "WEBP", lossless=True),
        encoded(photo.convert("1"), "TIFF", compression="group4"),
        encoded(photo.convert("RGBA"), "PNG"),
    ]


def damaged(data: bytes, other: bytes, rng: np.random.Generator) -> bytes:
    """The file with bits flipped, bytes replaced, an end cut off, a piece of another file in it, or a piece repeated or missing."""
    raw = np.frombuffer(data, np.uint8).copy()
    first, last = np.sort(rng.integers(0, len(raw), 2))
    match rng.integers(6):
        case 0:
            for place in rng.integers(0, len(raw), rng.integers(1, 30)):
                raw[place] ^= 1 << rng.integers(8)
        case 1:  # headers are short and decide most: aim there
            places = rng.integers(0, min(64, len(raw)), rng.integers(1, 6))
            raw[places] = rng.choice(np.array([0, 1, 0x7F, 0x80, 0xFF], np.uint8), len(places))
        case 2:
            return raw[:last].tobytes()
        case 3:
            return raw[:first].tobytes() + other[len(other) // 3 : len(other) // 2] + raw[first:].tobytes()
        case 4:
            return raw[:first].tobytes() + raw[last:].tobytes()
        case _:
            return raw[:last].tobytes() + raw[first:].tobytes()
    return raw.tobytes()


@needs_linux
def test_decode_when_a_thousand_files_are_damaged_gives_pixels_or_image_errors(tmp_path: Path) -> None:
    rng, files = np.random.default_rng(_SEED), originals()
    for number in range(_FILES):
        data, other = files[number % len(files)], files[rng.integers(len(files))]
        (tmp_path / f"{number:04}").write_bytes(damaged(data, other, rng))
    said = read_in_child(tmp_path)
    assert said["wrong"] == []
    assert said["pixels"] + said["refused"] == _FILES
    assert min(said["pixels"], said["refused"]) > _FILES // 10  # damage that always, or never, shows would test nothing
    assert said["peak"] < 2**30


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG with the chunks before its data, of which there is hardly any."""
    header = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(64))
    every = [(b"IHDR", header), *chunks, (b"IDAT", rows), (b"IEND", b"")]
    body = b"".join(pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data)) for kind, data in every)
    return b"\x89PNG\r\n\x1a\n" + body


def tiff(tags: dict[int, int], data: bytes = b"", *, text: int = 0) -> bytes:
    """A little-endian TIFF of LONG tags, but for the tag `text`, which says that it is one."""
    entries = b"".join(
        pack("<HH", tag, 2 if tag == text else 4) + pack("<II", 4 if tag == text else 1, value) for tag, value in sorted(tags.items())
    )
    return b"II*\0" + pack("<IH", 8, len(tags)) + entries + pack("<I", 0) + data


def webp(width: int, height: int) -> bytes:
    canvas = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + pack("<I", len(canvas)) + canvas
    return b"RIFF" + pack("<I", len(body)) + body


@functools.cache
def bombs() -> dict[str, bytes]:
    """Small files that ask for much memory, each in its own way."""
    zeros = zlib.compress(bytes(200_000_000))
    side = 60_000
    blank = {256: 100, 257: 100, 258: 8, 259: 5, 262: 1, 277: 1}
    return {
        "png header": png(side, side),
        "png text": png(8, 8, *[(b"zTXt", b"Comment\0\0" + zeros)] * 20),
        "png international text": png(8, 8, (b"iTXt", b"Comment\0\1\0\0\0" + zeros)),
        "png profile": png(8, 8, (b"iCCP", b"sRGB\0\0" + zeros)),
        "gif canvas": b"GIF89a" + pack("<HHBBB", 65535, 65535, 0, 0, 0) + b"," + pack("<HHHHB", 0, 0, 65535, 65535, 0) + b"\x02\0;",
        "gif frame beyond its canvas": b"GIF89a"
        + pack("<HHBBB", 8, 8, 0, 0, 0)
        + b","
        + pack("<HHHHB", 60000, 60000, 5000, 5000, 0)
        + b"\x02\0;",
        "webp canvas": webp(16384, 16384),
        "webp widest": webp(2**24, 2**24),
        "bmp header": b"BM" + pack("<IHHI", 54, 0, 0, 54) + pack("<IiiHHIIiiII", 40, side, side, 1, 24, 0, 0, 0, 0, 0, 0),
        "jpeg header": b"\xff\xd8\xff\xc0"
        + pack(">HBHHB", 17, 8, side, side, 3)
        + b"\1\x11\0\2\x11\0\3\x11\0\xff\xda\0\x0c\3\1\0\2\0\3\0\0\x3f\0",
        "tiff header": tiff(blank | {256: side, 257: side, 273: 8, 279: 100}),
        "tiff tiles": tiff(blank | {322: side, 323: side, 324: 8, 325: 100}, bytes(200)),
        "tiff tiles of text": tiff(blank | {322: 0x636261, 323: 2**31, 324: 8, 325: 100}, bytes(200), text=322),
        "tiff strips": tiff(blank | {278: 2**31, 273: 8, 279: 2**32 - 1}, bytes(200)),
        "tiff samples": tiff(blank | {277: 65535, 273: 8, 279: 100}, bytes(200)),
        "tiff count": b"II*\0" + pack("<IHHHII", 8, 1, 258, 4, 2**32 - 1, 16) + bytes(40),
    }


@needs_linux
def test_decode_when_small_files_ask_for_much_memory_refuses_them(tmp_path: Path) -> None:
    for name, data in bombs().items():
        (tmp_path / name).write_bytes(data)
    said = read_in_child(tmp_path)
    assert said["wrong"] == []
    assert said["peak"] < 300e6


@pytest.mark.parametrize("name", sorted(set(bombs()) - {"png text", "png international text", "png profile"}))
def test_decode_when_header_is_huge_raises(name: str) -> None:
    with pytest.raises(ImageError):
        decode(bombs()[name], name=name)


@needs_linux
@pytest.mark.slow
def test_decode_when_picture_is_as_large_as_allowed_stays_below_a_gigabyte(tmp_path: Path) -> None:
    # Transparent WebP, turned by EXIF, takes the most of all: the decoder keeps canvases of its own.
    exif = Image.Exif()
    exif[0x0112] = 8
    Image.new("RGBA", (8000, MAX_PIXELS // 8000), (200, 150, 100, 128)).save(tmp_path / "large.webp", quality=10, method=0, exif=exif)
    said = read_in_child(tmp_path)
    assert said["pixels"] == 1
    assert said["peak"] < 2**30
