"""Labels by two detectors, with two of our own for teachers, and a person's boxes completed by them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facekit.synthetic import still_scene
from facekit.types import Box
from tests.support.pictures import write_picture
from training.detection.pictures import Labelled
from training.detection.teaching import DetectorTeachers, TeachingOptions, label_all, open_pictures
from training.errors import TrainingError

pytestmark = pytest.mark.models

OPTIONS = TeachingOptions(("convolutional", "windows"), (40, 60), (0.99, 1.1))
"""One alone is hardly ever sure, so that a face is what both find."""
SCENE = still_scene(1, 0)
TRUTH = SCENE.faces[0].box


@pytest.fixture(scope="module")
def teachers() -> DetectorTeachers:
    return DetectorTeachers(OPTIONS)


def test_label_of_a_face_that_both_find_has_the_first_ones_points(teachers: DetectorTeachers) -> None:
    labels = teachers.label(Path("x"), SCENE.pixels)
    (row,) = (row for row, box in enumerate(labels.boxes) if Box(*box).iou(TRUTH) > 0.4)
    eyes_apart = np.linalg.norm(SCENE.faces[0].landmarks[0] - SCENE.faces[0].landmarks[1])
    assert np.linalg.norm(labels.points[row] - SCENE.faces[0].landmarks, axis=1).mean() < 0.25 * eyes_apart


def test_label_of_a_wall_has_nothing(teachers: DetectorTeachers) -> None:
    labels = teachers.label(Path("x"), np.full((120, 160, 3), 170, np.uint8))
    assert len(labels.boxes) == len(labels.ignore) == 0


def test_complete_takes_the_teachers_box_and_points_for_a_persons_box(teachers: DetectorTeachers) -> None:
    rough = np.array([(TRUTH.x0 - 8, TRUTH.y0 - 8, TRUTH.x1 + 8, TRUTH.y1 + 8)])
    done = teachers.complete(Labelled.of(Path("x"), rough), SCENE.pixels)
    taught = teachers.label(Path("x"), SCENE.pixels)
    np.testing.assert_allclose(done.boxes[0], next(box for box in taught.boxes if Box(*box).iou(TRUTH) > 0.4))
    assert np.isfinite(done.points[0]).all()
    assert len(done.boxes) == len(taught.boxes)


def test_complete_keeps_a_face_that_only_the_person_saw_and_leaves_tiny_ones_open(teachers: DetectorTeachers) -> None:
    human = Labelled.of(Path("x"), np.array([(10, 10, 60, 70), (300, 5, 306, 12)]))
    done = teachers.complete(human, np.full((120, 320, 3), 170, np.uint8))
    assert done.boxes.tolist() == [[10, 10, 60, 70]]
    assert np.isnan(done.points).all()
    assert done.ignore.tolist() == [[300, 5, 306, 12]]


def test_label_all_leaves_out_what_cannot_be_read(tmp_path: Path) -> None:
    write_picture(tmp_path / "good.png", SCENE.pixels)
    (tmp_path / "bad.png").write_bytes(b"no picture")
    pictures = open_pictures([str(tmp_path / "*.png")])
    assert len(pictures) == 2
    assert [one.image.name for one in label_all(pictures, OPTIONS)] == ["good.png"]


def test_open_pictures_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no pictures"):
        open_pictures([str(tmp_path / "*.png")])
