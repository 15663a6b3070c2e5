"""People, views and a room put together into a picture, with the boxes and points that are truly there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from facekit.synthetic.drawing import Light, Pose, bounds, draw
from facekit.synthetic.features import Mimic
from facekit.synthetic.identity import Identity, identity
from facekit.synthetic.parts import Model, Part, model_of
from facekit.synthetic.room import room
from facekit.synthetic.view import VIEW_STREAM, View, random_view
from facekit.types import Box, Face, FloatArray, Pixels

_CHIN_TO_HAIR = 19.4  # cm of a face of middle size, so that long faces are drawn longer
_FACE_MIDDLE = np.array([[0.0, 2.0, 8.5]], np.float32)
_FINE = 2  # samples a pixel in each direction


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A picture and the faces truly in it, in the order in which the people were given (score 1)."""

    pixels: Pixels
    faces: tuple[Face, ...]


def scene(people: Sequence[tuple[Identity, View]], *, width: int = 640, height: int = 480, background_seed: int = 0) -> Scene:
    """The people in a room, the last one in front; H×W×3 uint8 RGB."""
    canvas = room(background_seed, width=width, height=height).astype(np.float32)
    faces = []
    for person, view in people:
        model = model_of(person, Mimic(view.expression, view.mouth_open, view.blink))
        pose = pose_of(view, width=width, height=height)
        layer = drawn(model.parts, pose, view, width=width, height=height, fine=_FINE)
        if layer is not None:
            put(canvas, layer)
        faces.append(truth(model, pose))
    return Scene(develop(canvas, [view for _, view in people], background_seed), tuple(faces))


def render(people: Sequence[tuple[Identity, View]], *, width: int = 640, height: int = 480, background_seed: int = 0) -> Pixels:
    """The picture of a scene, height×width×3 uint8 RGB."""
    return scene(people, width=width, height=height, background_seed=background_seed).pixels


def still_scene(person_seed: int, view_seed: int, *, width: int = 640, height: int = 480) -> Scene:
    """One person in a random view before a random room; view and room follow from `view_seed` alone."""
    rng = np.random.default_rng([VIEW_STREAM, view_seed])
    return scene([(identity(person_seed), random_view(rng))], width=width, height=height, background_seed=view_seed)


def still(person_seed: int, view_seed: int, *, width: int = 640, height: int = 480) -> Pixels:
    """The picture of a still scene, height×width×3 uint8 RGB."""
    return still_scene(person_seed, view_seed, width=width, height=height).pixels


def pose_of(view: View, *, width: int, height: int) -> Pose:
    """The pose that puts the middle of the face where the view wants it."""
    scale = view.size / _CHIN_TO_HAIR
    centre = view.centre or (0.5 * width, 0.46 * height)
    at = Pose(view.yaw, view.pitch, view.roll, scale, (0.0, 0.0)).project(_FACE_MIDDLE)[0]
    return Pose(view.yaw, view.pitch, view.roll, scale, (centre[0] - float(at[0]), centre[1] - float(at[1])))


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A drawn piece of a picture.

    Args:
        pixels: h×w×4 float32, RGB 0 … 1 multiplied by cover, and cover 0 … 1.
        left, top: Where it lies, px.
    """

    pixels: FloatArray
    left: int
    top: int


def drawn(parts: tuple[Part, ...], pose: Pose, view: View, *, width: int, height: int, fine: int) -> Layer | None:
    """The parts with fine×fine samples a pixel, as much as is in the picture; None when nothing is."""
    low, high = np.split(bounds(parts, pose), 2)
    left, top = np.maximum(np.floor(low) - 1, 0).astype(int)
    right, bottom = np.minimum(np.ceil(high) + 1, (width, height)).astype(int)
    if right - left < 2 or bottom - top < 2:
        return None
    origin = ((pose.origin[0] - left) * fine, (pose.origin[1] - top) * fine)
    close = Pose(pose.yaw, pose.pitch, pose.roll, pose.scale * fine, origin)
    azimuth, elevation, strength = view.light
    light = Light.at(azimuth, elevation, strength, view.ambient)
    size = (int(right - left), int(bottom - top))
    pixels = draw(parts, close, light, width=size[0] * fine, height=size[1] * fine)
    return Layer(
        pixels if fine == 1 else np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.float32), int(left), int(top)
    )


def put(canvas: FloatArray, layer: Layer) -> None:
    """Lay a drawn piece over the canvas (H×W×3 float32, 0 … 255), in place."""
    height, width = layer.pixels.shape[:2]
    under = canvas[layer.top : layer.top + height, layer.left : layer.left + width]
    behind = cv2.cvtColor(1.0 - layer.pixels[..., 3], cv2.COLOR_GRAY2RGB)
    under[:] = cv2.scaleAdd(cv2.cvtColor(layer.pixels, cv2.COLOR_RGBA2RGB), 255.0, cv2.multiply(under, behind))


def truth(model: Model, pose: Pose) -> Face:
    """Where the face and its five points truly are."""
    outline = pose.project(model.outline)[:, :2]
    (x0, y0), (x1, y1) = outline.min(axis=0), outline.max(axis=0)
    return Face(Box(float(x0), float(y0), float(x1), float(y1)), pose.project(model.landmarks)[:, :2].copy(), 1.0)


def develop(canvas: FloatArray, views: Sequence[View], seed: int) -> Pixels:
    """The picture as a camera gives it: the views' strongest blur and noise; H×W×3 uint8 RGB."""
    blur = max((view.blur for view in views), default=0.0)
    grain = max((view.noise for view in views), default=0.0)
    if blur > 0.05:
        canvas = np.asarray(cv2.GaussianBlur(canvas, (0, 0), blur), np.float32)
    if grain > 0:
        canvas = canvas + grain * np.random.default_rng([VIEW_STREAM, seed, 1]).standard_normal(canvas.shape, np.float32)
    return np.asarray(cv2.convertScaleAbs(np.maximum(canvas, 0.0)), np.uint8)  # rounds, and stops at 255
