"""Pixels to files, whole or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest

from facekit.errors import ImageError
from facekit.imaging import decode, encode_png, read_image, save_image
from facekit.types import Pixels


def noise() -> Pixels:
    return np.random.default_rng(3).integers(0, 256, (20, 31, 3), np.uint8)


def test_encode_png_when_decoded_returns_the_same_pixels() -> None:
    np.testing.assert_array_equal(decode(encode_png(noise())), noise())


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.tif", "a.TIFF"])
def test_save_image_when_format_is_lossless_keeps_every_pixel(tmp_path: Path, name: str) -> None:
    save_image(tmp_path / name, noise())
    np.testing.assert_array_equal(read_image(tmp_path / name), noise())
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize("name", ["a.jpg", "a.jpeg", "a.webp"])
def test_save_image_when_format_is_lossy_keeps_the_picture(tmp_path: Path, name: str) -> None:
    ramp = np.repeat(np.linspace(0, 255, 64).astype(np.uint8)[None, :, None], 48, axis=0).repeat(3, axis=2)
    save_image(tmp_path / name, ramp)
    assert np.abs(read_image(tmp_path / name).astype(int) - ramp).mean() < 3


def test_save_image_when_file_exists_replaces_it(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    save_image(path, noise())
    np.testing.assert_array_equal(read_image(path), noise())


@pytest.mark.parametrize("name", ["a.heic", "a", "a.gif", "missing/a.png"])
def test_save_image_when_it_cannot_be_written_raises_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(ImageError) as caught:
        save_image(tmp_path / name, noise())
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_save_image_when_target_is_a_folder_raises_and_leaves_no_scratch_file(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(ImageError, match="cannot be written"):
        save_image(tmp_path / "a.png", noise())
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
