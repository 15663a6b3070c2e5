"""A trained network as the files that the product reads."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn


def export_onnx(net: nn.Module, path: Path, *, input_size: int) -> Path:
    """`path`, written as an ONNX graph of the network: faces (n, 3, S, S) float32 → embeddings (n, D), any n, weights inside the file."""
    faces = torch.zeros(2, 3, input_size, input_size)
    program = torch.onnx.export(
        net.eval(),
        (faces,),
        input_names=["faces"],
        output_names=["embeddings"],
        dynamic_shapes=({0: torch.export.Dim("n")},),
        dynamo=True,
        verbose=False,
    )
    if program is None:
        raise RuntimeError("torch.onnx.export gave no program")
    program.save(path, external_data=False)
    return path
