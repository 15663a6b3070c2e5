"""The colours of a face: skin, eyes, brows, lips, beard, freckles, lines. Colours are RGB 0 … 1 as a screen shows them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facekit.synthetic.features import Mimic, brow_line, eye_line, fold, lids, nose_end
from facekit.synthetic.head import Surface, near
from facekit.synthetic.identity import Beard, Colour, Identity
from facekit.synthetic.noise import bump, noise, step
from facekit.types import AnyArray, FloatArray

_PAINT_STREAM = 103
_ROUND_EYES = (-4.5, 2.5)  # cm


@dataclass(frozen=True, slots=True, eq=False)
class Coat:
    """A painted piece of a head, painted in place.

    Args:
        surface: Where it lies.
        colour: rows×columns×3 float32 RGB 0 … 1.
        gloss: rows×columns float32 0 … 1.
        front: rows×columns float32, 1 on the face, 0 behind the ears.
    """

    surface: Surface
    colour: FloatArray
    gloss: FloatArray
    front: FloatArray

    def cut(self, heights: tuple[float, float], degrees: float) -> Coat:
        """The piece between two heights (cm), up to so many degrees from the front; paint on it lands on the whole."""
        part = near(self.surface.rest_y, self.surface.turn, heights, degrees)
        return Coat(self.surface.cut(part), self.colour[part], self.gloss[part], self.front[part])

    def lay(self, colour: Colour | FloatArray, share: AnyArray) -> None:
        """Cover a share (0 … 1) of what is there, on the front only."""
        self.colour[:] += (np.asarray(colour, np.float32) - self.colour) * np.clip(share * self.front, 0.0, 1.0)[..., None]


def face_coat(person: Identity, mimic: Mimic, surface: Surface) -> Coat:
    """The whole head, painted, before hair."""
    rng = np.random.default_rng([_PAINT_STREAM, person.seed])
    colour = np.empty((*surface.x.shape, 3), np.float32)
    colour[:] = person.skin
    head = Coat(surface, colour, np.full(surface.x.shape, 0.16, np.float32), step(-3.0, 1.5, surface.z))
    face = head.cut((-9.5, 99.0), 95.0)
    _skin(person, face, rng)
    _lines(person, face)
    lower = face.cut((2.0, 99.0), 95.0)
    _beard(person, lower, rng)
    _nostrils(person, lower)
    _lips(person, face.cut((4.5, 99.0), 45.0), rng)
    eyes = face.cut(_ROUND_EYES, 60.0)
    for side in (-1.0, 1.0):
        _eye(person, mimic, side, eyes)
        _brow(person, side, eyes, rng)
    np.clip(colour, 0.01, 0.99, out=colour)
    return head


def _tint(person: Identity, red: float, green: float, blue: float) -> Colour:
    """The skin's colour, each channel by a factor."""
    return person.skin[0] * red, person.skin[1] * green, person.skin[2] * blue


def _skin(person: Identity, face: Coat, rng: np.random.Generator) -> None:
    x, y = face.surface.rest_x, face.surface.rest_y
    side, shape = np.abs(x), x.shape
    face.gloss[:] += 0.16 * face.front * bump(x, y, (0.0, 2.0), (1.6, 6.0))
    red = bump(side, y, (4.1, 3.2), (1.7, 1.5)) + 0.8 * bump(side, y, (0.0, nose_end(person) - 0.7), (1.3, 1.0))
    face.lay(_tint(person, 1.0, 0.76, 0.76), red * (0.2 + 0.6 * person.skin_redness))
    socket = bump(side, y, (person.eye_spacing - 0.3, 0.9), (1.3, 0.55)) * (0.12 + 0.35 * person.eye_bag)
    face.lay(_tint(person, 0.72, 0.62, 0.64), socket + 0.32 * bump(side, y, (person.eye_spacing, -0.75), (1.6, 0.6)))
    mottle = 0.5 * noise(shape, (21, 21), rng) + 0.35 * noise(shape, (6, 6), rng) + 0.3 * noise(shape, (2, 2), rng)
    face.colour[:] *= (1.0 + 0.028 * person.skin_texture * mottle * face.front)[..., None]
    spots = step(0.9, 1.9, noise(shape, (2.6, 2.6), rng)) * bump(side, y, (2.6, 2.6), (3.2, 2.0))
    face.lay(_tint(person, 0.68, 0.5, 0.38), 0.6 * person.freckles * spots)
    if person.has_mole:
        face.lay(_tint(person, 0.4, 0.28, 0.24), 0.8 * step(0.19, 0.11, np.hypot(x - person.mole[0], y - person.mole[1])))


