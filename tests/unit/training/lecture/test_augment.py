"""The lecture's five changes, each by itself."""

from __future__ import annotations

import numpy as np
import pytest

from facekit.types import Pixels
from tests.support.training_data import patches
from training.lecture.augment import EXAMPLES, PictureChanges, changed, examples


def view(changes: PictureChanges, *, seed: int = 0, pixels: Pixels | None = None) -> Pixels:
    return changed(patches(5, 32) if pixels is None else pixels, changes, np.random.default_rng(seed))


def test_changed_by_nothing_is_the_picture() -> None:
    assert np.array_equal(view(PictureChanges()), patches(5, 32))


def test_changed_by_mirror_is_the_mirror_image_as_often_as_asked() -> None:
    assert np.array_equal(view(PictureChanges(mirror=1.0)), patches(5, 32)[:, ::-1])
    mirrored = [np.array_equal(view(PictureChanges(mirror=0.25), seed=seed), patches(5, 32)[:, ::-1]) for seed in range(400)]
    assert 0.18 < sum(mirrored) / 400 < 0.32


def test_changed_by_crop_shows_a_part_of_the_picture_enlarged() -> None:
    column = np.repeat(np.arange(0, 256, 8, dtype=np.uint8)[None, :, None], 32, axis=0)  # each pixel tells its place
    for seed in range(50):
        levels = view(PictureChanges(crop=0.5), seed=seed, pixels=column)[16, :, 0].astype(float) / 8
        step = (levels[-1] - levels[0]) / 31
        assert 0.5 - 0.01 <= step <= 1.0  # 50 % of the side is left at least
        assert levels[0] >= 0
        assert levels[-1] <= 31


def test_changed_by_rotation_turns_about_the_middle_and_not_farther_than_asked() -> None:
    ramp = np.repeat((np.arange(33, dtype=np.uint8) * 4)[None, :, None], 33, axis=0)
    angles = []
    for seed in range(50):
        turned = view(PictureChanges(rotation_deg=20.0), seed=seed, pixels=ramp)[..., 0].astype(float)
        assert turned[16, 16] == pytest.approx(64, abs=1)
        across, down = (turned[16, 22] - turned[16, 10]) / 48, (turned[22, 16] - turned[10, 16]) / 48
        angles.append(np.degrees(np.arctan2(down, across)))
        assert np.hypot(across, down) == pytest.approx(1, abs=0.05)
    assert max(np.abs(angles)) < 21
    assert min(angles) < -10 < 10 < max(angles)


def test_changed_by_shear_shifts_rows_against_each_other_and_keeps_them_level() -> None:
    rows = np.repeat((np.arange(33, dtype=np.uint8) * 4)[:, None, None], 33, axis=1)
    assert np.array_equal(view(PictureChanges(shear=0.3), pixels=rows), rows)
    ramp = np.repeat((np.arange(33, dtype=np.uint8) * 4)[None, :, None], 33, axis=0)
    leant = view(PictureChanges(shear=0.3), seed=3, pixels=ramp)[..., 0].astype(float)
    shifts = (leant[:, 16] - 64) / 4
    assert shifts[16] == pytest.approx(0, abs=0.3)
    assert shifts[20] - shifts[16] == pytest.approx(shifts[16] - shifts[12], abs=0.3)
    assert 1 < abs(shifts[-1] - shifts[0]) <= 0.3 * 33 + 0.5


def test_changed_by_colour_shifts_each_channel_by_one_number() -> None:
    middle = np.full((8, 8, 3), 128, np.uint8)
    shifted = view(PictureChanges(colour=60.0), pixels=middle)
    assert len(np.unique(shifted.reshape(-1, 3), axis=0)) == 1
    assert len({int(level) for level in shifted[0, 0]}) == 3
    assert np.abs(shifted.astype(int) - 128).max() <= 60


def test_changed_colours_stop_at_white() -> None:
    assert view(PictureChanges(colour=60.0), pixels=np.full((8, 8, 3), 250, np.uint8)).max() <= 255


@pytest.mark.parametrize("channels", [1, 3])
def test_changed_keeps_size_channels_and_type_and_follows_from_its_generator(channels: int) -> None:
    changes = PictureChanges(mirror=0.5, crop=0.2, rotation_deg=10, shear=0.1, colour=20)
    pixels = patches(1, 28)[:, :, :channels]
    first, again = (view(changes, seed=7, pixels=pixels) for _ in range(2))
    assert first.shape == (28, 28, channels)
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert not np.array_equal(first, view(changes, seed=8, pixels=pixels))


def test_examples_are_the_picture_and_five_others_side_by_side() -> None:
    row = examples(patches(2, 32))
    assert row.shape == (32, 6 * 32 + 5 * 4, 3)
    parts = [row[:, start : start + 32] for start in range(0, row.shape[1], 36)]
    assert (row[:, 32:36] == 255).all()
    assert np.array_equal(parts[0], patches(2, 32))
    assert not any(np.array_equal(parts[0], part) for part in parts[1:])
    assert list(EXAMPLES) == ["as it is", "mirror", "crop", "rotate", "shear", "colour"]
