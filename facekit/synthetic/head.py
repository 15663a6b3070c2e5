"""The shape of a head: a closed surface over a grid, with eyes, brows, nose, lips and chin pushed out of it or into it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facekit.synthetic.features import Mimic, Mouth, brow_line, eye_line, fold, lids, mouth_of, nose_end
from facekit.synthetic.identity import Identity
from facekit.synthetic.noise import bump, curve, step
from facekit.types import FloatArray

GRID = (360, 416)
"""Rows from crown to chin, columns round the head."""
_TURN = np.radians(165.0)
_FRONT_SHARE = 0.6  # of the columns that a uniform grid would give the front, so that eyes and mouth are drawn finely

# y, half width, front, middle and back of the section at that height, from the crown to below the chin; centimetres
_SECTIONS = np.array(
    [
        (-12.4, 0.0, 0.0, 0.0, 0.0),
        (-12.0, 3.3, 2.9, -0.3, -3.7),
        (-10.7, 5.5, 5.7, -0.4, -6.9),
        (-8.3, 6.8, 8.0, -0.5, -8.8),
        (-5.2, 7.4, 9.15, -0.5, -9.7),
        (-2.0, 7.45, 9.45, -0.5, -9.8),
        (1.0, 7.2, 9.2, -0.3, -9.2),
        (3.8, 6.85, 9.0, 0.0, -7.5),
        (6.3, 6.3, 8.95, 0.4, -5.0),
        (8.4, 5.4, 8.8, 1.5, -3.0),
        (10.1, 4.2, 8.6, 3.0, 0.0),
        (11.3, 2.9, 8.1, 4.6, 2.0),
        (11.9, 1.4, 7.2, 5.4, 4.0),
        (12.0, 0.0, 6.0, 6.0, 6.0),
    ],
    np.float32,
)


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A head's surface before hair.

    Args:
        x, y, z: rows×columns float32 cm, as seen after the mimic.
        rest_x, rest_y: The same points before the jaw moved: where the paint belongs.
        turn: (columns,) float32 radians round the head, 0 is the front.
        mouth: The mouth it was shaped with.
    """

    x: FloatArray
    y: FloatArray
    z: FloatArray
    rest_x: FloatArray
    rest_y: FloatArray
    turn: FloatArray
    mouth: Mouth

    def cut(self, part: tuple[slice, slice]) -> Surface:
        """The surface of some rows and columns."""
        return Surface(self.x[part], self.y[part], self.z[part], self.rest_x[part], self.rest_y[part], self.turn[part[1]], self.mouth)


def head_surface(person: Identity, mimic: Mimic) -> Surface:
    """The head of a person in a mimic."""
    rows, columns = GRID
    across = np.linspace(-1.0, 1.0, columns, dtype=np.float32)
    turn = _TURN * (_FRONT_SHARE * across + (1.0 - _FRONT_SHARE) * across**3)
    down = np.linspace(0.0, len(_SECTIONS) - 1, rows, dtype=np.float32)
    y, width, front, middle, back = (part[:, None] for part in curve(_personal_sections(person), down).T)
    sine, cosine = np.sin(turn)[None], np.cos(turn)[None]
    x = np.maximum(width, 0.0) * np.sign(sine) * np.abs(sine) ** 0.92
    z = middle + np.where(cosine > 0, front - middle, middle - back) * np.sign(cosine) * np.abs(cosine) ** 0.92
    y = np.broadcast_to(y, x.shape)
    mouth = mouth_of(person, mimic)
    face = near(y, turn, (-8.0, 99.0), 80.0)
    z[face] += step(0.17, 0.55, cosine[:, face[1]]) * relief(person, mimic, mouth, x[face], y[face])
    lowered = mouth.drop * step(mouth.y, mouth.y + 2.2, y) * step(-2.0, 5.0, z)
    x, y, z, lowered = (np.asarray(axis, np.float32) for axis in (x, y, z, lowered))
    return Surface(x, y + lowered, z - 0.25 * lowered, x, y, turn, mouth)


def near(y: FloatArray, turn: FloatArray, heights: tuple[float, float], degrees: float) -> tuple[slice, slice]:
    """The rows between two heights (cm) and the columns up to so many degrees from the front."""
    rows = np.nonzero((y[:, 0] > heights[0]) & (y[:, 0] < heights[1]))[0]
    columns = np.nonzero(np.abs(np.degrees(turn)) < degrees)[0]
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _personal_sections(person: Identity) -> FloatArray:
    """The sections with the person's proportions."""
    sections = _SECTIONS.copy()
    y = sections[:, 0].copy()
    sections[:, 0] = np.where(y > 0, y * person.lower_length, y * person.upper_length)
    width = np.interp(
        y,
        [-8, -4, 0.5, 4, 7, 10, 11.5],
        [
            1.0,
            person.temple_width,
            1.0,
            person.cheek_width,
            person.jaw_width,
            0.5 * (person.jaw_width + person.chin_width),
            person.chin_width,
        ],
    )
    sections[:, 1] *= width * person.face_width
    sections[:, 2] += person.chin_forward * bump(y, y, (10.6, 10.6), (1.6, 1.6)) * (y < 11.8)
    sections[:, 2] -= person.forehead_slope * step(-3.0, -9.0, y) * (y > -12)
    return sections


