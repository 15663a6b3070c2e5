"""The pictures as the real detector and the real encoder see them."""

from __future__ import annotations

import numpy as np
import pytest

from facekit.detectors.base import DETECTORS, Detector
from facekit.encoders import open_encoder
from facekit.imaging import align
from facekit.synthetic import still_scene
from facekit.types import FloatArray

pytestmark = pytest.mark.models
_PEOPLE = range(5)


@pytest.fixture(scope="module")
def detector() -> Detector:
    pytest.importorskip("facenet_pytorch", reason="MTCNN is not installed")
    return DETECTORS.create("mtcnn")


def test_detector_finds_one_face_with_its_points_where_the_truth_says(detector: Detector) -> None:
    for person in _PEOPLE:
        made = still_scene(person, 10 + person)
        (found,) = detector.detect(made.pixels)
        truth = made.faces[0]
        eyes = float(np.linalg.norm(truth.landmarks[1] - truth.landmarks[0]))
        off = np.linalg.norm(found.landmarks - truth.landmarks, axis=1) / eyes
        assert found.box.iou(truth.box) > 0.5
        assert off.max() < 0.3, f"person {person}: {off.round(2)}"


def test_encoder_finds_each_person_again_in_another_view() -> None:
    encoder = open_encoder("encoder-v0", "onnx")

    def vectors(first_view: int) -> FloatArray:
        made = [still_scene(person, first_view + person) for person in _PEOPLE]
        faces = [align(each.pixels, each.faces[0].landmarks, size=encoder.card.input_size) for each in made]
        return np.stack([embedding.vector for embedding in encoder.encode(faces)])

    likeness = vectors(20) @ vectors(40).T
    assert likeness.argmax(axis=1).tolist() == list(_PEOPLE)
