"""Guides one person at a camera through three poses, and says at each look what is in the way of taking the sample."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from facekit.enrolment import main_face
from facekit.quality import advice
from facekit.types import Box, Face, ObservedFace, Quality, Sample

_FRONT_YAW = 8.0
_TURNED_YAW = (10.0, 33.0)
_STEADY_SHIFT = 0.06
"""Of the face's width, between two looks."""
_STEADY_YAW = 6.0
_STEADY_WITHIN_S = 1.5
"""Two looks further apart say nothing of each other."""
_LEAST_HEIGHT = 0.2
"""Of the outline's height: a smaller face is asked to come closer."""


class Aim(StrEnum):
    """A pose that is wanted; left and right are the person's own."""

    LEFT = "left"
    FRONT = "front"
    RIGHT = "right"


_TURN: Final = {
    Aim.FRONT: "Look straight into the camera",
    Aim.LEFT: "Turn your head a little to your left",
    Aim.RIGHT: "Turn your head a little to your right",
}
_ORDER: Final = (Aim.FRONT, Aim.LEFT, Aim.RIGHT)


@dataclass(frozen=True, slots=True)
class Outline:
    """The upright ellipse in which the face is wanted, pixels of the picture."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, box: Box) -> bool:
        """Whether the middle of the box lies inside."""
        across = ((box.x0 + box.x1) / 2 - self.x) / (self.width / 2)
        down = ((box.y0 + box.y1) / 2 - self.y) / (self.height / 2)
        return math.hypot(across, down) <= 1.0


def outline_of(width: int, height: int) -> Outline:
    """The outline in a picture of that size: in the middle, where people sit before a camera."""
    side = min(float(height), 1.2 * width)
    return Outline(width / 2, 0.48 * height, 0.56 * side, 0.74 * side)


@dataclass(frozen=True, slots=True)
class Advice:
    """What is to be said after a look.

    Args:
        words: A short sentence without a full stop.
        ready: The pose that may be taken now, or None.
    """

    words: str
    ready: Aim | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    seen_at: float
    box: Box
    yaw: float


class Guide:
    """One guided enrolment: `look` at what the detector finds; when it says that a pose is ready, `take` the samples of a new picture."""

    def __init__(self) -> None:
        self.taken: dict[Aim, Sample] = {}
        self._last: _Look | None = None

    @property
    def missing(self) -> tuple[Aim, ...]:
        """The poses that are still wanted, in the order in which they are asked for."""
        return tuple(aim for aim in _ORDER if aim not in self.taken)

    def look(self, captured_at: float, faces: Sequence[ObservedFace], size: tuple[int, int]) -> Advice:
        """What is in the way, or which pose is ready.

        Args:
            captured_at: Monotonic seconds of the picture.
            faces: All of the picture.
            size: Width and height of the picture, pixels.
        """
        by_size = sorted(faces, key=lambda face: -face.face.box.area)
        meant = main_face(by_size)
        if meant is None:
            self._last = None
            return Advice("Only one face, please" if faces else "Look into the camera")
        before, self._last = self._last, _Look(captured_at, meant.face.box, meant.quality.yaw)
        if words := _in_the_way(meant.face, meant.quality, outline_of(*size)):
            return Advice(words)
        aim = self._fitting(meant.quality.yaw)
        if aim is None:
            return Advice(_TURN[self.missing[0]] if self.missing else "Done")
        return Advice("Good", aim) if _is_steady(before, self._last) else Advice("Hold still")

    def take(self, samples: Sequence[Sample], size: tuple[int, int]) -> Aim | None:
        """The pose that the samples of a picture (largest first) fill; None when all has changed since the look and nothing is taken."""
        meant = main_face(samples)
        if meant is None or _in_the_way(meant.face, meant.quality, outline_of(*size)):
            return None
        aim = self._fitting(meant.quality.yaw)
        if aim is not None:
            self.taken[aim] = meant
        return aim

    def _fitting(self, yaw: float) -> Aim | None:
        """The missing pose that a turn of the head fits."""
        return next((aim for aim in self.missing if aim in _aims(yaw)), None)


def _aims(yaw: float) -> Iterable[Aim]:
    """The nose points to the picture's right when a person turns to their own left."""
    if abs(yaw) <= _FRONT_YAW:
        return (Aim.FRONT,)
    if _TURNED_YAW[0] <= abs(yaw) <= _TURNED_YAW[1]:
        return (Aim.LEFT if yaw > 0 else Aim.RIGHT,)
    return ()


def _in_the_way(face: Face, quality: Quality, outline: Outline) -> str:
    if not outline.holds(face.box):
        return "Move into the outline"
    if face.box.height < _LEAST_HEIGHT * outline.height:
        return "Come closer"
    reasons = [advice(issue) for issue in quality.issues]
    return ", ".join(reasons).capitalize()


def _is_steady(before: _Look | None, now: _Look) -> bool:
    if before is None or now.seen_at - before.seen_at > _STEADY_WITHIN_S:
        return False
    first, second = before.box, now.box
    shift = math.hypot(first.x0 + first.x1 - second.x0 - second.x1, first.y0 + first.y1 - second.y0 - second.y1) / 2
    return shift <= _STEADY_SHIFT * second.width and abs(before.yaw - now.yaw) <= _STEADY_YAW
