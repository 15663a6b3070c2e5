"""The lecture's five augmentations of a picture (B6): mirror, crop, rotate, shear, shift the colours. Its class stays. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from facekit.types import Pixels


@dataclass(frozen=True, slots=True)
class PictureChanges:
    """How far each goes; 0 is not at all.

    Args:
        mirror: The chance of it.
        crop: Largest share of the sides that is cut off; what is left lies anywhere and is brought back to the size.
        rotation_deg: Largest angle, either way.
        shear: Largest shift of the top row against the bottom row, in widths, either way.
        colour: Largest shift of each channel, grey levels, either way.
    """

    mirror: float = 0.0
    crop: float = 0.0
    rotation_deg: float = 0.0
    shear: float = 0.0
    colour: float = 0.0


def changed(pixels: Pixels, changes: PictureChanges, rng: np.random.Generator) -> Pixels:
    """A random view of H×W×C uint8 pixels, of the same size; what comes from outside repeats the edge."""
    view = pixels
    if changes.mirror or changes.crop or changes.rotation_deg or changes.shear:
        matrix = _matrix(pixels.shape[1], pixels.shape[0], changes, rng)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        view = np.asarray(cv2.warpAffine(pixels, matrix, pixels.shape[1::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)
        view = view.reshape(pixels.shape)  # OpenCV drops the axis of one channel
    if changes.colour:
        shift = rng.uniform(-changes.colour, changes.colour, pixels.shape[2])
        view = np.clip(view + np.round(shift), 0, 255).astype(np.uint8)
    return view


def _matrix(width: int, height: int, changes: PictureChanges, rng: np.random.Generator) -> cv2.typing.MatLike:
    """(2, 3): where in the picture each pixel of the view lies. One resampling for all of it."""
    angle = np.deg2rad(rng.uniform(-1, 1) * changes.rotation_deg)
    side = -1.0 if rng.random() < changes.mirror else 1.0
    kept = 1 - rng.uniform(0, changes.crop)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    lean = np.array([[1, rng.uniform(-1, 1) * changes.shear * width / height], [0, 1]])
    inner = kept * turn @ lean @ np.diag([side, 1.0])
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    place = rng.uniform(-0.5, 0.5, 2) * (1 - kept) * (width, height)
    return np.column_stack([inner, centre + place - inner @ centre])


EXAMPLES: Mapping[str, PictureChanges] = {
    "as it is": PictureChanges(),
    "mirror": PictureChanges(mirror=1.0),
    "crop": PictureChanges(crop=0.4),
    "rotate": PictureChanges(rotation_deg=25.0),
    "shear": PictureChanges(shear=0.3),
    "colour": PictureChanges(colour=60.0),
}
"""Each change by itself, far enough to be seen."""
_GAP = 4
"""Pixels between two examples."""


def examples(pixels: Pixels, *, seed: int = 0) -> Pixels:
    """The picture under each of EXAMPLES, side by side with a white gap between."""
    gap = np.full((pixels.shape[0], _GAP, pixels.shape[2]), 255, np.uint8)
    views = [changed(pixels, changes, np.random.default_rng(seed)) for changes in EXAMPLES.values()]
    return np.concatenate([part for view in views for part in (gap, view)][1:], axis=1)
