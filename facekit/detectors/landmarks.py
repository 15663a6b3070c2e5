"""The five points of a face by a network of their own, in the place of a detector's. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from facekit.cards import ModelCard, verified_file
from facekit.errors import ModelError
from facekit.imaging import similarity, warped
from facekit.types import AnyArray, Box, Face, FloatArray, Pixels
from facekit.weights import find_model
from facekit.weights.session import open_session

FRAMED: Final[FloatArray] = np.array([(0.377, 0.337), (0.623, 0.337), (0.5, 0.473), (0.396, 0.596), (0.604, 0.596)], np.float32)
"""Where the five points of a face that looks ahead lie in the square that the network sees, 5×2 in shares of its side.

Half the mean of HELEN's training crops and half of its mirror image: what the network was trained on lies about there.
"""
_BOX_MIDDLE, _BOX_SIDE = np.array([0.5, 0.418]), 0.6
"""Where a detector's box lies in that square: its middle, and the root of its area. Medians of 150 faces each of MTCNN and YuNet."""
_OUTPUTS = 11
_IS_FACE = 0.5
_LEAST_SIZE = 0.3


class OnnxLandmarker:
    """A network that is shown a square about a face and answers (is it a face, x₁, y₁, … x₅, y₅), in shares of the square's side.

    It looks twice: at the square about the detector's box, then at the one in which the points found first lie upright and at FRAMED.

    Raises:
        ModelFileMissingError, ModelChecksumError: The card's ONNX file is not there, or not what the card describes.
        ModelError: It is no graph that can run here, or answers with other numbers.
    """

    def __init__(self, card: ModelCard, folder: Path) -> None:
        self.card = card
        self._session = open_session(verified_file(card, folder, "onnx"))
        self._input = self._session.get_inputs()[0].name
        answered = self._answers([np.zeros((card.input_size, card.input_size, 3), np.uint8)])
        if answered.shape != (1, _OUTPUTS):
            raise ModelError(
                f"The network {card.model_id} answers with {answered.shape[1]} numbers, not with a face and five points.",
                hint="Choose a landmarker of five points in the settings.",
            )

    def locate(self, pixels: Pixels, faces: Sequence[Face]) -> tuple[Face, ...]:
        """The faces in their order, each with the network's points; with the detector's where the network sees no face.

        Args:
            pixels: H×W×3 uint8 RGB.
        """
        if not faces:
            return ()
        side = self.card.input_size
        first = self._found(pixels, [_box_map(face.box, side) for face in faces])
        seen = [row for row, points in enumerate(first) if points is not None]
        second = self._found(pixels, [similarity(points, FRAMED * side - 0.5) for points in first if points is not None])
        better = {row: points for row, points in zip(seen, second, strict=True) if points is not None}
        return tuple(replace(face, landmarks=better.get(row, face.landmarks)) for row, face in enumerate(faces))

    def _found(self, pixels: Pixels, maps: Sequence[AnyArray]) -> list[FloatArray | None]:
        """5×2 float32 px of the picture for each 2×3 map from the picture to a square, None where there is no face."""
        if not maps:
            return []
        side = self.card.input_size
        answers = self._answers([warped(pixels, each, side) for each in maps])
        places = answers[:, 1:].reshape(-1, 5, 2) * side - 0.5
        is_found = [row[0] >= _IS_FACE and _is_face_shaped(row[1:].reshape(5, 2)) for row in answers]
        return [_unmapped(points, each) if found else None for found, points, each in zip(is_found, places, maps, strict=True)]

    def _answers(self, squares: Sequence[Pixels]) -> FloatArray:
        """(N, 11) float32."""
        batch = (np.stack(squares).astype(np.float32) - np.float32(self.card.mean)) / np.float32(self.card.std)
        answers: FloatArray = self._session.run(None, {self._input: np.ascontiguousarray(batch.transpose(0, 3, 1, 2))})[0]
        return answers


def open_landmarker(name: str) -> OnnxLandmarker:
    """The landmarker with its weights loaded and their hash checked.

    Raises:
        ModelError: Unknown name, weights missing or altered, or not of five points.
    """
    return OnnxLandmarker(*find_model(name, task="landmark"))


def _box_map(box: Box, side: int) -> AnyArray:
    """2×3: from the picture to the square about a detector's box, places of pixels both."""
    scale = side * _BOX_SIDE / max(1.0, box.area**0.5)
    middle = np.array([box.x0 + box.x1, box.y0 + box.y1]) / 2 - 0.5
    return np.column_stack([scale * np.eye(2), side * _BOX_MIDDLE - 0.5 - scale * middle])


def _is_face_shaped(points: FloatArray) -> bool:
    """Whether FRAMED comes near the points without shrinking to a third: it does not where they coincide, or left and right are swapped."""
    if not np.isfinite(points).all():
        return False
    found, framed = ((each - each.mean(axis=0)) @ (1, 1j) for each in (points, FRAMED))
    return bool(abs(np.vdot(framed, found)) >= _LEAST_SIZE * np.vdot(framed, framed).real)


def _unmapped(points: FloatArray, matrix: AnyArray) -> FloatArray:
    """The points before the 2×3 map."""
    found: FloatArray = np.linalg.solve(matrix[:, :2], (points - matrix[:, 2]).T).T.astype(np.float32)
    return found
