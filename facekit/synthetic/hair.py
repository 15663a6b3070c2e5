"""Hair: where it grows on the scalp, how thick it lies, its colour and strands; and the curtain that long hair makes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facekit.synthetic.head import Surface
from facekit.synthetic.identity import HairStyle, Identity
from facekit.synthetic.noise import noise, step
from facekit.types import FloatArray

_HAIR_STREAM = 104
# The hairline of a full head: degrees from the front, cm above (−) or below (+) the eyes.
_LINE = np.array(
    [(0, -7.6), (25, -7.4), (42, -6.6), (55, -4.6), (64, -2.4), (72, -0.4), (80, 2.4), (88, 2.0), (100, 3.0), (125, 6.5), (165, 7.5)],
    np.float32,
)


@dataclass(frozen=True, slots=True, eq=False)
class Hair:
    """Hair on the head's grid: `cover` 0 … 1, `lift` cm off the scalp, `colour` RGB 0 … 1; all float32."""

    cover: FloatArray
    lift: FloatArray
    colour: FloatArray


_LIFT = {
    # cm on top, at the sides; grain of the strands in rows and columns; roughness
    HairStyle.CROP: (0.35, 0.2, (4.0, 3.0), 0.5),
    HairStyle.SHORT: (1.3, 0.6, (30.0, 3.5), 0.9),
    HairStyle.QUIFF: (2.5, 0.45, (34.0, 4.5), 1.0),
    HairStyle.CURLY: (2.6, 1.8, (11.0, 11.0), 2.2),
    HairStyle.BOB: (1.5, 1.3, (60.0, 3.5), 0.7),
    HairStyle.LONG: (1.3, 1.1, (70.0, 3.5), 0.7),
    HairStyle.BUN: (0.9, 0.5, (60.0, 3.0), 0.5),
}


def scalp_hair(person: Identity, surface: Surface) -> Hair | None:
    """The hair that lies on the head; None for a bald one."""
    if person.hair_style is HairStyle.BALD:
        return None
    rng = np.random.default_rng([_HAIR_STREAM, person.seed])
    top, sides, grain, rough = _LIFT[person.hair_style]
    shape = surface.x.shape
    y = surface.rest_y
    falls = person.hair_style in (HairStyle.BOB, HairStyle.LONG)
    ragged = (0.06 if falls else 0.22) * noise(shape, (9.0, 5.0), rng)
    # Falling hair is coloured a little before it rises, so that no raised edge shows skin.
    painted = _hairline(person, surface, 55.0) - y + ragged
    inside = _hairline(person, surface, 63.0) - y + ragged
    soft = 0.5 if person.hair_style is HairStyle.CROP else 0.3
    cover = step(-soft, soft, painted)
    high = step(-2.0, -9.0, y)
    full = (sides + (top - sides) * high) * person.hair_volume
    strands = noise(shape, grain, rng)
    fine = noise(shape, (40.0, 1.6), rng)
    lift = full * step(0.1, 2.2, inside) * (1.0 + 0.10 * rough * strands) + 0.06 * rough * strands * cover
    if person.hair_style is HairStyle.QUIFF:
        lift += 1.1 * person.hair_volume * step(0.0, 1.5, inside) * np.exp(-((surface.turn[None] / 0.7) ** 2)) * step(-7.0, -9.5, y)
    shade = 1.0 + 0.16 * strands + 0.12 * fine
    colour = np.asarray(person.hair, np.float32) * np.clip(shade, 0.4, 1.7)[..., None]
    return Hair(cover, np.asarray(lift, np.float32), np.asarray(np.clip(colour, 0.01, 0.97), np.float32))


def _hairline(person: Identity, surface: Surface, falls_from: float) -> FloatArray:
    """y of the hairline in each column, 1×columns; hair that falls covers the sides from so many degrees on."""
    degrees = np.degrees(surface.turn)
    side = np.abs(degrees)
    line = np.interp(side, _LINE[:, 0], _LINE[:, 1]) * np.where(side < 70, person.upper_length, 1.0)
    line -= person.hair_line * (side < 60) * 0.8
    line -= 3.2 * person.hair_recede * np.exp(-(((side - 32) / 14) ** 2)) + 1.6 * person.hair_recede * np.exp(-((side / 20) ** 2))
    fringe_to = -person.brow_height - 1.1
    fringe = person.hair_fringe * step(46, 34, np.asarray(side, np.float32))
    line = line + np.maximum(fringe_to - line, 0.0) * fringe
    line += 0.5 * person.hair_part * np.sin(np.radians(degrees * 2.4)) * (side < 75)
    if person.hair_style in (HairStyle.BOB, HairStyle.LONG):
        line += np.maximum(7.0 - line, 0.0) * step(falls_from, falls_from + 10.0, np.asarray(side, np.float32))
    return np.asarray(line, np.float32)[None]


def curtain(person: Identity) -> tuple[FloatArray, FloatArray] | None:
    """Hair that falls beside and behind the face: its points and its colour, rows×columns×3 each; None for shorter cuts."""
    if person.hair_style not in (HairStyle.BOB, HairStyle.LONG):
        return None
    rng = np.random.default_rng([_HAIR_STREAM, person.seed, 1])
    shape = (160, 320)
    turn = np.radians(np.linspace(62.0, 298.0, shape[1], dtype=np.float32))[None]
    down = np.linspace(0.0, 1.0, shape[0], dtype=np.float32)[:, None]
    reach = (7.5 + 4.0 * person.hair_length) if person.hair_style is HairStyle.BOB else (15.0 + 6.0 * person.hair_length)
    behind = np.where(np.cos(turn) < -0.35, 12.0 * person.lower_length + 3.0, 99.0)  # on the back: not seen, and never over the shirt
    ends = np.minimum(reach + 0.5 * noise((2, shape[1]), (1.0, 6.0), rng)[:1], behind)
    y = -6.0 + (ends + 6.0) * down
    strands = noise(shape, (120.0, 4.0), rng) + 0.6 * noise(shape, (120.0, 1.8), rng)
    wide = 7.4 * person.face_width * (1.02 + 0.16 * person.hair_volume * np.sin(np.pi * np.clip(down * 0.85 + 0.1, 0, 1)) ** 0.7)
    wide = wide + 0.05 * strands + 0.3 * np.sin(5.0 * down + 2.0 * np.cos(turn))
    x, z = wide * np.sin(turn), -0.8 + 1.18 * wide * np.cos(turn)
    points = np.stack(np.broadcast_arrays(x, y, z), axis=-1).astype(np.float32)
    shade = np.clip((1.0 + 0.13 * strands) * (1.0 - 0.25 * down), 0.4, 1.6)
    return points, np.asarray(np.clip(np.asarray(person.hair, np.float32) * shade[..., None], 0.01, 0.97), np.float32)
