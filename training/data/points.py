"""Faces with the 68 points of iBUG's 300-W: read from disc, the smaller sets of points taken from them, what a mirror does to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np

from facekit.types import AnyArray, FloatArray
from training.errors import TrainingError

COUNT: Final = 68
_LINES = "annotations.jsonl"
_SUFFIXES = (".jpg", ".jpeg", ".png")

_LEFT_EYE, _RIGHT_EYE = tuple(range(36, 42)), tuple(range(42, 48))
"""Of the picture: the person's right eye comes first."""
_UPPER_LEFT, _LOWER_LEFT, _UPPER_RIGHT, _LOWER_RIGHT = (37, 38), (40, 41), (43, 44), (46, 47)

POINT_SETS: Final[Mapping[int, tuple[tuple[int, ...], ...]]] = MappingProxyType(
    {
        4: ((36,), (39,), (42,), (45,)),
        5: (_LEFT_EYE, _RIGHT_EYE, (30,), (48,), (54,)),
        22: (
            *((17,), (19,), (21,), (22,), (24,), (26,)),
            *((36,), _UPPER_LEFT, (39,), _LOWER_LEFT),
            *((42,), _UPPER_RIGHT, (45,), _LOWER_RIGHT),
            *((27,), (30,), (31,), (35,)),
            *((48,), (51,), (54,), (57,)),
        ),
        68: tuple((index,) for index in range(COUNT)),
    }
)
"""The sets by their number of points; each point is the mean of those of the 68 that are named.

4, the lecture's first slide: the corners of the eyes, from the picture's left to its right.
5, what alignment needs, in the order of facekit.types.Face: the middles of the eyes, the nose's tip, the mouth's corners.
22, as many as the lecture's second slide draws, for it does not number them: the brows by ends and middle; the eyes by corners and the
middles of the lids; the nose by root, tip and wings; the mouth by corners and the middles of the outer lips.
68, all of them: the line of the jaw besides.
"""


def _mirrored_order() -> tuple[int, ...]:
    """Where each of the 68 points of a mirrored face is found among those of the face."""
    order = list(range(COUNT))
    runs = [range(17), range(17, 27), range(31, 36), (48, 49, 50, 51, 52, 53, 54), (55, 56, 57, 58, 59), range(60, 65), (65, 66, 67)]
    pairs = [pair for run in runs for pair in zip(run, reversed(run), strict=True)]
    pairs += zip((36, 37, 38, 39, 40, 41), (45, 44, 43, 42, 47, 46), strict=True)
    for left, right in pairs:
        order[left], order[right] = right, left
    return tuple(order)


MIRRORED: Final = _mirrored_order()


@dataclass(frozen=True, slots=True, eq=False)
class PointedFace:
    """A picture of one face and where its points are.

    Args:
        points: 68×2 float32 px, whole numbers at the pixels' centres.
        group: The set that it comes from: the folder's name.
        person: "" where nobody is named.
    """

    image: Path
    points: FloatArray
    group: str
    person: str = ""


def open_points(root: Path) -> tuple[PointedFace, ...]:
    """The faces under a folder: those of its annotations.jsonl, else every picture with a .pts file beside it, as 300-W is published.

    Raises:
        TrainingError: There are none, or a line or file of points cannot be understood.
    """
    lines = root / _LINES
    faces = _of_lines(lines) if lines.is_file() else [_of_pts(path, root) for path in sorted(root.rglob("*.pts"))]
    if not faces:
        raise TrainingError(f"There are no faces with points in {root}.", hint=f"It needs {_LINES}, or pictures with .pts files.")
    return tuple(faces)


def points_of(all_points: AnyArray, count: int) -> FloatArray:
    """count×2 of 68×2: the set of that many points."""
    return np.stack([all_points[list(indices)].mean(axis=0) for indices in POINT_SETS[count]]).astype(np.float32)


def eye_distance(all_points: AnyArray) -> float:
    """Between the middles of the eyes, in the unit of the 68 points."""
    return float(np.linalg.norm(all_points[list(_LEFT_EYE)].mean(axis=0) - all_points[list(_RIGHT_EYE)].mean(axis=0)))


def _of_lines(path: Path) -> list[PointedFace]:
    faces = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            image = path.parent / row["image"]
            faces.append(PointedFace(image, _checked(row["points"]), Path(row["image"]).parts[0], row.get("person") or ""))
        except (ValueError, KeyError, TypeError) as error:
            raise TrainingError(
                f"Line {number} of {path} is no face with {COUNT} points: {error!r}.", hint="Correct or remove it."
            ) from error
    return faces


def _of_pts(path: Path, root: Path) -> PointedFace:
    """ "n_points: 68", then x and y a line between braces, counted from 1."""
    image = next((found for suffix in _SUFFIXES if (found := path.with_suffix(suffix)).is_file()), None)
    if image is None:
        raise TrainingError(f"{path} has no picture beside it.", hint=f"It needs one of {', '.join(_SUFFIXES)}.")
    try:
        inside = path.read_text(encoding="utf-8").partition("{")[2].partition("}")[0]
        points = _checked([[float(number) for number in line.split()] for line in inside.strip().splitlines()])
    except (ValueError, OSError) as error:
        raise TrainingError(f"{path} is no file of {COUNT} points: {error}.", hint="Correct or remove it.") from error
    parts = image.relative_to(root).parts
    return PointedFace(image, points - 1, parts[0] if len(parts) > 1 else root.name)


def _checked(points: object) -> FloatArray:
    array = np.asarray(points, np.float32)
    if array.shape != (COUNT, 2) or not np.isfinite(array).all():
        raise ValueError(f"points of shape {array.shape}")
    return array
