"""MTCNN (Zhang et al. 2016) as facenet-pytorch has it, weights inside its wheel."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from facenet_pytorch import MTCNN

from facekit.detectors.base import largest_first
from facekit.types import AnyArray, Box, Face, Pixels

_LONGEST_SIDE = 1920
"""Larger pictures are shrunk to this before the search: the pyramid of a 40-megapixel picture would take gigabytes."""
_MIN_SCORE = 0.9
"""Of the last stage, 0 … 1. The paper's own limit of 0.7 lets things through that are no faces."""


class MtcnnDetector:
    """Three small networks in a row over an image pyramid: proposals, refinement, five points."""

    name = "mtcnn"

    def __init__(self, *, min_face: int = 40, min_score: float = _MIN_SCORE, device: str = "cpu") -> None:
        self.min_face, self._min_score = min_face, min_score
        self.device = device
        self._net = MTCNN(keep_all=True, min_face_size=min_face, device=torch.device(device))

    def detect(self, pixels: Pixels) -> tuple[Face, ...]:
        """The faces at least `min_face` px wide of an H×W×3 uint8 RGB picture, largest first; empty when there is none."""
        scale = min(1.0, _LONGEST_SIDE / max(pixels.shape[:2]))
        small = pixels if scale == 1.0 else cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if min(small.shape[:2]) < self.min_face:
            return ()
        with torch.inference_mode():
            boxes, scores, points = self._net.detect(np.ascontiguousarray(small), landmarks=True)
        if boxes is None:
            return ()
        found = (_face(box, score, five, scale) for box, score, five in zip(boxes, scores, points, strict=True) if score >= self._min_score)
        return largest_first(face for face in found if face.box.width >= self.min_face)


def _face(box: AnyArray, score: float, points: AnyArray, scale: float) -> Face:
    """A row of facenet-pytorch's answer, whose arrays have dtype object, in pixels of the whole picture."""
    x0, y0, x1, y1 = (float(value) / scale for value in box)
    return Face(Box(x0, y0, x1, y1), points.astype(np.float32) / np.float32(scale), float(score))
