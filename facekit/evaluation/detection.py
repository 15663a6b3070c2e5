"""Face detection measured on pictures with boxes: recall, precision, average precision at overlaps of 0.5 and 0.3, by size of face.

Each detection, the highest score first, takes the face that it overlaps most and that is still free. What lies on an ignored box, or has
taken a face of another size than is asked for, counts for nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

from facekit.detectors.base import Detector
from facekit.errors import EvaluationError
from facekit.evaluation.intervals import Estimate, beside, wilson
from facekit.evaluation.trials import Float64Array
from facekit.imaging import read_image
from facekit.types import AnyArray, Box, Face, FloatArray

Progress = Callable[[int, int], None]
"""Told how many pictures are done, of how many."""

OVERLAPS = (0.5, 0.3)
SIZES: dict[str, tuple[float, float]] = {
    "below 16": (0, 16),
    "16 to 32": (16, 32),
    "32 to 64": (32, 64),
    "64 to 128": (64, 128),
    "128 and more": (128, float("inf")),
}
"""Of a face: the square root of its box's area, pixels; from the first number up to, not including, the second."""
_ANY_SIZE = (0.0, float("inf"))
_ON_IGNORED = 0.5
"""A detection with this share of its area on one ignored box is not counted."""


@dataclass(frozen=True, slots=True, eq=False)
class Annotated:
    """A picture and the faces in it.

    Args:
        image: A path below some root.
        boxes: (N, 4) float32, x0, y0, x1, y1.
        ignore: (M, 4) likewise: to be found or not, as it comes.
        source: Of the picture: boxes are drawn in many styles.
    """

    image: str
    boxes: FloatArray
    ignore: FloatArray
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a detector says of an annotated picture, and how long it took."""

    truth: Annotated
    boxes: FloatArray
    scores: FloatArray
    ms: float

    @staticmethod
    def of(truth: Annotated, faces: Sequence[Face], ms: float) -> Found:
        """Of a detector's answer."""
        boxes = np.array([(f.box.x0, f.box.y0, f.box.x1, f.box.y1) for f in faces], np.float32).reshape(-1, 4)
        return Found(truth, boxes, np.array([face.detection_score for face in faces], np.float32), ms)


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Figures at one overlap.

    Args:
        faces: To be found.
        recall: None where there is no face, as is `ap`.
        precision: None where nothing was found.
        ap: The area under the curve, precision made never to rise with recall.
        curve: (K, 3) float64: recall, precision and score, the highest score first.
    """

    faces: int
    recall: Estimate | None
    precision: Estimate | None
    ap: float | None
    curve: Float64Array

    def as_json(self) -> dict[str, Any]:
        """Rates with their intervals; without the curve."""
        return {"faces": self.faces, **beside("recall", self.recall), **beside("precision", self.precision), "ap": self.ap}


@dataclass(frozen=True, slots=True)
class DetectionReport:
    """What was measured.

    Args:
        by_overlap: Of faces of any size.
        by_size: The same by name in SIZES.
        ms: Median for a picture, decoding left out.
    """

    images: int
    by_overlap: dict[float, Rates]
    by_size: dict[float, dict[str, Rates]]
    ms: float

    def as_json(self) -> dict[str, Any]:
        """All but the curves."""
        return {
            "images": self.images,
            "ms": self.ms,
            "overlaps": {
                f"{overlap:g}": {**rates.as_json(), "by_size": {name: row.as_json() for name, row in self.by_size[overlap].items()}}
                for overlap, rates in self.by_overlap.items()
            },
        }


def read_annotations(path: Path) -> tuple[Annotated, ...]:
    """The pictures of a file of JSON lines {"image", "boxes": [[x, y, w, h]], "ignore": …, "source": …}; the last two may be left out.

    Raises:
        EvaluationError: The file cannot be read, a line is none of these, or there is no line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"The annotations {path} cannot be read: {error}.") from error
    rows = tuple(_annotated(line, f"Line {number} of {path}") for number, line in enumerate(lines, 1) if line.strip())
    if not rows:
        raise EvaluationError(f"The annotations {path} are empty.", hint='Each line is {"image": …, "boxes": [[x, y, w, h], …]}.')
    return rows


def find_all(
    rows: Sequence[Annotated], root: Path, detector: Detector, *, progress: Progress = lambda done, total: None
) -> tuple[Found, ...]:
    """What the detector finds in each picture.

    Raises:
        ImageError: A picture is missing or damaged.
    """
    found = []
    for done, row in enumerate(rows, 1):
        pixels = read_image(root / row.image)
        start = time.perf_counter()
        faces = detector.detect(pixels)
        found.append(Found.of(row, faces, 1000 * (time.perf_counter() - start)))
        progress(done, len(rows))
    return tuple(found)


def by_source(found: Sequence[Found]) -> dict[str, tuple[Found, ...]]:
    """The same by where the pictures come from, in their order."""
    sources = dict.fromkeys(one.truth.source for one in found)
    return {source: tuple(one for one in found if one.truth.source == source) for source in sources}


