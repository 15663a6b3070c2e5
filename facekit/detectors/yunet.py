"""YuNet (Wu et al. 2023) through OpenCV's FaceDetectorYN. Its file is not ours to ship: `facekit weights import FILE`."""

from __future__ import annotations

import cv2
import numpy as np

from facekit.cards import verified_file
from facekit.detectors.base import largest_first
from facekit.types import AnyArray, Box, Face, Pixels
from facekit.weights import find_model

_MODEL = "yunet"
_MIN_SCORE, _NMS_IOU, _TOP = 0.7, 0.3, 5000
_SMALLEST = 10
"""Pixels of the smallest face that the network was made to find (its paper)."""
_LONGEST_SIDE = 1920


class YunetDetector:
    """One pass over the picture, 76 thousand parameters.

    Raises:
        ModelFileMissingError: The file was not imported yet.
        ModelChecksumError: It is not the file that was imported.
    """

    name = "yunet"
    device = "cpu"

    def __init__(self, *, min_face: int = 40, min_score: float = _MIN_SCORE) -> None:
        self.min_face = min_face
        card, folder = find_model(_MODEL, task="detect")
        path = verified_file(card, folder, "onnx")
        self._net = cv2.FaceDetectorYN.create(str(path), "", (320, 320), min_score, _NMS_IOU, _TOP)

    def detect(self, pixels: Pixels) -> tuple[Face, ...]:
        """The faces at least `min_face` px wide of an H×W×3 uint8 RGB picture, largest first; empty when there is none."""
        scale = min(1.0, _LONGEST_SIDE / max(pixels.shape[:2]))
        if min(pixels.shape[:2]) * scale < _SMALLEST:
            return ()
        small = cv2.cvtColor(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2BGR)
        self._net.setInputSize((small.shape[1], small.shape[0]))
        rows = self._net.detect(small)[1]
        faces = (_face(row, scale) for row in (rows if rows is not None else ()))
        return largest_first(face for face in faces if face.box.width >= self.min_face)


def _face(row: AnyArray, scale: float) -> Face:
    """A row of 15 numbers: box x, y, w, h; five points, the subject's right eye (the picture's left) first; score."""
    x, y, width, height = (float(value) / scale for value in row[:4])
    points = (row[4:14].reshape(5, 2) / scale).astype(np.float32)
    return Face(Box(x, y, x + width, y + height), points, float(np.clip(row[14], 0.0, 1.0)))
