"""A person as a few painted surfaces: head with scalp hair, ears, neck, torso, long hair, glasses."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from facekit.synthetic.features import Mimic, nose_end
from facekit.synthetic.hair import curtain, scalp_hair
from facekit.synthetic.head import Surface, head_surface
from facekit.synthetic.identity import Beard, Colour, Glasses, HairStyle, Identity
from facekit.synthetic.noise import noise, step
from facekit.synthetic.paint import beard_cover, face_coat
from facekit.types import AnyArray, FloatArray

_PARTS_STREAM = 105


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One surface over a grid, ready to be drawn.

    Args:
        points: rows×columns×3 float32 cm.
        paint: rows×columns×4 float32, RGB 0 … 1 as a screen shows it, and gloss 0 … 1.
        relief: rows×columns×4 float32, unit normal, and how open the place is to light, 0 … 1.
        stride: Samples between the corners of the triangles it is drawn with.
        rides: Share of the head's turn that it follows.
    """

    points: FloatArray
    paint: FloatArray
    relief: FloatArray
    stride: int
    rides: float


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A person in one mimic.

    Args:
        parts: What is drawn.
        landmarks: 5×3 float32 cm: eye and mouth corner on the picture's left first, as in facekit.types.Face.
        outline: N×3 float32 cm, points round and in the face, from forehead to chin: their bounds are the face's box.
    """

    parts: tuple[Part, ...]
    landmarks: FloatArray
    outline: FloatArray


def model_of(person: Identity, mimic: Mimic) -> Model:
    """The person, built."""
    surface = head_surface(person, mimic)
    parts = [_head(person, mimic, surface), *_ears(person, surface), *_neck_and_torso(person)]
    hanging = curtain(person)
    if hanging is not None:
        points, colour = hanging
        parts.append(_part(points, colour, gloss=0.3, stride=8, rides=0.85))
        inner = (np.ascontiguousarray(points[:, ::-1]), np.ascontiguousarray(colour[:, ::-1]))
        parts.append(_part(*inner, gloss=0.05, stride=8, rides=0.85, open_=0.45))
    if person.glasses is not Glasses.NONE:
        parts.extend(_glasses(person, surface))
    return Model(tuple(parts), _landmarks(person, surface), _outline(person, surface))


def _part(
    points: FloatArray,
    colour: FloatArray | Colour,
    *,
    gloss: FloatArray | float,
    stride: int,
    rides: float = 1.0,
    open_: FloatArray | float = 1.0,
) -> Part:
    shape = points.shape[:2]
    paint = np.empty((*shape, 4), np.float32)
    paint[..., :3], paint[..., 3] = colour, gloss
    relief = np.empty((*shape, 4), np.float32)
    relief[..., :3], relief[..., 3] = normals(points), open_
    return Part(np.ascontiguousarray(points, np.float32), paint, relief, stride, rides)


def normals(points: AnyArray) -> FloatArray:
    """Unit normals of a grid of points; outward where columns turn to the picture's right and rows go down."""
    down = cv2.Sobel(points, cv2.CV_32F, 0, 1, ksize=3, borderType=cv2.BORDER_REPLICATE)
    along = cv2.Sobel(points, cv2.CV_32F, 1, 0, ksize=3, borderType=cv2.BORDER_REPLICATE)
    across = np.cross(along, down)
    return np.asarray(across / np.maximum(np.linalg.norm(across, axis=-1, keepdims=True), 1e-9), np.float32)


def _head(person: Identity, mimic: Mimic, surface: Surface) -> Part:
    coat = face_coat(person, mimic, surface)
    points = np.stack([surface.x, surface.y, surface.z], axis=-1)
    colour, gloss = coat.colour, coat.gloss
    outward = normals(cv2.GaussianBlur(points, (0, 0), 5.0))
    rng = np.random.default_rng([_PARTS_STREAM, person.seed])
    pores = 0.006 * person.skin_texture * noise(surface.x.shape, (2.5, 2.5), rng)
    lift = pores * step(0.0, 3.0, surface.z)
    if person.beard in (Beard.GOATEE, Beard.FULL, Beard.MOUSTACHE):
        lift = lift + beard_cover(person, surface) * (0.30 + 0.05 * noise(surface.x.shape, (5.0, 2.5), rng)) * step(2.0, 5.0, surface.z)
    hair = scalp_hair(person, surface)
    if hair is not None:
        colour, gloss = colour + (hair.colour - colour) * hair.cover[..., None], gloss * (1.0 - hair.cover) + 0.3 * hair.cover
        lift = lift + hair.lift
    else:
        gloss = gloss + 0.12 * step(-4.0, -8.0, surface.rest_y)
    points = points + outward * lift[..., None]
    part = _part(points, colour, gloss=gloss, stride=8)
    part.relief[..., 3] = _openness(points, part.relief[..., :3])
    return part


