"""Views: repeatable, of the same size, and each option does what its name says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from facekit.types import Pixels
from tests.support.training_data import UNCHANGED, patches
from training.data.augment import AugmentOptions, augmented, view_rng


def _view(options: AugmentOptions, index: int = 0) -> Pixels:
    return augmented(patches(3), options, view_rng(1, 2, index)).pixels


def test_augmented_with_the_same_seed_epoch_and_index_is_the_same() -> None:
    first, again = (augmented(patches(3), AugmentOptions(), view_rng(1, 2, 3)) for _ in range(2))
    assert np.array_equal(first.pixels, again.pixels)
    assert first.is_mirrored == again.is_mirrored
    others = [view_rng(2, 2, 3), view_rng(1, 3, 3), view_rng(1, 2, 4)]
    assert all(not np.array_equal(augmented(patches(3), AugmentOptions(), rng).pixels, first.pixels) for rng in others)


def test_augmented_keeps_size_and_type_and_the_picture_it_was_given() -> None:
    face = patches(3)
    kept = face.copy()
    for index in range(100):
        view = augmented(face, AugmentOptions(), view_rng(0, 0, index)).pixels
        assert view.shape == (112, 112, 3)
        assert view.dtype == np.uint8
        assert view.flags.c_contiguous
    assert np.array_equal(face, kept)


def test_augmented_with_nothing_to_do_changes_nothing() -> None:
    assert np.array_equal(_view(UNCHANGED), patches(3))


def test_augmented_mirrored_is_the_mirror_image_and_says_so() -> None:
    view = augmented(patches(3), replace(UNCHANGED, mirror_rate=1.0), view_rng(0, 0, 0))
    assert view.is_mirrored
    assert np.array_equal(view.pixels, patches(3)[:, ::-1])


@pytest.mark.parametrize(
    "change",
    [
        {"rotation_deg": 5.0}, {"scale": 0.1}, {"shift_px": 3.0}, {"low_resolution_rate": 1.0}, {"blur_rate": 1.0}, {"jpeg_rate": 1.0},
        {"light_rate": 1.0}, {"low_light_rate": 1.0}, {"grey_rate": 1.0}, {"cover_rate": 1.0},
    ],
)  # fmt: skip
def test_augmented_by_one_option_alone_changes_the_view(change: dict[str, float]) -> None:
    view = _view(replace(UNCHANGED, **change))  # type: ignore[arg-type]  # all of them are floats
    assert not np.array_equal(view, patches(3))


def test_augmented_grey_has_three_equal_channels() -> None:
    view = _view(replace(UNCHANGED, grey_rate=1.0))
    assert np.array_equal(view[..., 0], view[..., 1])
    assert np.array_equal(view[..., 0], view[..., 2])


def test_augmented_low_light_is_darker() -> None:
    assert _view(replace(UNCHANGED, low_light_rate=1.0)).mean() < 0.9 * patches(3).mean()


def test_augmented_covered_hides_one_rectangle_in_one_colour() -> None:
    view, face = _view(replace(UNCHANGED, cover_rate=1.0)), patches(3)
    rows, columns = np.nonzero((view != face).any(axis=2))
    patch = view[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].reshape(-1, 3)
    assert (patch == patch[0]).all()


def test_augmented_shift_moves_what_is_seen_and_repeats_the_edge() -> None:
    view = _view(replace(UNCHANGED, shift_px=40.0))
    colours = {tuple(colour) for colour in patches(3).reshape(-1, 3).tolist()}
    corners = [tuple(view[row, column].tolist()) for row in (0, -1) for column in (0, -1)]
    assert all(corner in colours for corner in corners)
