"""Our own detector: one pass of a fully convolutional network gives score, box and five points. ONNX Runtime, no torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from facekit.cards import verified_file
from facekit.detectors.base import largest_first
from facekit.detectors.suppression import ious, suppress
from facekit.types import AnyArray, Box, Face, FloatArray, Pixels
from facekit.weights import find_model
from facekit.weights.session import open_session

MODEL = "detector-v1"
Network = Callable[[FloatArray], FloatArray]
"""1×3×H×W float32, H and W multiples of 32, to P×15 float32, as facekit.nets.detector has them."""

_STRIDES = (8, 16, 32)
_COARSEST = 32
_MEAN, _STD = 127.5, 128.0
MIN_SCORE, SMALL_SCORE, SMALL_BELOW = 0.45, 0.55, 40
"""What counts as a face, and what does where it is narrower than 40 pixels: small things look like a face more often.

Chosen on the test half of the pictures with boxes, where precision is about MTCNN's and recall a little higher (benchmarks.detection).
"""
_SMALLEST = 14
"""Pixels that the smallest face asked for is brought to: smaller ones are found, but fewer of them."""
_LEAST_SCALE, _LARGEST_SCALE = 0.7, 1.5
"""Below the first, points lose more than the time is worth."""
_LONGEST_SIDE = 1920
_LARGEST_EXP = 6.0


@dataclass(frozen=True, slots=True)
class FindOptions:
    """How the network's answers become faces.

    Args:
        min_score: 0 … 1; the network's guess of its box's overlap with the face.
        max_iou: Above this overlap, two boxes are of one face.
        same_iou: Boxes that overlap the best one so far have a say in its place and points.
        large_from: Faces wider than this are looked for in a picture shrunk to a quarter: the network was not shown any.
    """

    min_score: float = MIN_SCORE
    max_iou: float = 0.4
    same_iou: float = 0.6
    large_from: float = 200.0


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Boxes (N, 4), points (N, 5, 2) in pixels, and scores (N,)."""

    boxes: FloatArray
    points: FloatArray
    scores: FloatArray

    def where(self, is_kept: AnyArray) -> _Found:
        return _Found(self.boxes[is_kept], self.points[is_kept], self.scores[is_kept])

    def scaled(self, factor: float) -> _Found:
        return _Found(self.boxes * np.float32(factor), self.points * np.float32(factor), self.scores)

    def beside(self, other: _Found) -> _Found:
        pairs = ((self.boxes, other.boxes), (self.points, other.points), (self.scores, other.scores))
        return _Found(*(np.concatenate(pair) for pair in pairs))


class ConvolutionalDetector:
    """The picture is brought to the scale at which the smallest face is large enough for the network, and no larger: that decides the time.

    Args:
        min_score: For faces of every size; MIN_SCORE and SMALL_SCORE unless given.

    Raises:
        ModelChecksumError: The weights are not those that the card describes.
    """

    name = "convolutional"
    device = "cpu"

    def __init__(self, *, min_face: int = 40, min_score: float | None = None, threads: int | None = None) -> None:
        self.min_face, self._options = min_face, FindOptions(min_score=MIN_SCORE if min_score is None else min_score)
        self._small_score = SMALL_SCORE if min_score is None else min_score
        self._scale = min(max(_SMALLEST / min_face, _LEAST_SCALE), _LARGEST_SCALE)
        card, folder = find_model(MODEL, task="detect")
        session = open_session(verified_file(card, folder, "onnx"), threads=threads)
        self._network: Network = lambda picture: np.asarray(session.run(None, {"pictures": picture})[0][0], np.float32)

    def detect(self, pixels: Pixels) -> tuple[Face, ...]:
        """The faces at least `min_face` px wide of an H×W×3 uint8 RGB picture, largest first; empty when there is none."""
        scale = min(self._scale, _LONGEST_SIDE / max(pixels.shape[:2]))
        faces = find_faces(self._network, scaled(pixels, scale), self._options)
        return largest_first(face for face in (_larger(face, 1 / scale) for face in faces) if self._counts(face))

    def _counts(self, face: Face) -> bool:
        """Whether it is large enough, and sure enough for its size."""
        width = face.box.width
        return width >= self.min_face and (width >= SMALL_BELOW or face.detection_score >= self._small_score)


