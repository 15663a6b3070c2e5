"""Clips of moving people."""

from __future__ import annotations

import itertools

import numpy as np

from facekit.synthetic import clip, render

_SMALL = {"width": 160, "height": 120}


def test_clip_gives_as_many_pictures_as_asked_for_of_the_size_asked_for() -> None:
    pictures = list(clip((1,), frame_count=4, **_SMALL))
    assert len(pictures) == 4
    assert all(picture.shape == (120, 160, 3) and picture.dtype == np.uint8 for picture in pictures)


def test_clip_of_the_same_seeds_is_equal_bit_for_bit_and_of_another_seed_is_not() -> None:
    first, again, other = (list(clip((2, 3), frame_count=3, seed=seed, **_SMALL)) for seed in (7, 7, 8))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_clip_moves_a_little_from_picture_to_picture() -> None:
    pictures = [picture.astype(int) for picture in clip((1,), frame_count=20, **_SMALL)]
    steps = [float(np.abs(b - a).mean()) for a, b in itertools.pairwise(pictures)]
    assert np.abs(pictures[-1] - pictures[0]).mean() > 0.5
    assert max(steps) < 6.0


def test_clip_when_everyone_has_left_shows_the_room_and_then_they_come_back() -> None:
    # 2 pictures a second: 20 s hold at least one absence of everyone's own
    room = render((), background_seed=0, **_SMALL).astype(int)
    taken = [float((np.abs(picture.astype(int) - room).max(axis=2) > 10).mean()) for picture in clip((4,), frame_count=40, fps=2, **_SMALL)]
    gone = int(np.argmin(taken))
    assert taken[gone] < 0.01
    assert taken[0] > 0.1
    assert max(taken[gone:]) > 0.1


def test_clip_of_nobody_is_the_room() -> None:
    (picture,) = clip((), frame_count=1, **_SMALL)
    assert np.array_equal(picture, render((), background_seed=0, **_SMALL))


def test_clip_may_be_left_early_and_begun_again() -> None:
    first = next(clip((1,), frame_count=1000, **_SMALL))
    assert np.array_equal(first, next(clip((1,), frame_count=1000, **_SMALL)))
