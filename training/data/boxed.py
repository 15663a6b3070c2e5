"""Pictures with exactly one labelled face: whole, or cut from pictures with several."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from facekit.imaging import read_image
from facekit.types import AnyArray, FloatArray
from training.data.placed import Placed, cut, placed
from training.detection.pictures import Labelled, overlap

_SMALLEST = 24.0
"""Faces narrower than this many pixels are not cut out."""
_CUTS = 3
"""Of one picture, at most."""
_TRIES = 30
_NARROWEST, _WIDEST = 1.6, 4.0
"""Sides of a cut, in longer sides of the box."""

MIRRORED_CORNERS = (1, 0, 3, 2)
"""The corners of a mirrored box among those of the box."""


def single_faces(pictures: Iterable[Labelled]) -> list[Placed]:
    """The pictures with one face; of those with more, up to three cuts about one of them. Places are the box's corners, clockwise.

    The group is the name of the picture's folder.
    """
    return [single for picture in pictures for single in _singles(picture)]


def box_of(places: FloatArray) -> FloatArray:
    """(4,) x0, y0, x1, y1 of four corners, cut at the picture's edges 0 and 1."""
    return np.concatenate([places.min(axis=0), places.max(axis=0)]).clip(0, 1).astype(np.float32)


def box_overlap(first: AnyArray, second: AnyArray) -> float:
    """Intersection over union of two boxes (4,)."""
    return float(overlap(first[None], second[None])[0, 0])


def backgrounds(folder: Path) -> list[Path]:
    """The pictures under a folder, by name."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png", ".webp"})


def _singles(picture: Labelled) -> Iterator[Placed]:
    group = picture.image.parent.name
    if len(picture.boxes) == 1 and not len(picture.ignore):
        yield placed(picture.image, _corners(picture.boxes[0]), group)
        return
    rng = np.random.default_rng(zlib.crc32(f"{group}/{picture.image.name}".encode()))
    pixels = read_image(picture.image)
    others = np.concatenate([picture.boxes, picture.ignore])
    large = np.flatnonzero(picture.boxes[:, 2] - picture.boxes[:, 0] >= _SMALLEST)
    for row in rng.permutation(large)[:_CUTS]:
        window = _window(picture.boxes[row], np.delete(others, row, axis=0), pixels.shape[1::-1], rng)
        if window is not None:
            x0, y0, x1, y1 = window
            yield cut(pixels[y0:y1, x0:x1], _corners(picture.boxes[row]) - (x0, y0), group)


def _window(box: FloatArray, others: FloatArray, size: tuple[int, ...], rng: np.random.Generator) -> tuple[int, int, int, int] | None:
    """A square with the whole box in it and nothing of the others, anywhere about it; None where thirty tries find none."""
    longer = float(max(box[2:] - box[:2]))
    for _ in range(_TRIES):
        side = int(longer * rng.uniform(_NARROWEST, _WIDEST))
        low, high = np.maximum(0, box[2:] - side), np.minimum(box[:2], np.array(size) - side)
        if (high < low).any():
            continue
        x0, y0 = (int(value) for value in np.floor(rng.uniform(low, high)))
        window = np.array([x0, y0, x0 + side, y0 + side])
        if not _touches(window, others):
            return x0, y0, x0 + side, y0 + side
    return None


def _touches(window: AnyArray, others: FloatArray) -> bool:
    return bool(((others[:, :2] < window[2:]) & (others[:, 2:] > window[:2])).all(axis=1).any())


def _corners(box: FloatArray) -> FloatArray:
    """4×2 clockwise from the upper left, whole numbers at the pixels' centres."""
    x0, y0, x1, y1 = box - 0.5
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float32)
