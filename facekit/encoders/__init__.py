"""Encoders: aligned faces in, unit vectors out. Opening one by name and runtime lives here; each runtime has a file of its own."""

from __future__ import annotations

from facekit.encoders.base import RUNTIMES, Encoder
from facekit.encoders.device import choose
from facekit.weights import find_model


def open_encoder(name: str, runtime: str = "auto") -> Encoder:
    """The encoder with its weights loaded and their hash checked.

    Args:
        name: A model of facekit.weights, "encoder-v1" for one.
        runtime: "auto", "onnx", "onnx-int8", "cuda", "mps" or "torch-cpu"; what auto takes is told by facekit.encoders.device.

    Raises:
        ModelError: Unknown name, weights missing or altered, or the runtime is not to be had here.
    """
    card, folder = find_model(name, task="encode")
    choice = choose(runtime, card)
    return RUNTIMES.create(choice.runtime, card, folder, device=choice.device)
