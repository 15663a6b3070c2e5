"""Views in which the places move with the picture: marks are drawn, and found again where the places say."""

from __future__ import annotations

import numpy as np
import pytest

from facekit.types import FloatArray, Pixels
from tests.support.training_data import UNCHANGED
from training.data.augment import AugmentOptions
from training.data.placed import Placed, cut, squeezed, view

MOVED = AugmentOptions(
    mirror_rate=0.5, rotation_deg=20.0, scale=0.15, shift_px=4.0, low_resolution_rate=0.0, blur_rate=0.0,
    jpeg_rate=0.0, light_rate=0.0, low_light_rate=0.0, grey_rate=0.0, cover_rate=0.0,
)  # fmt: skip
MARKS = np.array([(50.0, 40.0), (90.0, 40.0), (70.0, 80.0)])


def marked(width: int, height: int, points: FloatArray) -> Pixels:
    """A soft spot at each point, one in each channel."""
    rows, columns = np.mgrid[:height, :width]
    spots = [np.exp(-0.5 * ((columns - x) ** 2 + (rows - y) ** 2) / 9) for x, y in points]
    return np.stack([(255 * spot).astype(np.uint8) for spot in spots], axis=2)


def found(pixels: Pixels) -> FloatArray:
    """The middle of each channel's light, in shares of the sides."""
    height, width = pixels.shape[:2]
    rows, columns = np.mgrid[:height, :width]
    light = pixels.astype(np.float64)
    middles = [((columns * light[..., each]).sum(), (rows * light[..., each]).sum()) / light[..., each].sum() for each in range(3)]
    return ((np.array(middles) + 0.5) / (width, height)).astype(np.float32)


def picture(width: int = 140, height: int = 120) -> Placed:
    return cut(marked(width, height, MARKS), MARKS, "drawn")


@pytest.mark.parametrize("seed", range(8))
def test_places_of_a_view_are_where_the_marks_went(seed: int) -> None:
    seen = view(picture(140, 140), 64, MOVED, np.random.default_rng(seed), mirrored=(1, 0, 2))
    straight, swapped = found(seen.pixels), found(seen.pixels)[[1, 0, 2]]
    is_mirrored = np.random.default_rng(seed).random() < 0.5
    np.testing.assert_allclose(seen.places, swapped if is_mirrored else straight, atol=0.006)


def test_squeezed_picture_gives_up_its_proportions_and_keeps_its_shares() -> None:
    np.testing.assert_allclose(found(squeezed(picture(), 64)), picture().places, atol=0.006)


def test_corners_of_the_picture_are_0_and_1() -> None:
    corners = np.array([(-0.5, -0.5), (139.5, 119.5)])
    np.testing.assert_allclose(cut(marked(140, 120, MARKS), corners, "").places, [(0, 0), (1, 1)], atol=1e-6)


def test_large_picture_is_kept_shrunk_with_the_same_shares() -> None:
    large = cut(marked(560, 480, MARKS * 4), MARKS * 4, "")
    assert max(large.pixels.shape) == 112
    np.testing.assert_allclose(found(large.pixels), large.places, atol=0.004)


def test_view_that_is_not_wanted_is_only_mirrored_at_the_most() -> None:
    always = AugmentOptions(**{**{name: getattr(MOVED, name) for name in MOVED.__slots__}, "mirror_rate": 1.0})
    seen = view(picture(), 64, always, np.random.default_rng(0), mirrored=(1, 0, 2), is_wanted=lambda places: False)
    np.testing.assert_allclose(seen.places, (picture().places * (-1, 1) + (1, 0))[[1, 0, 2]], atol=1e-6)


def test_view_without_change_is_the_squeezed_picture() -> None:
    seen = view(picture(), 64, UNCHANGED, np.random.default_rng(0), mirrored=(1, 0, 2))
    assert np.array_equal(seen.pixels, squeezed(picture(), 64))
    np.testing.assert_allclose(seen.places, picture().places, atol=1e-6)


def test_view_of_an_empty_picture_has_no_places() -> None:
    empty = cut(marked(140, 120, MARKS), np.zeros((0, 2)), "room")
    assert not empty.has_places
    assert not view(empty, 64, MOVED, np.random.default_rng(1), mirrored=(1, 0, 2)).has_places
