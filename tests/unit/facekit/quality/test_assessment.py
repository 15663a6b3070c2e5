"""Each issue on a drawn face that has it, and on the same face that has it not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from facekit.imaging import TEMPLATES, align
from facekit.quality import FaceLimits, advice, assess
from facekit.types import Box, Face, FloatArray, Pixels, Quality, QualityIssue

SIZE = 400
SKIN, LIPS, DARK, BROWN = (205, 150, 125), (170, 80, 80), (40, 30, 30), (70, 45, 35)
POINTS: FloatArray = TEMPLATES[112] * np.float32(2.5) + np.float32(60)
"""Eyes 88 px apart, about the middle of the picture."""


def drawn(points: FloatArray = POINTS) -> Pixels:
    """400×400×3: a face as flat as a cartoon, its parts at the five points."""
    picture = np.full((SIZE, SIZE, 3), (120, 130, 140), np.uint8)
    eyes = float(np.linalg.norm(points[1] - points[0]))
    left, right, nose, mouth_left, mouth_right = ((int(x), int(y)) for x, y in np.rint(points))
    cv2.ellipse(picture, (nose[0], nose[1] - int(0.1 * eyes)), (int(1.05 * eyes), int(1.5 * eyes)), 0, 0, 360, SKIN, -1, cv2.LINE_AA)
    for x, y in (left, right):
        cv2.ellipse(picture, (x, y), (int(0.2 * eyes), int(0.09 * eyes)), 0, 0, 360, (235, 235, 235), -1, cv2.LINE_AA)
        cv2.circle(picture, (x, y), int(0.08 * eyes), DARK, -1, cv2.LINE_AA)
        cv2.line(picture, (x - int(0.25 * eyes), y - int(0.25 * eyes)), (x + int(0.25 * eyes), y - int(0.25 * eyes)), BROWN, 5)
    cv2.ellipse(picture, nose, (int(0.15 * eyes), int(0.07 * eyes)), 0, 0, 180, BROWN, 3, cv2.LINE_AA)
    middle = ((mouth_left[0] + mouth_right[0]) // 2, (mouth_left[1] + mouth_right[1]) // 2)
    cv2.ellipse(picture, middle, (int(0.42 * eyes), int(0.14 * eyes)), 0, 0, 360, LIPS, -1, cv2.LINE_AA)
    cv2.line(picture, mouth_left, mouth_right, DARK, 3, cv2.LINE_AA)
    return picture


def around(points: FloatArray) -> Box:
    x, y = points.mean(axis=0)
    half = 1.2 * float(np.linalg.norm(points[1] - points[0]))
    return Box(float(x - half), float(y - 1.3 * half), float(x + half), float(y + 1.3 * half))


def judged(picture: Pixels, points: FloatArray = POINTS, *, box: Box | None = None, size: int = 112) -> Quality:
    face = Face(box or around(points), points, 1.0)
    return assess(face, align(picture, points, size=size), picture_size=(picture.shape[1], picture.shape[0]))


def scaled(picture: Pixels, gain: float) -> Pixels:
    bright: Pixels = np.clip(picture.astype(np.float32) * gain, 0, 255).astype(np.uint8)
    return bright


def lit_from_one_side(picture: Pixels) -> Pixels:
    ramp = np.where(np.arange(SIZE) < POINTS[2, 0], 0.25, 1.0)[None, :, None]
    lit: Pixels = (picture * ramp).astype(np.uint8)
    return lit


def masked(picture: Pixels) -> Pixels:
    covered = picture.copy()
    x, y = POINTS[2]
    cv2.rectangle(covered, (int(x) - 80, int(y) - 5), (int(x) + 80, int(y) + 130), (190, 205, 215), -1)
    return covered


def blurred(picture: Pixels) -> Pixels:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 9), np.uint8)


@pytest.mark.parametrize("size", sorted(TEMPLATES))
def test_assess_when_sample_is_good_finds_nothing(size: int) -> None:
    quality = judged(drawn(), size=size)
    assert quality.issues == ()
    assert quality.is_good
    assert quality.eye_distance == pytest.approx(2.5 * 35.24, abs=0.1)


@pytest.mark.parametrize("size", sorted(TEMPLATES))
@pytest.mark.parametrize(
    ("issue", "spoil"),
    [
        (QualityIssue.BLURRED, blurred),
        (QualityIssue.TOO_DARK, lambda picture: scaled(picture, 0.15)),
        (QualityIssue.TOO_BRIGHT, lambda picture: scaled(picture, 3.0)),
        (QualityIssue.UNEVEN_LIGHT, lit_from_one_side),
        (QualityIssue.COVERED, masked),
    ],
)
def test_assess_when_picture_is_spoilt_names_that_issue_alone(issue: QualityIssue, spoil: Callable[[Pixels], Pixels], size: int) -> None:
    assert judged(spoil(drawn()), size=size).issues == (issue,)


def test_assess_when_blurred_and_noisy_still_finds_the_blur() -> None:
    noise = np.random.default_rng(4).normal(0, 5, (SIZE, SIZE, 3))
    assert QualityIssue.BLURRED in judged(np.clip(blurred(drawn()) + noise, 0, 255).astype(np.uint8)).issues


@pytest.mark.parametrize("shape", [(61, 1), (1, 61)], ids=["along the rows", "along the columns"])
def test_assess_when_head_moved_finds_the_blur_in_either_direction(shape: tuple[int, int]) -> None:
    assert QualityIssue.BLURRED in judged(np.asarray(cv2.blur(drawn(), shape), np.uint8)).issues


def test_assess_when_face_is_small_says_so_and_not_that_it_is_soft() -> None:
    points = ((POINTS + 0.5) / 7 - 0.5).astype(np.float32)
    small = np.asarray(cv2.resize(drawn(), None, fx=1 / 7, fy=1 / 7, interpolation=cv2.INTER_AREA), np.uint8)
    assert judged(small, points).issues == (QualityIssue.TOO_SMALL,)


def test_assess_when_face_tilts_says_tilted() -> None:
    for degrees, tilted in ((40.0, True), (-40.0, True), (15.0, False)):
        matrix = cv2.getRotationMatrix2D((SIZE / 2, SIZE / 2), -degrees, 1.0)
        points = cv2.transform(POINTS[None], matrix)[0].astype(np.float32)
        quality = judged(np.asarray(cv2.warpAffine(drawn(), matrix, (SIZE, SIZE), borderMode=cv2.BORDER_REPLICATE), np.uint8), points)
        assert quality.roll == pytest.approx(degrees, abs=1)
        assert quality.issues == ((QualityIssue.TILTED,) if tilted else ())


def test_assess_when_nose_is_beside_the_eyes_says_turned_away() -> None:
    for shift in (-60.0, 60.0):
        points = POINTS.copy()
        points[2, 0] += shift
        quality = judged(drawn(), points)
        assert np.sign(quality.yaw) == np.sign(shift)
        assert QualityIssue.TURNED_AWAY in quality.issues


@pytest.mark.parametrize(("x0", "cut_off"), [(0.0, False), (-10.0, False), (-60.0, True), (-500.0, True)])
def test_assess_when_box_leaves_the_picture_says_cut_off(x0: float, cut_off: bool) -> None:
    quality = judged(drawn(), box=Box(x0, 50, x0 + 240, 350))
    assert (QualityIssue.CUT_OFF in quality.issues) is cut_off


def test_assess_when_picture_has_no_colour_does_not_call_it_covered() -> None:
    grey = np.repeat(drawn().mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    assert judged(grey).issues == ()


def test_assess_when_picture_is_plain_stays_finite() -> None:
    for level in (0, 255):
        quality = judged(np.full((SIZE, SIZE, 3), level, np.uint8))
        assert np.isfinite([quality.sharpness, quality.brightness, quality.light_balance]).all()
        assert QualityIssue.BLURRED in quality.issues


def test_assess_when_limits_are_looser_finds_less() -> None:
    face = Face(around(POINTS), POINTS, 1.0)
    crop = align(blurred(drawn()), POINTS)
    quality = assess(face, crop, picture_size=(SIZE, SIZE), limits=replace(FaceLimits(), sharpness=0.0))
    assert quality.issues == ()


def test_advice_has_words_of_its_own_for_every_issue() -> None:
    words = [advice(issue) for issue in QualityIssue]
    assert len(set(words)) == len(QualityIssue)
    assert all(text and text == text.strip(".").lower() for text in words)
