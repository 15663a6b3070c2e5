"""Pictures in memory with places in them, or with nothing, and random views in which the places move with the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from facekit.imaging import read_image, warped
from facekit.types import AnyArray, FloatArray, Pixels
from training.data.augment import AugmentOptions, degraded, motion

_LONGEST_SIDE = 112
"""Larger pictures are kept shrunk: the networks see 64 pixels a side, and views of so large a picture need no averaging."""
_TRIES = 10
_MIDDLE = np.array([0.5, 0.5])


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A picture and its places.

    Args:
        pixels: H×W×3 uint8 RGB.
        places: K×2 float32 in shares of width and height: (0, 0) and (1, 1) are the picture's corners. K is 0 where nothing is there.
        group: What set it comes from.
    """

    pixels: Pixels
    places: FloatArray
    group: str

    @property
    def has_places(self) -> bool:
        """Whether something is there."""
        return len(self.places) > 0

    @property
    def size(self) -> FloatArray:
        """Width and height, pixels."""
        return np.array(self.pixels.shape[1::-1], np.float32)


def placed(image: Path, points: AnyArray, group: str) -> Placed:
    """The picture of a file, shrunk where it is large, with points in its pixels; whole numbers are the pixels' centres."""
    return cut(read_image(image), points, group)


def cut(pixels: Pixels, points: AnyArray, group: str) -> Placed:
    """The same of H×W×3 uint8 RGB pixels."""
    height, width = pixels.shape[:2]
    places = ((np.asarray(points, np.float32).reshape(-1, 2) + 0.5) / (width, height)).astype(np.float32)
    scale = _LONGEST_SIDE / max(height, width)
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return Placed(np.ascontiguousarray(pixels), places, group)


def squeezed(picture: Placed, side: int) -> Pixels:
    """side×side×3 uint8: the whole picture, its proportions given up, as the network sees it."""
    return warped(picture.pixels, _to_square(picture, np.eye(2, 3), side), side)


def view(
    picture: Placed,
    side: int,
    options: AugmentOptions,
    rng: np.random.Generator,
    *,
    mirrored: tuple[int, ...],
    is_wanted: Callable[[FloatArray], bool] = lambda places: True,
) -> Placed:
    """A random view, side×side, and where the places are in it.

    Args:
        mirrored: Where each place of a mirrored picture is found among those of the picture.
        is_wanted: Whether a view with such places will do; after ten that will not, the picture is only mirrored.
    """
    is_mirrored = bool(rng.random() < options.mirror_rate)
    moved = np.array([(-1.0, 0, 1), (0, 1, 0)]) if is_mirrored else np.eye(2, 3)
    for _ in range(_TRIES):
        tried = motion(_MIDDLE, options, rng, shift=options.shift_px / side, is_mirrored=is_mirrored)
        if not picture.has_places or is_wanted(_mapped(picture.places, tried)):
            moved = tried
            break
    places = _mapped(picture.places, moved)
    if is_mirrored and picture.has_places:
        places = places[list(mirrored)]
    pixels = degraded(warped(picture.pixels, _to_square(picture, moved, side), side), options, rng)
    return Placed(np.ascontiguousarray(pixels), places, picture.group)


def _to_square(picture: Placed, moved: AnyArray, side: int) -> AnyArray:
    """2×3: from the picture's pixels to those of the square, by way of shares of the sides."""
    width, height = picture.size
    shares = np.array([(1 / width, 0, 0.5 / width), (0, 1 / height, 0.5 / height)])
    pixels = np.array([(side, 0, -0.5), (0, side, -0.5)])
    return _after(pixels, _after(moved, shares))


def _after(second: AnyArray, first: AnyArray) -> AnyArray:
    """2×3: first the one map, then the other."""
    composed: AnyArray = second @ np.vstack([first, (0, 0, 1)])
    return composed


def _mapped(places: FloatArray, matrix: AnyArray) -> FloatArray:
    moved: FloatArray = (places @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    return moved
