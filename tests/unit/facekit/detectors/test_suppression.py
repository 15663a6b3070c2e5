"""Suppression against a slow clear loop, and the edges."""

from __future__ import annotations

import numpy as np

from facekit.detectors.suppression import ious, suppress
from facekit.types import AnyArray, Box


def drawn(count: int, seed: int) -> tuple[AnyArray, AnyArray]:
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 60, (count, 2))
    return np.concatenate([corners, corners + rng.uniform(8, 30, (count, 2))], axis=1), rng.random(count)


def slow_kept(boxes: AnyArray, scores: AnyArray, max_iou: float) -> list[int]:
    kept: list[int] = []
    for row in sorted(range(len(boxes)), key=lambda index: -scores[index]):
        if all(Box(*boxes[row]).iou(Box(*boxes[other])) <= max_iou for other in kept):
            kept.append(row)
    return kept


def test_suppress_of_drawn_boxes_keeps_what_the_slow_loop_keeps() -> None:
    for seed in range(20):
        boxes, scores = drawn(30, seed)
        groups = suppress(boxes, scores, max_iou=0.4)
        assert [int(group[0]) for group in groups] == slow_kept(boxes, scores, 0.4)
        assert sorted(np.concatenate(groups).tolist()) == list(range(30))


def test_suppress_of_no_boxes_keeps_none() -> None:
    assert suppress(np.zeros((0, 4)), np.zeros(0), max_iou=0.4) == ()


def test_suppress_of_empty_boxes_ends_and_keeps_each() -> None:
    assert len(suppress(np.zeros((3, 4)), np.array([0.1, 0.3, 0.2]), max_iou=0.4)) == 3


def test_ious_of_drawn_boxes_equal_those_of_the_box_type() -> None:
    boxes, _ = drawn(20, 5)
    expected = [Box(*boxes[0]).iou(Box(*box)) for box in boxes]
    np.testing.assert_allclose(ious(boxes[0], boxes), expected, atol=1e-6)
