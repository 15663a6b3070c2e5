"""People who move before a camera: heads that turn, eyes that blink, someone who leaves and comes back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from facekit.synthetic.drawing import Pose
from facekit.synthetic.features import Mimic
from facekit.synthetic.identity import identity
from facekit.synthetic.parts import Model, model_of
from facekit.synthetic.room import room
from facekit.synthetic.scene import Layer, develop, drawn, pose_of, put
from facekit.synthetic.view import View
from facekit.types import AnyArray, FloatArray, Pixels

MOTION_STREAM = 107
_STEPS = 3
"""Building a face takes longer than a frame lasts, so that smile and blink have this many steps each, built before the first frame."""
_SAME_TURN = 0.6  # degrees: at the nose's tip, the farthest point, well below a pixel
_SOFT = 0.55  # sigma px: what a cheap drawing of one sample a pixel needs against jagged edges


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """How one person moves: sums of slow waves, in seconds.

    Args:
        home: Where the face's middle is on average, px.
        waves: 5×3×3 amplitude, frequency (Hz), phase, for yaw, pitch, roll (degrees), x and y (shares of the face's size).
        absences: Starts and ends, seconds.
    """

    view: View
    home: tuple[float, float]
    waves: AnyArray
    blinks: AnyArray
    smiles: AnyArray
    absences: tuple[tuple[float, float], ...]
    exit_x: float

    def at(self, t: float) -> View:
        """The view at a moment."""
        amplitude, frequency, phase = np.moveaxis(self.waves, -1, 0)
        yaw, pitch, roll, dx, dy = (amplitude * np.sin(2 * np.pi * frequency * t + phase)).sum(axis=1).tolist()
        x, y = self.home[0] + dx * self.view.size, self.home[1] + dy * self.view.size
        away = max((_trapezium(t, start, end) for start, end in self.absences), default=0.0)
        x += away * (self.exit_x - x)
        yaw += float(np.clip(away * 4, 0, 1)) * 12.0 * float(np.sign(self.exit_x))
        return replace(
            self.view,
            yaw=yaw,
            pitch=pitch,
            roll=roll,
            centre=(x, y),
            blink=float(np.clip(1.6 - np.abs(t - self.blinks).min() / 0.07, 0.0, 1.0)),
            expression=float(np.clip(2.0 - np.abs(t - self.smiles).min() / 0.7, 0.0, 1.0)),
        )


def clip(
    person_seeds: Sequence[int], *, frame_count: int, fps: float = 30, width: int = 640, height: int = 480, seed: int = 0
) -> Iterator[Pixels]:
    """Pictures of moving people, height×width×3 uint8 RGB each; the same seeds give the same pictures.

    Cheap enough to be played live: faces are built once for each step of a smile and a blink, before the first picture; shirts are drawn
    once and moved; a head is drawn again when it has turned by half a degree or its face has changed, and else only moved.

    Args:
        person_seeds: Who is there, from left to right.
        seed: Of the movement and the room.
    """
    background = room(seed, width=width, height=height).astype(np.float32)
    actors = []
    for place, person_seed in enumerate(person_seeds):
        rng = np.random.default_rng([MOTION_STREAM, seed, place])
        actors.append(_Actor(person_seed, _path(place, len(person_seeds), rng, frame_count / fps, width, height)))
    for number in range(frame_count):
        canvas = background.copy()
        for actor in actors:
            actor.play(canvas, number / fps)
        yield develop(canvas, (), number)


class _Actor:
    """One person: all their faces built, the body drawn once, and the last drawing of the head."""

    def __init__(self, person_seed: int, path: _Path) -> None:
        person = identity(person_seed)
        steps = [step / (_STEPS - 1) for step in range(_STEPS)]
        self._path = path
        self._smiles = tuple(model_of(person, Mimic(smile=step)) for step in steps)
        self._blinks = (self._smiles[0], *(model_of(person, Mimic(blink=step)) for step in steps[1:]))
        self._body, self._body_at = _body(self._smiles[0], path.view)
        self._head: _Head | None = None

    def play(self, canvas: FloatArray, t: float) -> None:
        """Draw the person at a moment onto the canvas (H×W×3 float32), in place."""
        height, width = canvas.shape[:2]
        view = self._path.at(t)
        pose = pose_of(view, width=width, height=height)
        for layer, origin in ((self._body, self._body_at), self._head_for(view, pose)):
            placed = None if layer is None else _moved(layer, pose.origin[0] - origin[0], pose.origin[1] - origin[1], width, height)
            if placed is not None:
                put(canvas, placed)

    def _head_for(self, view: View, pose: Pose) -> tuple[Layer | None, tuple[float, float]]:
        """The head's drawing and its origin in it; drawn anew only when the face or its turn has changed."""
        blinks = view.blink > view.expression
        model = (self._blinks if blinks else self._smiles)[round(max(view.blink, view.expression) * (_STEPS - 1))]
        turn = (view.yaw, view.pitch, view.roll)
        last = self._head
        if last is None or last.model is not model or max(abs(a - b) for a, b in zip(turn, last.turn, strict=True)) > _SAME_TURN:
            last = self._head = _drawn_head(model, view, turn)
        return last.layer, last.origin


@dataclass(frozen=True, slots=True, eq=False)
class _Head:
    """A drawing of a head: of which model, at which yaw, pitch and roll, and where its origin lies in it."""

    layer: Layer | None
    origin: tuple[float, float]
    model: Model
    turn: tuple[float, float, float]


def _drawn_head(model: Model, view: View, turn: tuple[float, float, float]) -> _Head:
    side = round(2.6 * view.size)
    middle = replace(view, centre=(0.5 * side, 0.45 * side))
    pose = pose_of(middle, width=side, height=side)
    layer = drawn(tuple(part for part in model.parts if part.rides > 0), pose, middle, width=side, height=side, fine=1)
    soft = None if layer is None else Layer(np.asarray(cv2.GaussianBlur(layer.pixels, (0, 0), _SOFT), np.float32), layer.left, layer.top)
    return _Head(soft, pose.origin, model, turn)


def _body(model: Model, view: View) -> tuple[Layer | None, tuple[float, float]]:
    """The parts that never turn, and where the head's origin lay when they were drawn."""
    parts = tuple(part for part in model.parts if part.rides == 0)
    # Upright and in the middle of a picture large enough for the whole body.
    side = round(3.2 * view.size)
    upright = replace(view, centre=(0.5 * side, 0.3 * side))
    pose = pose_of(upright, width=side, height=side)
    return drawn(parts, pose, upright, width=side, height=side, fine=2), pose.origin


def _moved(layer: Layer, dx: float, dy: float, width: int, height: int) -> Layer | None:
    """The layer moved by so many pixels, cut to a picture; None when nothing of it is left."""
    left, top = layer.left + dx, layer.top + dy
    whole_left, whole_top = int(np.floor(left)), int(np.floor(top))
    first = (max(0, -whole_left), max(0, -whole_top))
    size = (
        min(layer.pixels.shape[1] - first[0], width - max(0, whole_left)),
        min(layer.pixels.shape[0] - first[1], height - max(0, whole_top)),
    )
    if min(size) < 1:
        return None
    shift = np.array([[1.0, 0.0, left - whole_left - first[0]], [0.0, 1.0, top - whole_top - first[1]]])
    return Layer(np.asarray(cv2.warpAffine(layer.pixels, shift, size), np.float32), max(0, whole_left), max(0, whole_top))


def _path(place: int, count: int, rng: np.random.Generator, duration: float, width: int, height: int) -> _Path:
    """Where the person stands and how they will move; with several people each keeps to their own strip."""
    strip = width / count
    size = min(0.40 * height, 0.43 * strip)
    centre = (strip * (place + 0.5), max(0.44 * height, height - 2.0 * size))  # bodies end 2.2 sizes below the face
    view = View(size=size, centre=centre, light=(float(rng.uniform(-45, 45)), float(rng.uniform(25, 45)), 0.75))
    spans = np.array([(11.0, 4.0, 2.0), (4.0, 2.0, 1.0), (3.0, 1.5, 0.6), (0.10, 0.04, 0.02), (0.03, 0.02, 0.01)])
    frequencies = np.array([0.11, 0.27, 0.53]) * rng.uniform(0.8, 1.25, (5, 3))
    waves = np.stack([spans * rng.uniform(0.7, 1.1, (5, 3)), frequencies, rng.uniform(0, 2 * np.pi, (5, 3))], axis=-1)
    blinks = np.cumsum(rng.uniform(2.0, 5.0, int(duration / 2) + 2))
    smiles = np.cumsum(rng.uniform(5.0, 9.0, int(duration / 5) + 2))
    absences = tuple((float(start), float(start) + 4.5) for start in np.cumsum(rng.uniform(9.0, 14.0, int(duration / 9) + 1)))
    exit_x = -1.4 * size if centre[0] < 0.5 * width else width + 1.4 * size
    return _Path(view, centre, waves, blinks, smiles, absences, exit_x)


def _trapezium(t: float, start: float, end: float, ramp: float = 1.3) -> float:
    """0 outside start … end, 1 inside, smooth over `ramp` seconds at both sides."""
    share = float(np.clip(min(t - start, end - t) / ramp, 0.0, 1.0))
    return share * share * (3.0 - 2.0 * share)