def _lines(person: Identity, face: Coat) -> None:
    """Folds and creases: deeper with age."""
    x, y = face.surface.rest_x, face.surface.rest_y
    side = np.abs(x)
    outside, present = fold(person, face.surface.mouth, side, y)
    crease = np.exp(-((outside / 0.2) ** 2)) * present * (0.02 + 0.28 * person.age)
    old = max(0.0, person.age - 0.4) * 1.2
    for height in (3.6, 4.6, 5.6):
        wave = y + person.brow_height + height - 2.2 + 0.10 * np.cos(1.1 * x + height)
        crease += 0.55 * old * np.exp(-((wave / 0.10) ** 2)) * step(4.2, 2.0, side)
    crow = np.exp(-((np.sin(4.5 * (y - 0.2) + 1.2 * side) / 0.35) ** 2)) * bump(side, y, (person.eye_spacing + 2.3, 0.3), (0.5, 0.7))
    face.lay(_tint(person, 0.62, 0.48, 0.45), np.minimum(crease + 0.5 * old * crow, 0.75))


def _nostrils(person: Identity, face: Coat) -> None:
    side, y = np.abs(face.surface.rest_x), face.surface.rest_y
    nostril = bump(side, y, (0.62 * person.nose_width, nose_end(person) - 0.14), (0.23 * person.nose_width, 0.12))
    wing = bump(side, y, (1.28 * person.nose_width + 0.55, nose_end(person) - 0.5), (0.12, 0.4))
    face.lay(_tint(person, 0.22, 0.13, 0.12), np.minimum(1.1 * nostril + 0.25 * wing, 0.85))


def _eye(person: Identity, mimic: Mimic, side: float, face: Coat) -> None:
    x = face.surface.rest_x
    t, axis = eye_line(person, side, x)
    upper, lower = lids(person, mimic, t)
    height = face.surface.rest_y - axis
    opening = step(-0.03, 0.05, height - upper) * step(-0.03, 0.05, lower - height) * step(1.0, 0.97, np.abs(t))
    face.lay(_eyeball(person, side, x, t, height, height - upper), opening)
    face.gloss[:] += (0.5 - face.gloss) * opening * face.front
    lidded = bump(np.abs(t), height, (0.15, -0.5), (0.75, 0.42)) * step(0.05, -0.05, height - upper)
    face.lay(person.eye_shadow_colour, person.eye_shadow * lidded)
    lash = np.exp(-(((height - upper + 0.02) / (0.115 - 0.03 * person.masculine)) ** 2)) * step(1.1, 0.85, np.abs(t))
    wing = step(0.14, 0.02, np.abs(height - upper)) * step(0.55, 1.0, t) * step(1.3, 1.02, t) * (1.0 - person.masculine)
    under = 0.35 * np.exp(-(((height - lower) / 0.06) ** 2)) * step(1.05, 0.8, np.abs(t))
    face.lay((0.07, 0.05, 0.05), np.maximum(0.92 * np.maximum(lash, wing), under))
    crease = upper - (0.42 - 0.26 * person.eye_hood) * (1.0 - 0.7 * mimic.blink)
    share = np.exp(-(((height - crease) / 0.075) ** 2)) * step(1.12, 0.75, np.abs(t)) * (0.55 - 0.3 * person.eye_hood)
    face.lay(_tint(person, 0.5, 0.38, 0.36), share)


def _eyeball(person: Identity, side: float, x: FloatArray, t: FloatArray, height: FloatArray, below_lid: FloatArray) -> FloatArray:
    """White, iris, pupil and the light's reflection, rows×columns×3."""
    colour = np.full((*x.shape, 3), 0.90, np.float32)

    def lay(other: Colour | FloatArray, share: AnyArray) -> None:
        colour[:] += (np.asarray(other, np.float32) - colour) * np.clip(share, 0.0, 1.0)[..., None]

    lay((0.78, 0.52, 0.48), step(0.7, 1.05, np.abs(t)) * 0.6)
    colour *= (0.62 + 0.38 * step(0.0, 0.42, below_lid))[..., None]  # the lid's shadow
    radius = np.hypot(0.5 * person.eye_width * t, height + 0.08)
    rim = 0.36 + 0.24 * person.eye_width / 2.9
    iris = np.asarray(person.iris, np.float32) * (0.75 + 0.6 * step(0.2, rim, radius) * step(-0.4, 0.6, height))[..., None]
    lay(iris, step(rim + 0.03, rim - 0.05, radius))
    lay((0.03, 0.02, 0.02), 0.75 * np.exp(-(((radius - rim) / 0.06) ** 2)) + step(0.29, 0.21, radius))
    lay((1.0, 1.0, 1.0), 0.95 * step(0.16, 0.07, np.hypot(x - side * person.eye_spacing + 0.2, height + 0.28)))
    return colour


def _brow(person: Identity, side: float, face: Coat, rng: np.random.Generator) -> None:
    along = (side * face.surface.rest_x - (person.eye_spacing - 0.62 * person.eye_width)) / person.brow_length
    thickness = person.brow_thickness * (1.0 - 0.62 * np.clip(along, 0, 1) ** 1.5)
    off = (face.surface.rest_y - brow_line(person, along)) / (0.5 * thickness)
    band = np.exp(-(np.abs(off) ** 2.6)) * step(-0.06, 0.10, along) * step(1.04, 0.86, along)
    face.lay(person.brow, np.minimum(band * person.brow_density * (1.0 + 0.10 * noise(along.shape, (3.0, 1.5), rng)), 0.96))


