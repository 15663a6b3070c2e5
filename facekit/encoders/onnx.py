"""The encoder on ONNX Runtime: the default on processors, no torch needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from facekit.cards import ModelCard, verified_file
from facekit.encoders.prepare import batch_of, embeddings_of
from facekit.types import AlignedFace, Embedding
from facekit.weights.session import open_session

_BATCH = 32


class OnnxEncoder:
    """One ONNX graph whose single input is N×3×S×S float32 and whose first output is N×D.

    Raises:
        ModelFileMissingError: The card has no ONNX file, or it is not there.
        ModelChecksumError: The file is not the one that the card describes.
        ModelError: ONNX Runtime cannot read it, or it keeps its weights in another file.
    """

    device = "cpu"
    runtime = "onnx"
    """Which of the card's files it reads."""

    def __init__(self, card: ModelCard, folder: Path, *, device: str = "cpu", threads: int | None = None) -> None:
        if device != self.device:
            raise ValueError(f"the ONNX runtime here computes on the processor, not on {device}")
        self.card = card
        self._session = open_session(verified_file(card, folder, self.runtime), threads=threads)
        self._input = self._session.get_inputs()[0].name

    def encode(self, faces: Sequence[AlignedFace]) -> tuple[Embedding, ...]:
        """One embedding a face, in order. Raises ValueError for a face of another size."""
        made: list[Embedding] = []
        for start in range(0, len(faces), _BATCH):
            batch = batch_of(faces[start : start + _BATCH], self.card)
            made += embeddings_of(np.asarray(self._session.run(None, {self._input: batch})[0]), self.card)
        return tuple(made)


class Int8OnnxEncoder(OnnxEncoder):
    """The same with the card's graph in 8-bit integers: several times faster, and its vectors may be compared with those of the other."""

    runtime = "onnx-int8"
