"""An ONNX graph in memory, opened the same way for every model that is one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from facekit.errors import ModelError

if TYPE_CHECKING:
    import onnxruntime as ort


def open_session(path: Path, *, threads: int | None = None) -> ort.InferenceSession:
    """The graph of a file on the processor, its threads asleep between calls.

    Raises:
        ModelError: ONNX Runtime cannot read it, or it keeps its weights in another file.
    """
    import onnxruntime as ort  # 20 MB and 50 ms: not for those who only name a model
    from onnxruntime.capi import onnxruntime_pybind11_state as states

    refusals = (states.Fail, states.InvalidArgument, states.InvalidGraph, states.InvalidProtobuf, states.NotImplemented)
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or int(os.environ.get("OMP_NUM_THREADS", min(2, os.cpu_count() or 1)))
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:  # from memory, so that a graph cannot reach for other files
        return ort.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except refusals as error:
        raise ModelError(f"The weights {path} are no ONNX graph that can run here: {error}.", hint="Fetch or import them again.") from error
