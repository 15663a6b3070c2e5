"""The lecture's sliding windows with the shipped weights: one by one and in one pass they say the same."""

from __future__ import annotations

import numpy as np
import pytest

from facekit.detectors.windows import SIDE, STRIDE, WindowsDetector, naive
from facekit.synthetic import still_scene

pytestmark = pytest.mark.models


@pytest.mark.parametrize("size", [(24, 24), (50, 91), (96, 128)])
def test_score_map_in_one_pass_equals_that_of_windows_cut_out(size: tuple[int, int]) -> None:
    picture = np.random.default_rng(4).normal(size=(1, 3, *size)).astype(np.float32)
    one, other = WindowsDetector().score_map(picture), naive().score_map(picture)
    assert one.shape == tuple((length - SIDE) // STRIDE + 1 for length in size)
    np.testing.assert_allclose(one, other, atol=1e-4)


def test_detect_finds_the_same_faces_both_ways() -> None:
    scene = still_scene(1, 0)
    one, other = WindowsDetector(min_face=80).detect(scene.pixels), naive(min_face=80).detect(scene.pixels)
    assert len(one) == len(other) > 0
    for face, same in zip(one, other, strict=True):
        assert face.box.iou(same.box) > 0.99


def test_detect_with_a_larger_smallest_face_looks_at_fewer_sizes() -> None:
    pixels = still_scene(1, 0).pixels
    few, many = (len(list(WindowsDetector(min_face=least)._pyramid(pixels))) for least in (120, 30))
    assert many == few + 6


def test_levels_together_are_what_detect_finds_and_all_windows_are_counted() -> None:
    pixels, detector = still_scene(1, 0).pixels, WindowsDetector(min_face=80)
    levels = list(detector.levels(pixels))
    assert [face.box for face in detector.faces(levels)] == [face.box for face in detector.detect(pixels)]
    assert sum(level.scores.size for level in levels) == detector.window_count(pixels)
    boxes, scores = levels[0].boxes(0.0)
    assert len(boxes) == levels[0].scores.size
    assert scores.tolist() == levels[0].scores.ravel().tolist()
    np.testing.assert_allclose(boxes[1] - boxes[0], [STRIDE / levels[0].scale, 0, STRIDE / levels[0].scale, 0], atol=1e-3)
