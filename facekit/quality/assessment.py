"""Measures against limits: which issues a sample has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from facekit.quality.limits import FaceLimits
from facekit.quality.measures import inner_face, light_balance_of, luma_of, redness_of, sharpness_of
from facekit.quality.pose import pose_of
from facekit.types import AlignedFace, Box, Face, Quality, QualityIssue

_LIMITS = FaceLimits()


def assess(face: Face, crop: AlignedFace, *, picture_size: tuple[int, int], limits: FaceLimits = _LIMITS) -> Quality:
    """What was measured on one face, and what is wrong with it.

    COVERED finds masks and scarves that are not of skin colour; sunglasses, hands and grey pictures it does not judge.

    Args:
        face: As the detector found it.
        crop: The same face aligned, 112×112 or 160×160.
        picture_size: Width and height of the picture it was found in, pixels.
    """
    pose = pose_of(face.landmarks)
    inner = inner_face(crop)
    luma = luma_of(inner)
    x, y = face.landmarks[1] - face.landmarks[0]
    measured = Quality(
        eye_distance=float((x * x + y * y) ** 0.5),
        sharpness=sharpness_of(luma),
        brightness=float(luma.mean()),
        light_balance=light_balance_of(luma),
        yaw=pose.yaw,
        pitch=pose.pitch,
        roll=pose.roll,
        issues=(),
    )
    issues = tuple(_issues(measured, redness_of(inner), _visible_share(face.box, picture_size), limits))
    return replace(measured, issues=issues)


def _issues(measured: Quality, redness: float | None, visible: float, limits: FaceLimits) -> Iterator[QualityIssue]:
    """One reason for one cause: a small face is soft and a dark or turned one has odd colours, which need no second advice."""
    small = measured.eye_distance < limits.eye_distance
    dark, bright = measured.brightness < limits.darkest, measured.brightness > limits.brightest
    turned = abs(measured.yaw) > limits.yaw or abs(measured.pitch) > limits.pitch
    found = {
        QualityIssue.TOO_SMALL: small,
        QualityIssue.BLURRED: measured.sharpness < limits.sharpness and not small,
        QualityIssue.TOO_DARK: dark,
        QualityIssue.TOO_BRIGHT: bright,
        QualityIssue.UNEVEN_LIGHT: measured.light_balance < limits.light_balance,
        QualityIssue.TURNED_AWAY: turned,
        QualityIssue.TILTED: abs(measured.roll) > limits.roll,
        QualityIssue.COVERED: redness is not None and redness < limits.redness and not (dark or bright or turned),
        QualityIssue.CUT_OFF: visible < limits.visible,
    }
    return (issue for issue, present in found.items() if present)


def _visible_share(box: Box, picture_size: tuple[int, int]) -> float:
    """Share of the box inside the picture, 0 … 1."""
    width, height = picture_size
    inside = Box(max(box.x0, 0.0), max(box.y0, 0.0), min(box.x1, float(width)), min(box.y1, float(height)))
    if inside.width <= 0 or inside.height <= 0:
        return 0.0
    return inside.area / box.area