def _openness(points: FloatArray, outward: FloatArray) -> FloatArray:
    """Less where the neighbourhood stands higher: sockets, sides of the nose, below the lip."""
    near = np.sum((cv2.GaussianBlur(points, (0, 0), 5.6) - points) * outward, axis=-1)
    wide = np.sum((cv2.GaussianBlur(points, (0, 0), 16.0) - points) * outward, axis=-1)
    return np.asarray(np.clip(1.0 - 2.0 * np.clip(near + 0.01, 0, 1) - 0.75 * np.clip(wide + 0.12, 0, 1), 0.25, 1.0), np.float32)


def _ears(person: Identity, surface: Surface) -> list[Part]:
    """Two flat shells with a rim; long hair hides them."""
    if person.hair_style in (HairStyle.BOB, HairStyle.LONG):
        return []
    shape = (40, 40)
    a = np.linspace(0.0, 2 * np.pi, shape[1], dtype=np.float32)[None]
    r = np.linspace(0.0, 1.0, shape[0], dtype=np.float32)[:, None]
    tall, wide = 3.1 * person.ear_size, 1.75 * person.ear_size
    across = wide * r * np.sin(a)
    down = -tall * r * np.cos(a) - 0.25 * across * (np.cos(a) > 0)
    height = (
        0.35 * np.exp(-(((r - 0.86) / 0.12) ** 2))
        - 0.75 * step(0.9, 1.0, r)
        + 0.15 * np.exp(-(((r - 0.45) / 0.1) ** 2)) * (np.sin(a) < 0.4)
    )
    row = int(np.argmin(np.abs(surface.rest_y[:, 0] - 1.4)))
    middle = int(np.argmin(np.abs(np.degrees(surface.turn) - 92.0)))
    at_x, at_z = float(surface.x[row, middle]), float(surface.z[row, middle])
    open_ = np.clip(0.55 + 0.6 * r, 0, 1) * np.ones_like(a)
    colour = np.asarray(person.skin, np.float32) * np.asarray((1.0, 0.88, 0.86), np.float32)
    turn = np.radians(person.ear_angle + 6)
    parts = []
    for side in (-1.0, 1.0):
        back = across + 1.1
        x = side * (at_x - 0.35 + back * np.sin(turn) + height * np.cos(turn))
        z = at_z + 0.6 - back * np.cos(turn) + height * np.sin(turn)
        grid = np.stack(np.broadcast_arrays(x, 1.6 + down, z), axis=-1)[:, :: int(side)]
        parts.append(_part(np.ascontiguousarray(grid, np.float32), colour, gloss=0.15, stride=3, open_=open_[:, :: int(side)]))
    return parts


def _rings(rows: list[tuple[float, float, float, float]], shape: tuple[int, int], *, squareness: float) -> FloatArray:
    """A tube of rings (y, half width, half depth, middle z), seen from the front."""
    y, width, depth, middle = np.array(
        [np.interp(np.linspace(0, len(rows) - 1, shape[0]), range(len(rows)), column) for column in zip(*rows, strict=True)]
    )[:, :, None]
    turn = np.linspace(-2.6, 2.6, shape[1])[None]
    sine, cosine = np.sin(turn), np.cos(turn)
    x = width * np.sign(sine) * np.abs(sine) ** squareness
    z = middle + depth * np.sign(cosine) * np.abs(cosine) ** squareness
    points = np.stack(np.broadcast_arrays(x, y, z), axis=-1).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(points, (0, 0), 2.0, borderType=cv2.BORDER_REPLICATE), np.float32)


def _neck_and_torso(person: Identity) -> list[Part]:
    wide = person.neck_width
    end = 12.0 * person.lower_length
    neck = _rings(
        [
            (3.0, 5.6 * wide, 5.2, -2.4),
            (end + 1, 5.4 * wide, 5.3, -2.2),
            (end + 5, 5.7 * wide, 5.4, -2.6),
            (end + 9, 8.5 * wide, 6.0, -3.0),
        ],
        (64, 96),
        squareness=1.0,
    )
    shadow = np.clip(0.42 + 0.58 * step(end - 1.0, end + 4.5, neck[..., 1]), 0, 1)
    skin = np.asarray(person.skin, np.float32) * np.asarray((0.97, 0.95, 0.95), np.float32)
    w = 1.0 + 0.16 * (person.masculine - 0.5)
    top = end + 4.2
    rows = [
        (top - 0.4, 6.2 * wide, 5.2, -3.0),
        (top + 0.4, 7.6 * wide, 6.4, -3.0),
        (top + 2.2, 12.0 * w, 7.6, -3.4),
        (top + 4.2, 17.5 * w, 8.8, -3.6),
        (top + 7.0, 20.2 * w, 9.8, -3.4),
        (top + 14, 21.0 * w, 11.0, -3.0),
        (top + 40, 20.5 * w, 11.5, -3.0),
    ]
    torso = _rings(rows, (120, 128), squareness=0.9)
    torso[..., 1] += 1.6 * np.exp(-((torso[..., 0] / 5.0) ** 2)) * step(0.0, 3.0, torso[..., 2]) * step(top + 8, top, torso[..., 1])
    rng = np.random.default_rng([_PARTS_STREAM, person.seed, 1])
    torso += 0.10 * noise(torso.shape[:2], (30.0, 9.0), rng)[..., None]
    weave = 1.0 + 0.035 * noise(torso.shape[:2], (2.0, 2.0), rng)
    cloth = np.clip(np.asarray(person.cloth, np.float32) * weave[..., None], 0.02, 0.95)
    collar = step(top + 0.9, top + 0.5, torso[..., 1])
    cloth = cloth * (1.0 - 0.22 * collar[..., None])
    return [
        _part(neck, skin, gloss=0.12, stride=4, rides=0.3, open_=np.asarray(shadow, np.float32)),
        _part(torso, cloth, gloss=0.04, stride=4, rides=0.0),
    ]


