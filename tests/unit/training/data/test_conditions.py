"""The fixed changes: each does what its name says, the same each time, and leaves the face that it was given alone."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.training_data import patches
from training.data.conditions import CONDITIONS


@pytest.mark.parametrize("name", CONDITIONS)
def test_condition_is_repeatable_and_spares_the_original(name: str) -> None:
    face = patches(1)
    before = face.copy()
    first, again = (CONDITIONS[name](face, 5) for _ in range(2))
    assert first.shape == face.shape
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert np.array_equal(face, before)
    assert not np.array_equal(first, face)


@pytest.mark.parametrize("side", [24, 16])
def test_low_resolution_has_no_detail_finer_than_its_pixels(side: int) -> None:
    stripes = np.zeros((112, 112, 3), np.uint8)
    stripes[:, ::2] = 200
    small = CONDITIONS[f"{side} pixels"](stripes, 0)
    assert np.abs(small[:, :, 0].astype(int) - 100).max() < 25


def test_grey_has_three_equal_channels() -> None:
    grey = CONDITIONS["grey"](patches(2), 0)
    assert np.array_equal(grey[:, :, 0], grey[:, :, 2])


def test_dark_has_a_fifth_of_the_light_and_another_noise_for_another_picture() -> None:
    face = np.full((112, 112, 3), 200, np.uint8)
    dark = CONDITIONS["dark"](face, 1)
    assert dark.mean() == pytest.approx(40, abs=1.5)
    assert dark.std() == pytest.approx(6, abs=0.5)
    assert not np.array_equal(dark, CONDITIONS["dark"](face, 2))


@pytest.mark.parametrize(("name", "shown_point", "hidden_point"), [("mouth and nose covered", 51, 92), ("eyes covered", 92, 51)])
def test_cover_hides_its_part_of_the_template_and_no_other(name: str, shown_point: int, hidden_point: int) -> None:
    face = patches(3)
    covered = CONDITIONS[name](face, 0)
    assert np.array_equal(covered[shown_point], face[shown_point])
    assert (covered[hidden_point] == covered[hidden_point, 0]).all()
