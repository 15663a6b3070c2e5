"""Pictures with the faces in them: one JSON line a picture. Boxes and points are in pixels of the whole picture."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from facekit.types import AnyArray, FloatArray
from training.errors import TrainingError

_POINTS_68 = 68
_BROWS_TO_HAIR = 0.3
"""Of the height from brows to chin: how far above the brows the boxes of our detectors begin (median of 115 faces of HELEN)."""


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """A picture and its faces.

    Args:
        boxes: (N, 4) float32, x0, y0, x1, y1.
        points: (N, 5, 2) float32 in the order of facekit.types.Face; NaN where they are not known.
        ignore: (M, 4) float32: what is there neither counts as a face nor as none.
    """

    image: Path
    boxes: FloatArray
    points: FloatArray
    ignore: FloatArray

    @staticmethod
    def of(image: Path, boxes: AnyArray, points: AnyArray | None = None, ignore: AnyArray | None = None) -> Labelled:
        """With empty arrays in the right shape where nothing is given."""
        corners = np.asarray(boxes, np.float32).reshape(-1, 4)
        unknown = np.full((len(corners), 5, 2), np.nan, np.float32)
        five = unknown if points is None else np.asarray(points, np.float32).reshape(unknown.shape)
        return Labelled(image, corners, five, np.asarray([] if ignore is None else ignore, np.float32).reshape(-1, 4))

    def moved(self, matrix: AnyArray, *, swap: bool = False) -> Labelled:
        """The labels after the 2×3 map of pixel places; a box becomes the box around its moved corners' middle lines.

        Args:
            swap: The map mirrors: left and right eye and mouth corner change names.
        """
        points = _mapped(self.points.reshape(-1, 2), matrix).reshape(-1, 5, 2)
        if swap:
            points = points[:, [1, 0, 2, 4, 3]]
        return replace(self, boxes=_moved_boxes(self.boxes, matrix), points=points, ignore=_moved_boxes(self.ignore, matrix))


def read_labelled(path: Path, root: Path | None = None) -> tuple[Labelled, ...]:
    """The pictures of a file of lines {"image", "boxes": [[x, y, w, h]], "points": [[[x, y], five times] or null], "ignore"}.

    Args:
        root: Where the images' paths start; the file's folder unless given.

    Raises:
        TrainingError: A line is none of these.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise TrainingError(f"The labels {path} cannot be read: {error.strerror}.", hint="Make them: python -m training label.") from error
    return tuple(_labelled(line, root or path.parent, f"Line {number} of {path}") for number, line in enumerate(lines, 1) if line.strip())


def to_line(labelled: Labelled, root: Path | None = None) -> str:
    """One JSON line that `read_labelled` reads again, pixels to a tenth."""
    image = labelled.image if root is None else labelled.image.relative_to(root)
    points = [None if np.isnan(five).any() else _rounded(five) for five in labelled.points]
    row = {"image": str(image), "boxes": _sizes(labelled.boxes), "points": points, "ignore": _sizes(labelled.ignore)}
    return json.dumps(row)


def is_test(image: Path) -> bool:
    """Whether a picture by hand is kept off every training: half of all, by folder and name alone, all frames of a person together."""
    group = re.sub(r"_\d{1,3}$", "", image.stem)
    return zlib.crc32(f"{image.parent.name}/{group}{image.suffix}".encode()) % 2 == 0


def five_of_68(points: AnyArray) -> FloatArray:
    """(5, 2) of 300-W's 68 points: the eyes' middles, the nose's tip, the mouth's corners."""
    eyes = points[36:42].mean(axis=0), points[42:48].mean(axis=0)
    return np.stack([*eyes, points[30], points[48], points[54]]).astype(np.float32)


def box_of_68(points: AnyArray) -> FloatArray:
    """(4,) the box around 300-W's 68 points, up to the hair."""
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return np.array([x0, y0 - _BROWS_TO_HAIR * (y1 - y0), x1, y1], np.float32)


def overlap(first: AnyArray, second: AnyArray) -> FloatArray:
    """(N, M) intersection over union of boxes (N, 4) and (M, 4)."""
    low, high = np.maximum(first[:, None, :2], second[None, :, :2]), np.minimum(first[:, None, 2:], second[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=2)
    union = _areas(first)[:, None] + _areas(second)[None] - common
    shares: FloatArray = np.divide(common, union, out=np.zeros_like(common), where=union > 0).astype(np.float32)
    return shares


def _areas(boxes: AnyArray) -> AnyArray:
    areas: AnyArray = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1)
    return areas


def _labelled(line: str, root: Path, place: str) -> Labelled:
    try:
        row: dict[str, Any] = json.loads(line)
        if len(row.get("points", ())) == _POINTS_68:
            sixty_eight = np.array(row["points"], np.float32)
            return Labelled.of(root / row["image"], box_of_68(sixty_eight), five_of_68(sixty_eight))
        boxes = _corners(row["boxes"])
        five = [points or [[np.nan, np.nan]] * 5 for points in row.get("points", [None] * len(boxes))]
        return Labelled.of(root / row["image"], boxes, np.array(five), _corners(row.get("ignore", ())))
    except (ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{place} is no labelled picture: {error!r}.", hint="It needs image and boxes, [x, y, w, h] each.") from error


def _corners(boxes: Iterable[Sequence[float]]) -> FloatArray:
    sizes = np.asarray(list(boxes), np.float32).reshape(-1, 4)
    return np.concatenate([sizes[:, :2], sizes[:, :2] + sizes[:, 2:]], axis=1)


def _sizes(boxes: FloatArray) -> list[list[float]]:
    return _rounded(np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1))


def _rounded(array: AnyArray) -> list[Any]:
    rows: list[Any] = np.round(array.astype(np.float64), 1).tolist()
    return rows


def _mapped(places: AnyArray, matrix: AnyArray) -> FloatArray:
    return (places @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)


def _moved_boxes(boxes: FloatArray, matrix: AnyArray) -> FloatArray:
    """Turned boxes stay upright and keep their size: a face is round, so the box around the turned corners would be too large."""
    centres = _mapped((boxes[:, :2] + boxes[:, 2:]) / 2, matrix)
    halves = (boxes[:, 2:] - boxes[:, :2]) / 2 * float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    return np.concatenate([centres - halves, centres + halves], axis=1).astype(np.float32)