def _tube(path: AnyArray, radius: float, colour: Colour) -> Part:
    """A thin tube along N×3 points."""
    ahead = np.gradient(path, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    first = np.cross(ahead, (0.0, 0.0, 1.0))
    first = np.where(np.linalg.norm(first, axis=1, keepdims=True) < 0.2, np.cross(ahead, (0.0, 1.0, 0.0)), first)
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(ahead, first)
    turn = np.linspace(0.0, 2 * np.pi, 9)[None, :, None]
    ring = np.cos(turn) * first[:, None] + np.sin(turn) * second[:, None]
    part = _part(np.asarray(path[:, None] + radius * ring, np.float32), colour, gloss=0.7, stride=1)
    part.relief[..., :3] = ring
    return part


def _glasses(person: Identity, surface: Surface) -> list[Part]:
    """Rims, bridge and arms."""
    front = float(surface_at(surface, person.eye_spacing, 0.3)[2]) + 1.5
    power = 0.5 if person.glasses is Glasses.SQUARE else 0.92
    wide, tall = (2.55, 1.95) if person.glasses is Glasses.SQUARE else (2.35, 2.2)
    turn = np.linspace(0.0, 2 * np.pi, 41)
    sine, cosine = np.sin(turn), np.cos(turn)
    parts, radius = [], person.glasses_weight
    centre = max(person.eye_spacing, wide + 0.45)
    for side in (-1.0, 1.0):
        x = side * centre + wide * np.sign(cosine) * np.abs(cosine) ** power
        y = 0.45 + tall * np.sign(sine) * np.abs(sine) ** power
        z = front - 0.055 * np.maximum(np.abs(x) - 2.0, 0) ** 2
        parts.append(_tube(np.stack([x, y, z], axis=1), radius, person.glasses_colour))
        outer = centre + wide
        hinge = front - 0.055 * (outer - 2.0) ** 2
        t = np.linspace(0.0, 1.0, 12)
        reach = float(surface_at(surface, 99.0, -0.6)[0]) + 0.35
        arm = np.stack(
            [side * (outer + (max(reach, outer) - outer) * np.sin(t * np.pi / 2)), np.full_like(t, -0.4), hinge + (-0.5 - hinge) * t],
            axis=1,
        )
        parts.append(_tube(arm, 0.15, person.glasses_colour))
    t = np.linspace(-1.0, 1.0, 11)
    gap = centre - wide
    bridge = np.stack([gap * t, -0.25 - 0.25 * (1 - t * t), front + 0.25 * (1 - t * t)], axis=1)
    return [*parts, _tube(bridge, 0.15, person.glasses_colour)]


def surface_at(surface: Surface, x: float, y: float) -> FloatArray:
    """The surface's front point nearest to a resting (x, y), as it stands after the mimic: (3,) float32 cm."""
    away = (surface.rest_x - x) ** 2 + (surface.rest_y - y) ** 2 + 100.0 * (surface.z < -2.0)
    row, column = np.unravel_index(int(np.argmin(away)), away.shape)
    return np.array([surface.x[row, column], surface.y[row, column], surface.z[row, column]], np.float32)


def _landmarks(person: Identity, surface: Surface) -> FloatArray:
    mouth = surface.mouth
    wanted = [
        (-person.eye_spacing, 0.0),
        (person.eye_spacing, 0.0),
        (0.0, nose_end(person) - 0.75),
        (-mouth.half, mouth.y - mouth.lift),
        (mouth.half, mouth.y - mouth.lift),
    ]
    return np.stack([surface_at(surface, x, y) for x, y in wanted])


def _outline(person: Identity, surface: Surface) -> FloatArray:
    inside = (surface.rest_y > -7.2 * person.upper_length) & (np.abs(surface.turn)[None] < np.radians(62))
    rows, columns = np.nonzero(inside[::16, ::8])
    points = np.stack([surface.x, surface.y, surface.z], axis=-1)[::16, ::8]
    return np.asarray(points[rows, columns], np.float32)
