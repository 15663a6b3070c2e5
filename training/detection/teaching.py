"""Labels by other detectors: what two of them find is a face, what one alone is unsure of is left open."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from facekit.detectors.base import DETECTORS, Detector
from facekit.errors import ImageError
from facekit.imaging import read_image
from facekit.types import Face, FloatArray, Pixels
from training.detection.pictures import Labelled, overlap, read_labelled
from training.errors import TrainingError

_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})


@dataclass(frozen=True, slots=True)
class TeachingOptions:
    """Who labels, and when they are believed.

    Args:
        detectors: The first one's box and points are kept where several find a face.
        min_faces: Of each, pixels.
        sure_scores: From this score on, a face that one of them alone finds is a face.
        same_iou: From this overlap on, two boxes are of one face.
        longest_side: Larger pictures are shrunk to it before the search.
        smallest: Faces narrower than this are left open, pixels.
    """

    detectors: tuple[str, ...] = ("mtcnn", "yunet")
    min_faces: tuple[int, ...] = (20, 10)
    sure_scores: tuple[float, ...] = (0.995, 0.85)
    same_iou: float = 0.35
    longest_side: int = 640
    smallest: float = 8.0


class DetectorTeachers:
    """Several detectors at one picture.

    Raises:
        ModelError: One of them is unknown or cannot be loaded.
    """

    def __init__(self, options: TeachingOptions) -> None:
        self._options = options
        self._teachers: list[Detector] = [
            DETECTORS.create(name, min_face=least) for name, least in zip(options.detectors, options.min_faces, strict=True)
        ]

    def label(self, image: Path, pixels: Pixels) -> Labelled:
        """The faces that they agree on or one is sure of; the others are left open."""
        scale = min(1.0, self._options.longest_side / max(pixels.shape[:2]))
        small = pixels if scale == 1 else np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
        found: list[tuple[Face, bool]] = []
        for teacher, sure in zip(self._teachers, self._options.sure_scores, strict=True):
            for face in teacher.detect(small):
                _enter(found, face, face.detection_score >= sure, self._options.same_iou)
        faces = [
            (_corners(face) / scale, face.landmarks / scale, sure and face.box.width >= self._options.smallest) for face, sure in found
        ]
        kept, open_ = [row for row in faces if row[2]], [row[0] for row in faces if not row[2]]
        return Labelled.of(image, np.array([row[0] for row in kept]), np.array([row[1] for row in kept]), np.array(open_))

    def complete(self, human: Labelled, pixels: Pixels) -> Labelled:
        """A person's boxes with points where a teacher found the same face, and the teachers' further faces.

        The teacher's box is taken with its points: persons draw boxes in many styles, and a network can learn only one.
        """
        taught = self.label(human.image, pixels)
        overlaps = overlap(human.boxes, taught.boxes)
        boxes, points = human.boxes.copy(), human.points.copy()
        is_new = np.ones(len(taught.boxes), bool)
        for row, column in _pairs(overlaps, self._options.same_iou):
            boxes[row] = taught.boxes[column]
            if np.isnan(points[row]).any():
                points[row] = taught.points[column]
            is_new[column] = False
        is_large = (boxes[:, 2] - boxes[:, 0]) >= self._options.smallest
        is_free = overlap(taught.ignore, human.boxes).max(axis=1, initial=0) < self._options.same_iou
        return Labelled.of(
            human.image,
            np.concatenate([boxes[is_large], taught.boxes[is_new]]),
            np.concatenate([points[is_large], taught.points[is_new]]),
            np.concatenate([human.ignore, boxes[~is_large], taught.ignore[is_free]]),
        )


def label_all(pictures: Sequence[Labelled], options: TeachingOptions) -> Iterator[Labelled]:
    """Each picture that can be read, completed; where it has no boxes yet, all labels are the teachers'."""
    teachers = DetectorTeachers(options)
    for picture in pictures:
        try:
            pixels = read_image(picture.image)
        except ImageError:
            continue
        yield teachers.complete(picture, pixels)


def _enter(found: list[tuple[Face, bool]], face: Face, is_sure: bool, same_iou: float) -> None:
    """Add a face, or make the one that it confirms a sure one."""
    for row, (known, _) in enumerate(found):
        if known.box.iou(face.box) >= same_iou:
            found[row] = (known, True)
            return
    found.append((face, is_sure))


def _pairs(overlaps: FloatArray, least: float) -> Iterator[tuple[int, int]]:
    """Rows and columns that belong together, the largest overlaps first, each at most once."""
    left = overlaps.copy()
    while left.size and left.max() >= least:
        row, column = np.unravel_index(int(left.argmax()), left.shape)
        yield int(row), int(column)
        left[row, :], left[:, column] = -1, -1


def _corners(face: Face) -> FloatArray:
    return np.array([face.box.x0, face.box.y0, face.box.x1, face.box.y1], np.float32)


def open_pictures(sources: Sequence[str], *, count: int = 0, seed: int = 0) -> tuple[Labelled, ...]:
    """The pictures of globs, without labels, and those of label files (.jsonl), in an order by chance.

    Args:
        count: Of each source at most, 0 for all.

    Raises:
        TrainingError: A source has no picture.
    """
    rng = np.random.default_rng(seed)
    chosen: list[Labelled] = []
    for source in sources:
        found = _of_source(source)
        if not found:
            raise TrainingError(f"{source!r} has no pictures.", hint="Give a glob of pictures, or a file of labels (.jsonl).")
        order = rng.permutation(len(found))[: count or None]
        chosen += [found[index] for index in order]
    return tuple(chosen[index] for index in rng.permutation(len(chosen)))


def _of_source(source: str) -> list[Labelled]:
    if source.endswith(".jsonl"):
        return list(read_labelled(Path(source)))
    paths = sorted(path for path in map(Path, glob.glob(source, recursive=True)) if path.suffix.lower() in _SUFFIXES)  # noqa: PTH207  # a whole path is the pattern
    return [Labelled.of(path, np.zeros((0, 4))) for path in paths]
