"""Which place answers for which face, against a slow loop; what the numbers mean, in torch and in the product's numpy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from facekit.detectors.convolutional import decoded, places
from training.detection.places import AssignOptions, Places, assign, decoded_boxes, decoded_points

NOTHING = torch.full((1, 1, 4), torch.nan)


def test_places_of_a_picture_are_those_of_the_product() -> None:
    ours = Places.of(96, 64)
    middles, strides = places(96, 64)
    np.testing.assert_array_equal(ours.centres, middles)
    np.testing.assert_array_equal(ours.strides, strides)
    assert len(middles) == 96 * 64 // 64 + 96 * 64 // 256 + 96 * 64 // 1024
    assert middles[0].tolist() == [4, 4]
    assert middles[-1].tolist() == [48, 80]


def test_decoded_answers_are_the_same_in_torch_and_in_numpy() -> None:
    answers = torch.randn(126, 15, generator=torch.Generator().manual_seed(1))
    boxes, points, scores = decoded(answers.numpy(), (96, 64), 0.5)
    kept = answers[:, 0] >= 0
    ours = Places.of(96, 64)
    np.testing.assert_allclose(boxes, decoded_boxes(answers, ours)[kept], rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(points, decoded_points(answers, ours)[kept], rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(scores, answers[kept, 0].sigmoid(), rtol=1e-5)


def test_decoded_answer_of_a_known_place_is_worked_by_hand() -> None:
    answers = np.zeros((21, 15), np.float32)  # 32×32: 16 places of stride 8, 4 of 16, 1 of 32
    answers[:, 0] = -10
    answers[17] = [3, 0.5, -0.25, np.log(2), 0, *[1, 2] * 5]  # stride 16, row 0, column 1: its middle is (24, 8)
    boxes, points, scores = decoded(answers, (32, 32), 0.5)
    np.testing.assert_allclose(boxes, [(32 - 16, 4 - 8, 32 + 16, 4 + 8)], atol=1e-5)
    np.testing.assert_allclose(points, [[(40, 40)] * 5], atol=1e-5)
    assert scores == pytest.approx([1 / (1 + np.exp(-3))])


def test_assign_of_drawn_faces_equals_the_slow_loop() -> None:
    rng = np.random.default_rng(2)
    options, ours = AssignOptions(), Places.of(128, 128)
    for _ in range(10):
        corners = rng.uniform(0, 90, (4, 2))
        boxes = np.concatenate([corners, corners + np.exp(rng.uniform(2, 5, (4, 2)))], axis=1).astype(np.float32)
        got = assign(torch.from_numpy(boxes)[None], NOTHING, ours, options)
        faces, is_open = slow_assign(boxes, ours, options)
        assert got.faces[0].tolist() == faces
        assert got.is_open[0].tolist() == is_open


def slow_assign(boxes: np.ndarray, ours: Places, options: AssignOptions) -> tuple[list[int], list[bool]]:
    ranges = {8: (0.0, options.limits[0]), 16: options.limits, 32: (options.limits[1], np.inf)}
    faces, is_open = [], []
    for (x, y), stride in zip(ours.centres.tolist(), ours.strides.tolist(), strict=True):
        low, high = ranges[int(stride)]
        best, best_size, doubtful = -1, np.inf, False
        for row, (x0, y0, x1, y1) in enumerate(boxes):
            size = float(np.sqrt((x1 - x0) * (y1 - y0)))
            reach = min(max(options.radius * size, stride / 2), 1.5 * stride)
            if max(abs(x - (x0 + x1) / 2), abs(y - (y0 + y1) / 2)) > reach:
                continue
            if low < size <= high and size < best_size:
                best, best_size = row, size
            doubtful |= low / options.slack < size <= high * options.slack
        faces.append(best)
        is_open.append(doubtful and best < 0)
    return faces, is_open


def test_assign_gives_every_face_a_place_however_small() -> None:
    box = torch.tensor([[[61.0, 61.0, 62.0, 62.0]]])
    assert (assign(box, NOTHING, Places.of(128, 128), AssignOptions()).faces >= 0).any()


def test_assign_leaves_places_on_an_ignored_box_open() -> None:
    ignored = torch.tensor([[[0.0, 0.0, 64.0, 64.0]]])
    assigned = assign(NOTHING, ignored, Places.of(64, 64), AssignOptions())
    assert assigned.is_open.all()
    assert (assigned.faces < 0).all()
