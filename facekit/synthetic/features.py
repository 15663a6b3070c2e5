"""Where a person's features lie on the front of the head: eyes, brows, nose, mouth, in centimetres, for shape and paint alike.

x grows to the picture's right, y down, z to the viewer; the origin lies between the eyes' centres, in the middle of the head.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facekit.synthetic.identity import Identity
from facekit.types import FloatArray


@dataclass(frozen=True, slots=True)
class Mimic:
    """What a face does: smile 0 … 1, mouth_open 0 … 1, blink 0 … 1."""

    smile: float = 0.0
    mouth_open: float = 0.0
    blink: float = 0.0


@dataclass(frozen=True, slots=True)
class Mouth:
    """The mouth at one moment. All in centimetres.

    Args:
        y: Of the line between the lips, at the middle.
        half: Half the width.
        lift: How much higher the corners stand than the middle.
        gap: Opening at the middle.
        drop: How far the jaw has gone down.
    """

    y: float
    half: float
    lift: float
    gap: float
    drop: float
    upper: float
    lower: float

    def line(self, x: FloatArray) -> FloatArray:
        """y of the line between the closed lips."""
        t = np.clip(np.abs(x) / self.half, 0.0, 1.3)
        return np.asarray(self.y - self.lift * t * t + 0.10 * np.exp(-((t / 0.25) ** 2)), np.float32)


def mouth_of(person: Identity, mimic: Mimic) -> Mouth:
    """The mouth of a person in a mimic."""
    smile = mimic.smile
    return Mouth(
        y=person.nose_length * person.lower_length + person.mouth_drop - 0.12 * smile,
        half=0.5 * person.mouth_width * (1.0 + 0.16 * smile - 0.10 * mimic.mouth_open),
        lift=person.mouth_curve + 0.42 * smile,
        gap=0.32 * max(0.0, smile - 0.45) + 1.25 * mimic.mouth_open,
        drop=1.5 * mimic.mouth_open + 0.15 * smile,
        upper=person.lip_upper * (1.0 - 0.22 * smile),
        lower=person.lip_lower * (1.0 - 0.15 * smile),
    )


def nose_end(person: Identity) -> float:
    """y of the base of the nose."""
    return person.nose_length * person.lower_length


def fold(person: Identity, mouth: Mouth, side: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The fold from the nose's wing past the mouth's corner: how far outside it a point lies (cm), and its strength there, 0 … 1."""
    top, bottom, inner = nose_end(person) - 0.9, mouth.y + 1.0, 1.75 * person.nose_width
    share = np.clip((y - top) / (bottom - top), 0.0, 1.0)
    line = inner + (mouth.half + 0.8 - inner) * share**0.65
    present = np.clip(np.sin(np.pi * share), 0.0, 1.0)
    return np.asarray(side - line, np.float32), np.asarray(present, np.float32)


def eye_line(person: Identity, side: float, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Position along the eye, −1 inner … 1 outer corner (and beyond), and the y of its axis there, for side −1 or 1."""
    along = side * x - person.eye_spacing
    return np.asarray(along / (0.5 * person.eye_width), np.float32), np.asarray(-person.eye_tilt * along, np.float32)


def lids(person: Identity, mimic: Mimic, t: FloatArray) -> tuple[FloatArray, FloatArray]:
    """y of the upper and lower lid above the eye's axis at positions t along the eye."""
    arc = np.clip(1.0 - t * t, 0.0, 1.0)
    height = person.eye_height * (1.0 - 0.18 * mimic.smile)
    lower = 0.38 * height * arc**0.9
    open_upper = -0.62 * height * arc**0.72 * (1.0 + 0.12 * t)
    upper = open_upper + (lower * 0.8 - open_upper) * mimic.blink
    return np.asarray(upper, np.float32), np.asarray(lower, np.float32)


def brow_line(person: Identity, t: FloatArray) -> FloatArray:
    """y of the brow's middle at t = 0 (inner end) … 1 (outer end)."""
    arch = person.brow_arch * (1.0 - ((t - 0.62) / 0.62) ** 2)
    return np.asarray(-person.brow_height - person.brow_tilt * (t - 0.3) * 2.2 - arch, np.float32)
