"""What the decoder makes of every kind of picture."""

from __future__ import annotations

import os
import struct
import threading
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from facekit.errors import ImageError
from facekit.imaging import MAX_BYTES, MAX_PIXELS, MAX_SIDE, decode, image_files, read_image
from facekit.types import Pixels

WIDTH, HEIGHT = 24, 16


def pattern() -> Pixels:
    """16×24×3: a corner of its own colour each, so that every turn and mirroring shows."""
    pixels = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
    pixels[:8, :8], pixels[:8, -8:], pixels[-8:, :8] = (250, 10, 10), (10, 250, 10), (10, 10, 250)
    return pixels


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def far(left: Pixels, right: Pixels) -> int:
    return int(np.abs(left.astype(int) - right).max())


@pytest.mark.parametrize(
    ("kind", "options", "tolerance"),
    [
        ("PNG", {}, 0),
        ("BMP", {}, 0),
        ("TIFF", {}, 0),
        ("TIFF", {"compression": "tiff_lzw"}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("GIF", {}, 0),
        ("JPEG", {"quality": 100, "subsampling": 0}, 8),
    ],
)
def test_decode_when_format_is_allowed_returns_the_pixels(kind: str, options: dict[str, Any], tolerance: int) -> None:
    pixels = decode(encoded(Image.fromarray(pattern()), kind, **options))
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    assert pixels.flags.writeable
    assert far(pixels, pattern()) <= tolerance


@pytest.mark.parametrize("kind", ["PPM", "ICO", "TGA", "JPEG2000", "PCX", "EPS"])
def test_decode_when_format_is_not_allowed_raises(kind: str) -> None:
    with pytest.raises(ImageError, match="known format"):
        decode(encoded(Image.fromarray(pattern()), kind))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_decode_when_exif_says_how_the_camera_was_held_returns_upright(kind: str, orientation: int) -> None:
    # What a camera stores for the upright pattern: written out by hand from the EXIF table (row 0 is …, column 0 is …).
    up = pattern()
    stored = {
        1: up,
        2: up[:, ::-1],
        3: up[::-1, ::-1],
        4: up[::-1],
        5: up.transpose(1, 0, 2),
        6: up.transpose(1, 0, 2)[::-1],
        7: up.transpose(1, 0, 2)[::-1, ::-1],
        8: up.transpose(1, 0, 2)[:, ::-1],
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"quality": 100, "subsampling": 0} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
    pixels = decode(encoded(Image.fromarray(np.ascontiguousarray(stored)), kind, exif=exif.tobytes(), **options))
    assert pixels.shape == up.shape
    assert far(pixels, up) <= 8


def test_decode_when_exif_is_damaged_returns_the_picture_as_stored() -> None:
    data = encoded(Image.fromarray(pattern()), "PNG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xfe" * 40)
    assert far(decode(data), pattern()) == 0


def test_decode_when_grey_has_16_bits_scales_instead_of_clipping() -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    expected = np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16)[..., None], 3, axis=2)
    for kind in ("PNG", "TIFF"):
        assert far(decode(encoded(Image.fromarray(ramp), kind)), expected) <= 1


def test_decode_when_16_bit_grey_tiff_counts_from_white_inverts() -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    data = encoded(Image.fromarray(ramp), "TIFF", tiffinfo={262: 0})
    assert decode(data)[0, 0, 0] >= 254


def test_decode_when_rgb_has_16_bits_scales_instead_of_clipping() -> None:
    deep = pattern()[..., ::-1].astype(np.uint16) * 257
    for suffix in (".png", ".tiff"):
        data = cv2.imencode(suffix, deep)[1].tobytes()
        assert far(decode(data), pattern()) <= 1


@pytest.mark.parametrize("values", [np.full((4, 4), 0.5, np.float32), np.full((4, 4), 7, np.int32)])
def test_decode_when_tiff_has_32_bits_a_pixel_raises_with_what_to_do(values: Any) -> None:
    with pytest.raises(ImageError, match="8 or 16 bits"):
        decode(encoded(Image.fromarray(values), "TIFF"))


def test_decode_when_cmyk_returns_its_colours() -> None:
    cmyk = Image.fromarray(pattern()).convert("CMYK")
    assert far(decode(encoded(cmyk, "TIFF")), pattern()) <= 2
    # Pillow writes JPEG's CMYK inverted with an Adobe mark, as Photoshop does.
    adobe = encoded(cmyk, "JPEG", quality=100, subsampling=0)
    assert b"Adobe" in adobe
    assert far(decode(adobe), pattern()) <= 12


def test_decode_when_picture_is_transparent_shows_white_through() -> None:
    for mode in ("RGBA", "LA"):
        clear = Image.new(mode, (4, 4))
        assert decode(encoded(clear, "PNG")).min() == 255


