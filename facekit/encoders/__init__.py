"""Encoders: aligned faces in, unit vectors out. Opening one by name and runtime lives here; each runtime has a file of its own."""

from __future__ import annotations

from pathlib import Path

from facekit.cards import ModelCard
from facekit.encoders.base import RUNTIMES, Encoder
from facekit.encoders.device import choose
from facekit.weights import find_model


def open_encoder(name: str, runtime: str = "auto") -> Encoder:
    """The encoder with its weights loaded and their hash checked.

    Args:
        name: A model of facekit.weights, "encoder-v3" for one.
        runtime: "auto", "onnx", "onnx-int8", "cuda", "mps" or "torch-cpu"; what auto takes is told by facekit.encoders.device.

    Raises:
        ModelError: Unknown name, weights missing or altered, or the runtime is not to be had here.
    """
    return open_card(*find_model(name, task="encode"), runtime)


def open_card(card: ModelCard, folder: Path, runtime: str = "auto") -> Encoder:
    """The same for an encoder whose card and folder are known: it need not be installed. Raises ModelError."""
    choice = choose(runtime, card)
    return RUNTIMES.create(choice.runtime, card, folder, device=choice.device)
