"""Labels read and written, the test half, and the box and five points of 68."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facekit.types import Box
from training.detection.pictures import Labelled, box_of_68, five_of_68, is_test, overlap, read_labelled, to_line
from training.errors import TrainingError


def test_labels_written_and_read_again_are_the_same(tmp_path: Path) -> None:
    points = np.full((2, 5, 2), np.nan)
    points[1] = np.arange(10).reshape(5, 2)
    one = Labelled.of(tmp_path / "a" / "x.jpg", np.array([(1, 2, 11, 22), (3, 4, 5, 6)]), points, np.array([(0, 0, 9, 9)]))
    path = tmp_path / "labels.jsonl"
    path.write_text(to_line(one, tmp_path) + "\n")
    (again,) = read_labelled(path)
    assert again.image == one.image
    for name in ("boxes", "points", "ignore"):
        np.testing.assert_allclose(getattr(again, name), getattr(one, name), atol=0.05)


@pytest.mark.parametrize("line", ["{", '{"image": "x"}', '{"image": "x", "boxes": [[1, 2, 3, 4]], "points": [null, null]}'])
def test_read_labelled_of_a_wrong_line_names_it(tmp_path: Path, line: str) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(TrainingError, match="Line 1 of"):
        read_labelled(path)


def test_read_labelled_of_no_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="training label"):
        read_labelled(tmp_path / "none.jsonl")


def test_is_test_takes_about_half_and_keeps_the_frames_of_a_person_together() -> None:
    share = np.mean([is_test(Path(f"kaggle/{number}x.jpg")) for number in range(1000)])
    assert 0.45 < share < 0.55
    assert is_test(Path("ytf/Some_Body_12.jpg")) == is_test(Path("elsewhere/ytf/Some_Body_3.jpg"))


def test_five_of_68_are_the_eyes_middles_nose_and_mouth_corners() -> None:
    points = np.zeros((68, 2), np.float32)
    points[36:42], points[42:48] = (10, 20), (30, 20)
    points[30], points[48], points[54] = (20, 30), (12, 40), (28, 40)
    assert five_of_68(points).tolist() == [[10, 20], [30, 20], [20, 30], [12, 40], [28, 40]]


def test_box_of_68_reaches_above_the_brows() -> None:
    points = np.tile(np.array([(20, 30), (60, 80)], np.float32), (34, 1))
    assert box_of_68(points).tolist() == pytest.approx([20, 15, 60, 80])


def test_overlap_of_boxes_equals_that_of_the_box_type() -> None:
    rng = np.random.default_rng(1)
    corners = rng.uniform(0, 40, (6, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(5, 30, (6, 2))], axis=1)
    expected = [[Box(*a).iou(Box(*b)) for b in boxes[:3]] for a in boxes]
    np.testing.assert_allclose(overlap(boxes, boxes[:3]), expected, atol=1e-6)