def relief(person: Identity, mimic: Mimic, mouth: Mouth, x: FloatArray, y: FloatArray) -> FloatArray:
    """How far the surface stands out at (x, y) on the front, in cm."""
    side = np.abs(x)
    parts = _eyes(person, mimic, x, y) + _nose(person, side, y) + _mouth(person, mouth, side, x, y) + _cheeks(person, mimic, mouth, side, y)
    return np.asarray(parts, np.float32)


def _eyes(person: Identity, mimic: Mimic, x: FloatArray, y: FloatArray) -> FloatArray:
    height = np.zeros_like(x)
    for side in (-1.0, 1.0):
        t, axis = eye_line(person, side, x)
        upper, lower = lids(person, mimic, t)
        centre = side * person.eye_spacing
        height -= person.eye_depth * bump(x, y, (centre - 0.35 * side, -0.35), (1.5, 0.95))
        height += 0.62 * bump(x, y - axis, (centre, 0.0), (0.95, 0.75))
        lid = 0.13 * np.exp(-(((y - axis - upper + 0.22) / 0.2) ** 2)) + 0.07 * np.exp(-(((y - axis - lower - 0.15) / 0.16) ** 2))
        height += lid * step(1.25, 0.8, np.abs(t))
        along = (side * x - 1.0) / person.brow_length
        ridge = np.exp(-(((y - brow_line(person, along) - 0.15) / 0.62) ** 2)) * step(-0.25, 0.15, along) * step(1.25, 0.8, along)
        height += person.brow_ridge * ridge
        height += 0.12 * person.eye_bag * np.exp(-(((y - 1.25 - 0.25 * (1 - t * t)) / 0.3) ** 2)) * step(1.3, 0.7, np.abs(t))
    return height


def _nose(person: Identity, side: FloatArray, y: FloatArray) -> FloatArray:
    end = nose_end(person)
    tip, t = end - 0.75, (y + 0.9) / (end - 0.75 + 0.9)
    bridge = 0.35 * person.nose_bridge + (person.nose_tip - 0.35 * person.nose_bridge) * np.clip(t, 0, 1) ** 1.35
    bridge = (
        (bridge + person.nose_hump * np.exp(-(((t - 0.42) / 0.2) ** 2))) * step(-0.45, 0.25, t) * step(end + 0.25, tip, y + 0.16 * side**2)
    )
    width = (0.58 + 0.5 * np.clip(t, 0, 1.1) ** 2.5) * (0.5 + 0.5 * person.nose_width)
    height = bridge * np.exp(-(np.abs(side / width) ** 2.1) * 0.5)
    height += 0.34 * person.nose_bridge * bump(side, y, (0.0, -1.2), (0.75, 1.0))
    wing = 1.28 * person.nose_width
    height += 0.95 * bump(side, y, (wing, end - 0.58), (0.46, 0.5)) - 0.25 * bump(side, y, (wing + 0.7, end - 0.4), (0.35, 0.6))
    return np.asarray(height - 0.35 * bump(side, y, (0.55 * person.nose_width, end - 0.02), (0.33, 0.18)), np.float32)


def _mouth(person: Identity, mouth: Mouth, side: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    line = mouth.line(x)
    t = np.clip(side / mouth.half, 0.0, 1.6)
    within = step(1.1, 0.55, t)
    height = 0.42 * bump(side, y, (0.0, mouth.y), (2.4, 1.6))
    height += 0.34 * within * np.exp(-(((y - line + 0.55 * mouth.upper) / (0.5 * mouth.upper + 0.12)) ** 2))
    height += 0.42 * within * np.exp(-(((y - line - 0.55 * mouth.lower) / (0.5 * mouth.lower + 0.12)) ** 2))
    height -= 0.30 * step(1.05, 0.8, t) * np.exp(-(((y - line) / 0.13) ** 2))
    height -= 0.16 * bump(side, y, (0.0, 0.5 * (mouth.y + nose_end(person)) - 0.1), (0.26, 0.45))
    height -= 0.38 * bump(side, y, (0.0, mouth.y + mouth.lower + 0.75), (1.6, 0.4))
    return np.asarray(height - 0.22 * bump(side, y, (mouth.half + 0.15, mouth.y - mouth.lift), (0.3, 0.35)), np.float32)


def _cheeks(person: Identity, mimic: Mimic, mouth: Mouth, side: FloatArray, y: FloatArray) -> FloatArray:
    smile = mimic.smile
    chin = 11.0 * person.lower_length - 0.7
    height = (person.cheekbone + 0.4 * smile) * bump(side, y, (4.6, 2.6), (1.6, 1.15))
    height += person.fullness * bump(side, y, (4.2, 6.2), (1.7, 2.0))
    height += 0.55 * bump(side, y, (0.0, chin), (1.5 * person.chin_width, 0.85)) - person.chin_cleft * 0.5 * bump(
        side, y, (0.0, chin + 0.1), (0.22, 0.7)
    )
    outside, present = fold(person, mouth, side, y)
    depth = (0.02 + 0.10 * person.age + 0.15 * smile) * present
    return np.asarray(height - depth * np.exp(-((outside / 0.42) ** 2)) + 0.8 * depth * np.exp(-(((outside - 0.8) / 0.6) ** 2)), np.float32)