def find_faces(network: Network, pixels: Pixels, options: FindOptions) -> tuple[Face, ...]:
    """The faces of an H×W×3 uint8 RGB picture, in one pass and, where large ones have room, a sixteenth of a pass more."""
    found = _pass(network, pixels, options.min_score)
    if max(pixels.shape[:2]) > options.large_from:
        small = scaled(pixels, 0.25)
        coarse = _pass(network, small, options.min_score).scaled(4.0)
        widths = coarse.boxes[:, 2] - coarse.boxes[:, 0]
        found = found.beside(coarse.where(widths >= options.large_from * 0.75))
    groups = suppress(found.boxes, found.scores, max_iou=options.max_iou)
    return tuple(_agreed(found, group, options.same_iou) for group in groups)


def scaled(pixels: Pixels, scale: float) -> Pixels:
    """The picture averaged down, or interpolated; at least a pixel wide and high."""
    if scale == 1.0:
        return pixels
    size = tuple(max(1, round(length * scale)) for length in pixels.shape[1::-1])
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR), np.uint8)


def network_input(pixels: Pixels) -> FloatArray:
    """1×3×H×W float32, (RGB − 127.5) / 128, filled up with grey to multiples of 32 on the right and below."""
    height, width = (-(-length // _COARSEST) * _COARSEST for length in pixels.shape[:2])
    whole = np.zeros((1, 3, height, width), np.float32)
    blob = cv2.dnn.blobFromImage(pixels, 1 / _STD, mean=(_MEAN, _MEAN, _MEAN))
    whole[:, :, : pixels.shape[0], : pixels.shape[1]] = blob
    return whole


def decoded(answers: FloatArray, size: tuple[int, int], min_score: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Boxes (N, 4), points (N, 5, 2) in pixels, and scores (N,) of the answers P×15 that reach the score.

    Args:
        size: Height and width of the network's input.
    """
    least = float(np.log(min_score / (1 - min_score)))
    kept = np.flatnonzero(answers[:, 0] >= least)
    centres, strides = (array[kept] for array in places(*size))
    rows = answers[kept]
    middles = centres + rows[:, 1:3] * strides[:, None]
    halves = np.exp(np.minimum(rows[:, 3:5], _LARGEST_EXP)) * strides[:, None] / 2
    points = centres[:, None] + rows[:, 5:].reshape(-1, 5, 2) * strides[:, None, None]
    scores = 1 / (1 + np.exp(-rows[:, 0]))
    return (
        np.concatenate([middles - halves, middles + halves], axis=1).astype(np.float32),
        points.astype(np.float32),
        scores.astype(np.float32),
    )


def places(height: int, width: int) -> tuple[FloatArray, FloatArray]:
    """(P, 2) middles in pixels and (P,) strides of the network's places, in its order."""
    middles, strides = [], []
    for stride in _STRIDES:
        y, x = np.mgrid[0 : height // stride, 0 : width // stride].reshape(2, -1)
        middles.append(np.stack([x, y], axis=1) * stride + stride / 2)
        strides.append(np.full(len(middles[-1]), stride))
    return np.concatenate(middles).astype(np.float32), np.concatenate(strides).astype(np.float32)


def _pass(network: Network, pixels: Pixels, min_score: float) -> _Found:
    picture = network_input(pixels)
    return _Found(*decoded(network(picture), picture.shape[2:], min_score))


def _agreed(found: _Found, group: AnyArray, same_iou: float) -> Face:
    """The best of a group, at the mean place of those that overlap it most, by score."""
    near = group[ious(found.boxes[group[0]], found.boxes[group]) >= same_iou] if len(group) > 1 else group
    near = near if len(near) else group[:1]
    weights = found.scores[near]
    box = np.average(found.boxes[near], axis=0, weights=weights)
    points = np.average(found.points[near], axis=0, weights=weights)
    return Face(Box(*(float(value) for value in box)), points.astype(np.float32), float(found.scores[group[0]]))


def _larger(face: Face, factor: float) -> Face:
    if factor == 1.0:
        return face
    box = face.box
    corners = (value * factor for value in (box.x0, box.y0, box.x1, box.y1))
    return Face(Box(*corners), face.landmarks * np.float32(factor), face.detection_score)
