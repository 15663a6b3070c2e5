"""From a network's answers to faces, with a network by hand; and the shipped one on pictures that are hard to hand in."""

from __future__ import annotations

import numpy as np
import pytest

from facekit.detectors.convolutional import ConvolutionalDetector, FindOptions, find_faces, network_input, places, scaled
from facekit.synthetic import still_scene
from facekit.types import AnyArray, FloatArray, Pixels

POINTS = np.array([(-8, -8), (8, -8), (0, 0), (-6, 8), (6, 8)], np.float32)


class Says:
    """A network by hand: it answers (middle x, y, side, logit) at stride 16 where the picture is as wide as said."""

    def __init__(self, faces: list[tuple[float, float, float, float]], *, width: int) -> None:
        self._faces, self._width = faces, width
        self.asked: list[tuple[int, ...]] = []

    def __call__(self, picture: FloatArray) -> FloatArray:
        self.asked.append(picture.shape)
        centres, strides = places(*picture.shape[2:])
        answers = np.zeros((len(strides), 15), np.float32)
        answers[:, 0] = -10
        if picture.shape[3] == self._width:
            for x, y, side, logit in self._faces:
                _answer(answers, centres, strides, (x, y, side, logit))
        return answers


def _answer(answers: AnyArray, centres: AnyArray, strides: AnyArray, face: tuple[float, float, float, float]) -> None:
    x, y, side, logit = face
    away = np.where(strides == 16, np.linalg.norm(centres - (x, y), axis=1), np.inf)
    away[answers[:, 0] > -10] = np.inf  # one place for each
    row = int(away.argmin())
    answers[row, 0] = logit
    answers[row, 1:3] = (np.array([x, y]) - centres[row]) / 16
    answers[row, 3:5] = np.log(side / 16)
    answers[row, 5:] = ((np.array([x, y]) + POINTS - centres[row]) / 16).ravel()


def picture(width: int, height: int) -> Pixels:
    return np.zeros((height, width, 3), np.uint8)


def test_find_faces_gives_box_points_and_score_in_pixels() -> None:
    (face,) = find_faces(Says([(60, 50, 40, 2.0)], width=160), picture(160, 96), FindOptions())
    assert [face.box.x0, face.box.y0, face.box.x1, face.box.y1] == pytest.approx([40, 30, 80, 70], abs=1e-3)
    np.testing.assert_allclose(face.landmarks, np.array([60, 50]) + POINTS, atol=1e-3)
    assert face.detection_score == pytest.approx(1 / (1 + np.exp(-2)))


def test_find_faces_of_several_answers_for_one_face_takes_their_mean_by_score() -> None:
    answers = [(60.0, 50.0, 40.0, 2.0), (64.0, 50.0, 40.0, 1.0)]
    (face,) = find_faces(Says(answers, width=160), picture(160, 96), FindOptions())
    first, second = 1 / (1 + np.exp(-2.0)), 1 / (1 + np.exp(-1.0))
    assert face.box.x0 == pytest.approx((40 * first + 44 * second) / (first + second), abs=1e-3)
    assert face.detection_score == pytest.approx(first)


def test_find_faces_keeps_two_that_hardly_overlap_and_leaves_out_the_unsure() -> None:
    answers = [(40.0, 50.0, 40.0, 2.0), (70.0, 50.0, 40.0, 1.0), (120.0, 50.0, 40.0, -0.1)]
    found = find_faces(Says(answers, width=160), picture(160, 96), FindOptions(min_score=0.5))
    assert sorted(round(face.box.x0) for face in found) == [20, 50]


def test_find_faces_looks_for_large_ones_in_a_quarter_of_the_picture() -> None:
    network = Says([(40.0, 40.0, 60.0, 2.0)], width=160)
    (face,) = find_faces(network, picture(640, 480), FindOptions())
    assert network.asked == [(1, 3, 480, 640), (1, 3, 128, 160)]
    assert face.box.width == pytest.approx(240, abs=0.01)
    assert face.landmarks[2].tolist() == pytest.approx([160, 160], abs=0.01)


def test_find_faces_in_a_small_picture_takes_one_pass() -> None:
    network = Says([], width=160)
    assert find_faces(network, picture(160, 100), FindOptions()) == ()
    assert network.asked == [(1, 3, 128, 160)]


def test_network_input_is_filled_up_with_grey_on_the_right_and_below() -> None:
    pixels = np.full((40, 33, 3), 255, np.uint8)
    pixels[..., 2] = 0
    made = network_input(pixels)
    assert made.shape == (1, 3, 64, 64)
    np.testing.assert_allclose(made[0, :, 10, 10], [127.5 / 128, 127.5 / 128, -127.5 / 128], atol=1e-6)
    assert not made[:, :, 40:].any()
    assert not made[:, :, :, 33:].any()


@pytest.mark.parametrize("scale", [0.001, 0.25, 1.0, 1.5])
def test_scaled_picture_has_at_least_one_pixel(scale: float) -> None:
    assert min(scaled(picture(30, 20), scale).shape[:2]) == max(1, round(20 * scale))


@pytest.mark.models
@pytest.mark.parametrize(("min_face", "width"), [(8, 960), (14, 640), (20, 448), (80, 448)])
def test_detect_brings_the_picture_to_what_the_smallest_face_needs(min_face: int, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    detector = ConvolutionalDetector(min_face=min_face)
    network = Says([], width=0)
    monkeypatch.setattr(detector, "_network", network)
    detector.detect(picture(640, 480))
    assert network.asked[0][3] == width


@pytest.mark.models
def test_detect_of_a_very_large_picture_gives_places_in_the_whole() -> None:
    scene = still_scene(1, 0)
    large = np.ascontiguousarray(np.repeat(np.repeat(scene.pixels, 6, axis=0), 6, axis=1))
    found = ConvolutionalDetector().detect(large)
    assert max(face.box.width for face in found) == pytest.approx(6 * scene.faces[0].box.width, rel=0.3)


@pytest.mark.models
@pytest.mark.parametrize(("side", "score", "counts"), [(60, 0.5, True), (60, 0.4, False), (30, 0.5, False), (30, 0.6, True)])
def test_detect_asks_more_of_small_faces(side: float, score: float, counts: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    detector = ConvolutionalDetector(min_face=14)
    network = Says([(60.0, 50.0, side, float(np.log(score / (1 - score))))], width=160)
    monkeypatch.setattr(detector, "_network", network)
    assert len(detector.detect(picture(160, 96))) == counts