def test_decode_when_half_transparent_mixes_with_white() -> None:
    half = Image.new("RGBA", (4, 4), (0, 0, 0, 128))
    assert far(decode(encoded(half, "PNG")), np.full((4, 4, 3), 127, np.uint8)) <= 1


def test_decode_when_palette_has_a_transparent_entry_shows_white_there() -> None:
    palette = Image.fromarray(pattern()).quantize(8)
    entry = palette.getpixel((0, 0))
    for kind in ("PNG", "GIF"):
        pixels = decode(encoded(palette, kind, transparency=entry))
        assert pixels[0, 0].tolist() == [255, 255, 255]
        assert pixels[0, -1].tolist() == [10, 250, 10]


def test_decode_when_one_bit_returns_black_and_white() -> None:
    for kind in ("PNG", "TIFF", "BMP"):
        pixels = decode(encoded(Image.fromarray(pattern()[..., 0] > 128), kind))
        assert set(np.unique(pixels)) == {0, 255}


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_decode_when_animated_returns_the_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    options = {"WEBP": {"lossless": True}}.get(kind, {})
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    assert decode(data)[4, 4].tolist() == [255, 0, 0]


def bmp_header(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)


def test_decode_when_header_is_at_the_limits_says_too_large_only_beyond() -> None:
    for width, height in ((MAX_SIDE + 1, 1), (1, MAX_SIDE + 1), (8000, MAX_PIXELS // 8000 + 1), (60000, 60000)):
        with pytest.raises(ImageError, match=r"too large|too many pixels"):
            decode(bmp_header(width, height))
    with pytest.raises(ImageError, match="cut short"):
        decode(bmp_header(8000, MAX_PIXELS // 8000))


def test_decode_when_bytes_exceed_the_cap_raises() -> None:
    with pytest.raises(ImageError, match=r"MB, more than"):
        decode(bytes(MAX_BYTES + 1))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "TIFF", "WEBP", "GIF"])
def test_decode_when_cut_short_raises_with_name_and_hint(kind: str) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    with pytest.raises(ImageError, match=r"holiday\.jpg") as caught:
        decode(data[: len(data) // 2], name="holiday.jpg")
    assert caught.value.hint


def test_decode_when_pillow_warns_lets_no_warning_out() -> None:
    palette = Image.fromarray(pattern()).quantize(4)
    data = encoded(palette, "PNG", transparency=bytes([0, 128, 255, 255]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        decode(data)
        with pytest.raises(ImageError):
            decode(bmp_header(12000, 10000))  # Pillow itself would only warn of 120 megapixels


def test_decode_when_many_threads_read_returns_every_picture() -> None:
    data, found = encoded(Image.fromarray(pattern()), "PNG"), []
    threads = [threading.Thread(target=lambda: found.append(decode(data))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(far(pixels, pattern()) == 0 for pixels in found)


def test_read_image_when_name_lies_goes_by_the_content(tmp_path: Path) -> None:
    path = tmp_path / "really a png.jpg"
    path.write_bytes(encoded(Image.fromarray(pattern()), "PNG"))
    assert far(read_image(path), pattern()) == 0


@pytest.mark.parametrize(
    "content", [b"", b"Dear Ana,\nhow are you?\n" * 40, b"\xff\xd8\xff", b"RIFF\x10\0\0\0WEBPVP8 ", b"GIF89a", b"II*\0"]
)
def test_read_image_when_content_is_no_picture_raises_naming_the_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.jpg"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=r"letter\.jpg"):
        read_image(path)


def test_read_image_when_path_is_no_readable_file_raises(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.png", tmp_path / ("n" * 300), Path("nul\0byte.png")):
        with pytest.raises(ImageError, match=r"cannot be read|not a file"):
            read_image(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_read_image_when_path_is_a_pipe_raises_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(ImageError, match="not a file"):
        read_image(tmp_path / "pipe.png")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_read_image_when_rights_are_missing_raises(tmp_path: Path) -> None:
    path = tmp_path / "mine.png"
    path.write_bytes(encoded(Image.fromarray(pattern()), "PNG"))
    path.chmod(0)
    with pytest.raises(ImageError, match="rights"):
        read_image(path)


def test_image_files_returns_pictures_only_sorted_by_name(tmp_path: Path) -> None:
    for name in ("b.JPG", "a.png", "c.tiff", "notes.txt", ".hidden.png", "d.heic"):
        (tmp_path / name).touch()
    (tmp_path / "folder.png").mkdir()
    assert [path.name for path in image_files(tmp_path)] == ["a.png", "b.JPG", "c.tiff"]


def test_image_files_when_folder_is_missing_raises(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="cannot be read"):
        image_files(tmp_path / "missing")
