"""The lecture's sliding windows: a classifier of squares of 24 pixels, slid over the picture at several sizes, one by one or in one pass.

It knows no points: those it answers with are where they lie in a mean face. To see and to compare, not to align faces by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from facekit.cards import verified_file
from facekit.detectors.base import largest_first
from facekit.detectors.suppression import suppress
from facekit.types import Box, Face, FloatArray, Pixels
from facekit.weights import find_model
from facekit.weights.session import open_session

MODEL = "windows-v1"
SIDE, STRIDE = 24, 4
"""As facekit.nets.windows has them."""
_MEAN, _STD = 127.5, 128.0
_LARGER = 2 ** (1 / 3)
"""Each size of window over the next smaller one."""
_MIN_SCORE, _MAX_IOU = 0.9, 0.25
_LEAST_VOTES = 2
"""Windows on one face that say so; a single one is more often wrong."""
_BATCH = 4096
_LONGEST_SIDE = 1920
_POINTS = np.array([(0.31, 0.41), (0.69, 0.41), (0.5, 0.6), (0.35, 0.76), (0.65, 0.76)], np.float32)
"""Of the mean face, in shares of the window's side."""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """All windows of one size.

    Args:
        scale: Of the picture when the windows are SIDE pixels wide.
        scores: (h, w) float32, 0 … 1, of the windows that begin at multiples of STRIDE / scale pixels of the picture.
    """

    scale: float
    scores: FloatArray

    def boxes(self, min_score: float) -> tuple[FloatArray, FloatArray]:
        """(N, 4) in pixels of the picture and scores (N,) of the windows that reach the score."""
        rows, columns = np.nonzero(self.scores >= min_score)
        corners = np.stack([columns, rows], axis=1) * STRIDE / self.scale
        return np.concatenate([corners, corners + SIDE / self.scale], axis=1).astype(np.float32), self.scores[rows, columns]


class WindowsDetector:
    """Windows from `min_face` px up.

    Args:
        one_pass: The fully connected layers as convolutions; else each window is cut out and classified.

    Raises:
        ModelChecksumError: The weights are not those that the card describes.
    """

    device = "cpu"

    def __init__(self, *, min_face: int = 40, min_score: float = _MIN_SCORE, one_pass: bool = True) -> None:
        self.name = "windows" if one_pass else "windows-naive"
        self.min_face, self.min_score, self._one_pass = max(min_face, SIDE // 2), min_score, one_pass
        card, folder = find_model(MODEL, task="detect")
        self._session = open_session(verified_file(card, folder, "onnx-convolutional" if one_pass else "onnx"))

    def detect(self, pixels: Pixels) -> tuple[Face, ...]:
        """The faces of an H×W×3 uint8 RGB picture, largest first; empty when there is none."""
        return self.faces(self.levels(pixels))

    def levels(self, pixels: Pixels) -> Iterator[Level]:
        """The scores of the windows of all sizes, the smallest windows first: most of the work is in the first of them."""
        return (Level(scale, self.score_map(picture)) for scale, picture in self._pyramid(pixels))

    def faces(self, levels: Iterable[Level]) -> tuple[Face, ...]:
        """What the windows agree on, largest first."""
        found = [level.boxes(self.min_score) for level in levels]
        boxes = np.concatenate([np.zeros((0, 4), np.float32), *(each for each, _ in found)])
        scores = np.concatenate([np.zeros(0, np.float32), *(each for _, each in found)])
        groups = suppress(boxes, scores, max_iou=_MAX_IOU)
        sure = (group for group in groups if len(group) >= _LEAST_VOTES)
        return largest_first(_face(np.average(boxes[group], axis=0, weights=scores[group]), scores[group[0]]) for group in sure)

    def window_count(self, pixels: Pixels) -> int:
        """How many windows of all sizes there are in the picture."""
        sides = (picture.shape[2:] for _, picture in self._pyramid(pixels))
        return sum(((height - SIDE) // STRIDE + 1) * ((width - SIDE) // STRIDE + 1) for height, width in sides)

    def score_map(self, picture: FloatArray) -> FloatArray:
        """(h, w) float32, 0 … 1, of the windows of a 1×3×H×W picture that begin at multiples of 4; H and W are at least 24."""
        logits = self._run(picture)[0, 0] if self._one_pass else self._one_by_one(picture)
        scores = 1 / (1 + np.exp(-logits.astype(np.float64)))
        return scores.astype(np.float32)

    def _pyramid(self, pixels: Pixels) -> Iterator[tuple[float, FloatArray]]:
        """Scales and the picture at each, 1×3×H×W, until no window fits."""
        scale = SIDE / max(self.min_face, SIDE / 2 * max(pixels.shape[:2]) / _LONGEST_SIDE)
        while min(pixels.shape[:2]) * scale >= SIDE:
            size = tuple(int(length * scale) for length in pixels.shape[1::-1])
            small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
            yield scale, np.asarray(cv2.dnn.blobFromImage(small, 1 / _STD, mean=(_MEAN, _MEAN, _MEAN)), np.float32)
            scale /= _LARGER

    def _one_by_one(self, picture: FloatArray) -> FloatArray:
        """(h, w) logits: every window cut out."""
        views = np.lib.stride_tricks.sliding_window_view(picture[0], (SIDE, SIDE), axis=(1, 2))[:, ::STRIDE, ::STRIDE]
        _, height, width = views.shape[:3]
        windows = views.transpose(1, 2, 0, 3, 4).reshape(-1, 3, SIDE, SIDE)
        logits = [self._run(windows[start : start + _BATCH])[:, 0] for start in range(0, len(windows), _BATCH)]
        return np.concatenate(logits).reshape(height, width)

    def _run(self, batch: FloatArray) -> FloatArray:
        return np.asarray(self._session.run(None, {"pictures": np.ascontiguousarray(batch)})[0], np.float32)


def naive(*, min_face: int = 40, min_score: float = _MIN_SCORE) -> WindowsDetector:
    """The detector that cuts out each window."""
    return WindowsDetector(min_face=min_face, min_score=min_score, one_pass=False)


def _face(corners: FloatArray, score: float) -> Face:
    x0, y0, x1, y1 = (float(value) for value in corners)
    points = np.array([x0, y0], np.float32) + _POINTS * np.array([x1 - x0, y1 - y0], np.float32)
    return Face(Box(x0, y0, x1, y1), points.astype(np.float32), float(score))
