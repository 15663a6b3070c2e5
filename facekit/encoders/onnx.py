"""The encoder on ONNX Runtime: the default on processors, no torch needed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from facekit.cards import ModelCard, verified_file
from facekit.encoders.prepare import batch_of, embeddings_of
from facekit.errors import ModelError
from facekit.types import AlignedFace, Embedding

_BATCH = 32
_REFUSALS = (ort_errors.Fail, ort_errors.InvalidArgument, ort_errors.InvalidGraph, ort_errors.InvalidProtobuf, ort_errors.NotImplemented)


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
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads or int(os.environ.get("OMP_NUM_THREADS", min(2, os.cpu_count() or 1)))
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        path = verified_file(card, folder, self.runtime)
        try:  # from memory, so that a graph cannot reach for other files
            self._session = ort.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
        except _REFUSALS as error:
            raise ModelError(
                f"The weights {path} are no ONNX graph that can run here: {error}.", hint="Fetch or import them again."
            ) from error
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