def report_of(found: Sequence[Found]) -> DetectionReport:
    """The figures. Raises ValueError without a picture."""
    if not found:
        raise ValueError("no picture")
    return DetectionReport(
        len(found),
        {overlap: rates_of(found, overlap) for overlap in OVERLAPS},
        {overlap: {name: rates_of(found, overlap, sizes) for name, sizes in SIZES.items()} for overlap in OVERLAPS},
        median(one.ms for one in found),
    )


def rates_of(found: Sequence[Found], overlap: float, sizes: tuple[float, float] = _ANY_SIZE) -> Rates:
    """The figures at an overlap, of faces within the sizes."""
    judged = [_judged(one, overlap, sizes) for one in found]
    is_hit = np.concatenate([hits for hits, _, _ in judged])
    scores = np.concatenate([scores for _, scores, _ in judged])
    faces = sum(count for _, _, count in judged)
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(is_hit[order]).astype(np.float64)
    precisions = hits / np.arange(1, len(hits) + 1)
    recalls = hits / faces if faces else np.zeros(len(hits))
    curve = np.stack([recalls, precisions, scores[order].astype(np.float64)], axis=1)
    hit_count = int(is_hit.sum())
    recall, precision = _share(hit_count, faces), _share(hit_count, len(is_hit))
    return Rates(faces, recall, precision, average_precision(recalls, precisions) if faces else None, curve)


def average_precision(recalls: npt.ArrayLike, precisions: npt.ArrayLike) -> float:
    """The area under the curve through the points, by ascending recall, each precision raised to the best at any larger recall."""
    best = np.maximum.accumulate(np.asarray(precisions, np.float64)[::-1])[::-1]
    return float(np.sum(np.diff(np.asarray(recalls), prepend=0.0) * best))


def _judged(found: Found, overlap: float, sizes: tuple[float, float]) -> tuple[AnyArray, FloatArray, int]:
    """Of the detections that count: whether each is a hit, and its score; and how many faces there were to find."""
    truth = found.truth
    is_wanted = _is_within(truth.boxes, sizes)
    taken = match(found.boxes, found.scores, truth.boxes, overlap)
    is_hit = np.array([row >= 0 and is_wanted[row] for row in taken], bool)
    is_other = np.array([row >= 0 and not is_wanted[row] for row in taken], bool)
    is_lost = (taken < 0) & (_on_ignored(found.boxes, truth.ignore) | ~_is_within(found.boxes, sizes))
    counts = ~is_other & ~is_lost
    return is_hit[counts], found.scores[counts], int(is_wanted.sum())


def match(boxes: AnyArray, scores: npt.ArrayLike, faces: AnyArray, overlap: float) -> AnyArray:
    """(N,) the row of the face (M, 4) that each of the boxes (N, 4) takes, −1 for none; the highest score chooses first."""
    taken = np.full(len(boxes), -1)
    left = _ious(boxes, faces)
    for row in np.argsort(-np.asarray(scores), kind="stable"):
        if len(faces) and left[row].max() >= overlap:
            taken[row] = left[row].argmax()
            left[:, taken[row]] = -1.0
    return taken


def _ious(first: AnyArray, second: AnyArray) -> Float64Array:
    return np.array([[Box(*a).iou(Box(*b)) for b in second] for a in first], np.float64).reshape(len(first), len(second))


def _is_within(boxes: AnyArray, sizes: tuple[float, float]) -> AnyArray:
    size = np.sqrt(np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1))
    within: AnyArray = (size >= sizes[0]) & (size < sizes[1])
    return within


def _on_ignored(boxes: AnyArray, ignore: AnyArray) -> AnyArray:
    low, high = np.maximum(boxes[:, None, :2], ignore[None, :, :2]), np.minimum(boxes[:, None, 2:], ignore[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=2).max(axis=1, initial=0)
    own: AnyArray = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1)
    is_on: AnyArray = common >= _ON_IGNORED * np.maximum(own, 1e-9)
    return is_on


def _share(part: int, whole: int) -> Estimate | None:
    return Estimate(part / whole, wilson(part, whole)) if whole else None


def _annotated(line: str, place: str) -> Annotated:
    try:
        row = json.loads(line)
        return Annotated(str(row["image"]), _corners(row["boxes"]), _corners(row.get("ignore", [])), str(row.get("source", "")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EvaluationError(
            f"{place} is no annotated picture: {error!r}.", hint='It must be {"image": …, "boxes": [[x, y, w, h], …], "ignore": […]}.'
        ) from error


def _corners(boxes: Sequence[Sequence[float]]) -> FloatArray:
    sizes = np.asarray(boxes, np.float32).reshape(-1, 4)
    if not np.isfinite(sizes).all() or (sizes[:, 2:] < 0).any():
        raise ValueError("a box has no width, no height or no place")
    return np.concatenate([sizes[:, :2], sizes[:, :2] + sizes[:, 2:]], axis=1)
