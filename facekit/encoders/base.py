"""What every encoder promises, and the table of runtimes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from facekit.cards import ModelCard
from facekit.registry import Registry
from facekit.types import AlignedFace, Embedding


class Encoder(Protocol):
    """Turns aligned faces into unit vectors."""

    card: ModelCard
    device: str
    """What it really runs on: "cpu", "cuda:0 (name of the card)", "mps"."""

    def encode(self, faces: Sequence[AlignedFace]) -> tuple[Embedding, ...]:
        """One embedding a face, in order; faces are S×S with S = card.input_size. Empty for no faces.

        Raises:
            ValueError: A face has another size.
        """
        ...


RUNTIMES: Registry[Encoder] = Registry("runtime")
RUNTIMES.add("onnx", "facekit.encoders.onnx:OnnxEncoder", "ONNX Runtime on the processor", needs=("onnxruntime",))
RUNTIMES.add(
    "onnx-int8", "facekit.encoders.onnx:Int8OnnxEncoder", "the same in 8-bit integers, for models that have it", needs=("onnxruntime",)
)
RUNTIMES.add("torch", "facekit.encoders.torch:TorchEncoder", "torch on CUDA, MPS or the processor", needs=("torch",))
