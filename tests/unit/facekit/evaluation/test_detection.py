"""Detection's figures by hand-worked values, and against a slow clear loop."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from facekit.errors import EvaluationError, ImageError
from facekit.evaluation.detection import (
    Annotated,
    Found,
    average_precision,
    by_source,
    find_all,
    match,
    rates_of,
    read_annotations,
    report_of,
)
from facekit.types import Box, Face, FloatArray, Pixels
from tests.support.pictures import RED, plain, write_picture


def boxes(*rows: tuple[float, float, float, float]) -> FloatArray:
    return np.array(rows, np.float32).reshape(-1, 4)


def found(truth: FloatArray, said: FloatArray, scores: list[float], ignore: FloatArray | None = None, source: str = "") -> Found:
    return Found(Annotated("a.png", truth, boxes() if ignore is None else ignore, source), said, np.array(scores, np.float32), 1.0)


ONE, TWO = (0, 0, 20, 20), (100, 0, 150, 50)


def test_rates_of_two_faces_with_a_hit_a_false_one_and_a_hit_are_worked_by_hand() -> None:
    # By score: hit (1/1, recall 1/2), false (1/2), hit (2/3, recall 1): AP = 1/2 · 1 + 1/2 · 2/3.
    rates = rates_of([found(boxes(ONE, TWO), boxes(ONE, (200, 200, 220, 220), TWO), [0.9, 0.8, 0.7])], 0.5)
    assert rates.faces == 2
    assert rates.recall is not None
    assert rates.precision is not None
    assert rates.recall.value == 1
    assert rates.precision.value == pytest.approx(2 / 3)
    assert rates.ap == pytest.approx(0.5 + 0.5 * 2 / 3)
    np.testing.assert_allclose(rates.curve, [(0.5, 1, 0.9), (0.5, 0.5, 0.8), (1, 2 / 3, 0.7)], atol=1e-6)


def test_rates_of_a_second_box_on_the_same_face_count_it_as_false() -> None:
    rates = rates_of([found(boxes(ONE), boxes(ONE, (1, 0, 21, 20)), [0.9, 0.8])], 0.5)
    assert rates.precision is not None
    assert rates.precision.value == 0.5


@pytest.mark.parametrize(("overlap", "hits"), [(0.5, 0), (0.3, 1)])
def test_rates_of_a_box_that_covers_two_fifths_depend_on_the_overlap(overlap: float, hits: int) -> None:
    # 20×20 against 20×8 inside it: IoU 0.4.
    rates = rates_of([found(boxes(ONE), boxes((0, 0, 20, 8)), [0.9])], overlap)
    assert rates.recall is not None
    assert rates.recall.value == hits


def test_rates_of_a_box_on_an_ignored_one_do_not_count_it() -> None:
    rates = rates_of([found(boxes(ONE), boxes(ONE, (100, 0, 120, 20)), [0.9, 0.8], ignore=boxes((90, 0, 130, 40)))], 0.5)
    assert rates.precision is not None
    assert rates.precision.value == 1


def test_rates_of_one_size_leave_faces_of_other_sizes_out_on_both_sides() -> None:
    one = found(boxes(ONE, TWO), boxes(ONE, TWO, (200, 0, 250, 50)), [0.9, 0.8, 0.7])
    small, middling = rates_of([one], 0.5, (16, 32)), rates_of([one], 0.5, (32, 64))
    assert small.faces == middling.faces == 1
    assert small.precision is not None
    assert middling.precision is not None
    assert small.precision.value == 1
    assert middling.precision.value == 0.5


def test_rates_of_nothing_to_find_and_nothing_found_are_none() -> None:
    rates = rates_of([found(boxes(), boxes(), [])], 0.5)
    assert rates.faces == 0
    assert (rates.recall, rates.precision, rates.ap) == (None, None, None)


def test_match_gives_the_better_box_to_the_higher_score_first() -> None:
    faces = boxes((0, 0, 20, 20), (10, 0, 30, 20))
    said = boxes((8, 0, 28, 20), (9, 0, 29, 20))
    assert match(said, [0.5, 0.9], faces, 0.3).tolist() == [0, 1]


def test_match_of_drawn_boxes_equals_the_slow_loop() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        said, faces = (_drawn_boxes(rng, count) for count in (8, 5))
        scores = rng.random(8).tolist()
        assert match(said, scores, faces, 0.3).tolist() == _slow_match(said, scores, faces, 0.3)


def _drawn_boxes(rng: np.random.Generator, count: int) -> FloatArray:
    corners = rng.uniform(0, 40, (count, 2))
    return np.concatenate([corners, corners + rng.uniform(5, 30, (count, 2))], axis=1).astype(np.float32)


def _slow_match(said: FloatArray, scores: list[float], faces: FloatArray, overlap: float) -> list[int]:
    taken = [-1] * len(said)
    for row in sorted(range(len(said)), key=lambda index: -scores[index]):
        best, best_iou = -1, overlap
        for face in range(len(faces)):
            iou = Box(*said[row]).iou(Box(*faces[face]))
            if face not in taken and iou >= best_iou and (best < 0 or iou > best_iou):
                best, best_iou = face, iou
        taken[row] = best
    return taken


def test_average_precision_takes_the_best_precision_at_any_larger_recall() -> None:
    assert average_precision([0.25, 0.25, 0.5], [1.0, 0.5, 0.8]) == pytest.approx(0.25 * 1 + 0.25 * 0.8)


def test_report_of_pictures_says_recall_by_size_and_the_median_time() -> None:
    rows = [found(boxes(ONE), boxes(ONE), [0.9]), found(boxes(TWO), boxes(), [])]
    said = report_of(rows).as_json()
    assert said["ms"] == 1.0
    by_size = said["overlaps"]["0.5"]["by_size"]
    assert by_size["16 to 32"]["recall"] == 1
    assert by_size["32 to 64"]["recall"] == 0
    assert by_size["128 and more"]["recall"] is None


def test_by_source_parts_the_pictures() -> None:
    rows = [found(boxes(ONE), boxes(), [], source=source) for source in ("a", "b", "a")]
    assert {source: len(part) for source, part in by_source(rows).items()} == {"a": 2, "b": 1}


class OneFace:
    """Says the same of every picture."""

    name = "one"
    device = "cpu"

    def detect(self, pixels: Pixels) -> tuple[Face, ...]:
        return (Face(Box(0, 0, pixels.shape[1], 20), np.zeros((5, 2), np.float32), 0.9),)


def test_find_all_asks_the_detector_about_each_picture(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", plain(RED, width=20, height=30))
    (one,) = find_all([Annotated("a.png", boxes(ONE), boxes())], tmp_path, OneFace())
    assert one.boxes.tolist() == [[0, 0, 20, 20]]
    assert one.scores.tolist() == pytest.approx([0.9])
    with pytest.raises(ImageError, match=r"b\.png"):
        find_all([Annotated("b.png", boxes(ONE), boxes())], tmp_path, OneFace())


def test_read_annotations_turns_widths_into_corners(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"image": "x.jpg", "boxes": [[1, 2, 3, 4]], "source": "s"}) + "\n")
    (row,) = read_annotations(path)
    assert row.boxes.tolist() == [[1, 2, 4, 6]]
    assert (row.image, row.source, row.ignore.shape) == ("x.jpg", "s", (0, 4))


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"image": "x"}', '{"image": "x", "boxes": [[1, 2, 3]]}', '{"image": "x", "boxes": [[1, 2, -3, 4]]}', ""]
)
def test_read_annotations_of_a_wrong_line_names_file_and_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(EvaluationError, match=r"a\.jsonl"):
        read_annotations(path)