def _lips(person: Identity, face: Coat, rng: np.random.Generator) -> None:
    x, mouth = face.surface.rest_x, face.surface.mouth
    t = np.abs(x) / mouth.half
    arc = np.clip(1.0 - t * t, 0.0, 1.0)
    off = face.surface.rest_y - mouth.line(x)
    # Lowering the jaw stretches the surface below the line; the rest of the opening is paint.
    inner_top, inner_bottom = -0.19 * mouth.gap * arc, 0.45 * mouth.gap * arc
    high = inner_top - mouth.upper * arc**0.75 * (1.0 - 0.22 * np.exp(-((x / 0.34) ** 2)))
    low = inner_bottom + mouth.lower * arc**0.62
    lip = step(-0.05, 0.07, off - high) * step(-0.06, 0.08, low - off) * step(1.0, 0.9, t)
    shade = (1.0 + 0.06 * noise(x.shape, (7.0, 1.6), rng)) * np.where(off < 0, 0.86, 1.0)
    face.lay(np.asarray(person.lip, np.float32) * shade[..., None].astype(np.float32), 0.88 * lip)
    face.gloss[:] += 0.22 * lip * (off > 0)
    line = np.zeros_like(off)
    if mouth.gap > 0.02:
        inside = step(-0.03, 0.04, off - inner_top) * step(-0.03, 0.04, inner_bottom - off) * step(0.97, 0.88, t)
        face.lay(_inside(mouth.gap, x, t, off - inner_top), inside)
        face.gloss[:] *= 1.0 - 0.7 * inside
    else:
        line = np.exp(-((off / 0.075) ** 2)) * step(1.08, 0.9, t)
    face.lay((0.22, 0.10, 0.09), np.minimum(0.8 * line + 0.6 * bump(np.abs(x), off, (mouth.half, 0.0), (0.16, 0.14)), 0.9))


def _inside(gap: float, x: AnyArray, t: AnyArray, below_lip: AnyArray) -> FloatArray:
    """Dark, with the upper teeth, rows×columns×3."""
    teeth = step(min(0.34, 0.7 * gap), 0.0, below_lip) * step(0.92, 0.7, t)
    slits = 0.25 * t + 0.1 * np.exp(-((np.sin(np.pi * x / 0.62) / 0.16) ** 2))
    ivory = np.asarray((0.90, 0.87, 0.81), np.float32) * (1.0 - slits)[..., None]
    dark = np.asarray((0.20, 0.07, 0.07), np.float32)
    return np.asarray(dark + (ivory - dark) * teeth[..., None], np.float32)


def _beard(person: Identity, face: Coat, rng: np.random.Generator) -> None:
    if person.beard is Beard.NONE:
        return
    hairs = 1.0 + 0.22 * noise(face.front.shape, (3.0, 1.4), rng)
    strength = 0.38 if person.beard is Beard.STUBBLE else 0.9
    dark = (0.8 * person.hair[0], 0.8 * person.hair[1], 0.8 * person.hair[2])
    face.lay(dark, np.minimum(beard_cover(person, face.surface) * hairs * strength, 0.95))


def beard_cover(person: Identity, surface: Surface) -> FloatArray:
    """Where the beard grows, 0 … 1."""
    x, y, mouth, end = surface.rest_x, surface.rest_y, surface.mouth, nose_end(person)
    side = np.abs(x)
    ragged = 0.12 * noise(x.shape, (5.0, 5.0), np.random.default_rng([_PAINT_STREAM, person.seed, 1]))
    line = mouth.line(x)
    lip_top, below = line - mouth.upper, line + mouth.lower
    reach = max(mouth.half + 0.6, 2.9)
    fall = 0.35 * np.clip(side / reach, 0.0, 1.2) ** 2  # the ends hang a little
    moustache = (
        step(0.1, 0.5, y + ragged - end - fall) * step(0.15, -0.15, y - lip_top - 1.6 * fall) * step(reach, reach - 0.6, side + 2 * ragged)
    )
    if person.beard is Beard.MOUSTACHE:
        return moustache
    droop = step(0.55, 0.2, np.abs(side - mouth.half - 0.32)) * step(end + 0.5, mouth.y - 0.3, y) * step(mouth.y + 3.5, mouth.y + 1.5, y)
    chin = step(0.35, 0.8, y + ragged - below) * step(3.1, 2.1, side)
    soul = step(0.6, 0.3, side) * step(0.02, 0.2, y - below)
    goatee = np.maximum.reduce([moustache, chin, soul, droop])
    if person.beard is Beard.GOATEE:
        return np.asarray(goatee, np.float32)
    cheek = end + 2.3 - 0.5 * (side - mouth.half)  # from the ear down to the mouth's corner
    jaw = step(0.0, 1.1, y + 2 * ragged - cheek + 0.2) * step(mouth.half + 0.1, mouth.half + 0.9, side + ragged)
    return np.asarray(np.maximum(goatee, jaw), np.float32)
