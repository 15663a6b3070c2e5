"""Five points to the template, against OpenCV's estimator and drawn marks."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facekit.imaging import TEMPLATES, align, similarity
from facekit.types import AnyArray, FloatArray, Pixels


def smooth(height: int, width: int, seed: int) -> Pixels:
    """H×W×3 without detail finer than some pixels, so that two ways of sampling it agree."""
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    blurred = cv2.GaussianBlur(noise, (0, 0), 6).astype(np.float32)
    pixels: Pixels = np.clip((blurred - blurred.mean()) * 6 + 128, 0, 255).astype(np.uint8)
    return pixels


def placed(scale: float, degrees: float, shift: tuple[float, float], size: int = 112) -> FloatArray:
    """The template's points in a picture where the face was scaled, turned and moved."""
    angle = np.deg2rad(degrees)
    turn = np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
    points: FloatArray = (scale * TEMPLATES[size] @ turn + shift).astype(np.float32)
    return points


def squared_error(matrix: AnyArray, points: FloatArray, template: FloatArray) -> float:
    return sum(float(np.sum((matrix[:, :2] @ p + matrix[:, 2] - t) ** 2)) for p, t in zip(points, template, strict=True))


@settings(max_examples=50, deadline=None)
@given(st.floats(0.2, 20), st.floats(-180, 180), st.floats(-500, 500), st.floats(-500, 500))
def test_similarity_when_points_are_exact_agrees_with_opencv(scale: float, degrees: float, x: float, y: float) -> None:
    points = placed(scale, degrees, (x, y))
    expected, _ = cv2.estimateAffinePartial2D(points, TEMPLATES[112])
    np.testing.assert_allclose(similarity(points, TEMPLATES[112]), expected, atol=0.02)


def test_similarity_when_points_are_noisy_has_the_least_error_of_all_near_it() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        points = (placed(2.0, 30.0, (50, 80)) + rng.normal(0, 4, (5, 2))).astype(np.float32)
        best = similarity(points, TEMPLATES[112])
        least = squared_error(best, points, TEMPLATES[112])
        for step in (1e-3, -1e-3):
            for a, b, x, y in np.eye(4) * step:
                nudged = best + np.array([(a, -b, 300 * x), (b, a, 300 * y)])
                assert squared_error(nudged, points, TEMPLATES[112]) > least


def marked(points: FloatArray, spread: float) -> Pixels:
    """1000×1000×3, black but for a soft white spot at every point."""
    rows, columns = np.mgrid[:1000, :1000]
    spots = [np.exp(-0.5 * ((columns - x) ** 2 + (rows - y) ** 2) / spread**2) for x, y in points]
    return np.repeat((255 * np.max(spots, axis=0)).astype(np.uint8)[..., None], 3, axis=2)


@pytest.mark.parametrize("size", sorted(TEMPLATES))
@pytest.mark.parametrize(("scale", "degrees"), [(1.0, 0.0), (0.5, -20.0), (1.4, 35.0), (3.0, 10.0), (5.0, -60.0)])
def test_align_when_points_are_marked_brings_the_marks_to_the_template(size: int, scale: float, degrees: float) -> None:
    points = placed(scale, degrees, (0.0, 0.0), size)
    points += 500 - points.mean(axis=0)
    aligned = align(marked(points, 3 * scale), points, size=size).pixels[..., 0].astype(float)
    rows, columns = np.mgrid[:size, :size]
    for target in TEMPLATES[size]:
        weight = aligned * (np.hypot(columns - target[0], rows - target[1]) < 10)
        found = np.array([(columns * weight).sum(), (rows * weight).sum()]) / weight.sum()
        np.testing.assert_allclose(found, target, atol=0.25)


@pytest.mark.parametrize("factor", [2.3, 4.0, 9.0])
def test_align_when_the_picture_is_larger_gives_the_same_face(factor: float) -> None:
    picture, points = smooth(200, 220, 1), placed(1.1, 12.0, (45.0, 30.0))
    large = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    in_large = ((points + 0.5) * factor - 0.5).astype(np.float32)
    gap = np.abs(align(picture, points).pixels.astype(int) - align(np.asarray(large, np.uint8), in_large).pixels)
    assert gap.mean() < 2


def test_align_when_a_large_face_has_fine_stripes_does_not_alias() -> None:
    stripes = np.zeros((1600, 1600, 3), np.uint8)
    stripes[:, ::2] = 255
    pixels = align(stripes, placed(9.0, 3.0, (100.0, 100.0))).pixels
    assert np.abs(pixels.astype(int) - 127).max() <= 16


def test_align_when_the_face_leaves_the_picture_repeats_its_border() -> None:
    picture = np.full((60, 60, 3), (200, 100, 50), np.uint8)
    for shift in ((-40.0, -40.0), (30.0, 30.0), (5000.0, 5000.0)):
        for scale in (1.0, 4.0):
            assert (align(picture, placed(scale, 0.0, shift)).pixels == (200, 100, 50)).all()


def test_align_when_the_picture_is_one_pixel_returns_its_colour() -> None:
    assert (align(np.full((1, 1, 3), 9, np.uint8), placed(0.1, 0.0, (0.0, 0.0))).pixels == 9).all()


@pytest.mark.parametrize(
    "points",
    [np.zeros((5, 2)), np.full((5, 2), np.nan), np.full((5, 2), np.inf), TEMPLATES[112] * 1e6, TEMPLATES[112] * 1e-6],
    ids=["one place", "nan", "infinite", "huge", "tiny"],
)
def test_align_when_points_are_no_face_raises(points: AnyArray) -> None:
    with pytest.raises(ValueError, match="five points"):
        align(smooth(50, 50, 2), points.astype(np.float32))


def test_align_when_size_has_no_template_raises() -> None:
    with pytest.raises(ValueError, match="no template"):
        align(smooth(50, 50, 2), TEMPLATES[112], size=96)
