"""An ONNX graph in memory, opened the same way for every model that is one."""

from __future__ import annotations

import os
from pathlib import Path

import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from facekit.errors import ModelError

_REFUSALS = (ort_errors.Fail, ort_errors.InvalidArgument, ort_errors.InvalidGraph, ort_errors.InvalidProtobuf, ort_errors.NotImplemented)


def open_session(path: Path, *, threads: int | None = None) -> ort.InferenceSession:
    """The graph of a file on the processor, its threads asleep between calls.

    Raises:
        ModelError: ONNX Runtime cannot read it, or it keeps its weights in another file.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or int(os.environ.get("OMP_NUM_THREADS", min(2, os.cpu_count() or 1)))
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:  # from memory, so that a graph cannot reach for other files
        return ort.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except _REFUSALS as error:
        raise ModelError(f"The weights {path} are no ONNX graph that can run here: {error}.", hint="Fetch or import them again.") from error
