"""What trained networks look for first: the filters of the first layers of the models that come with the program. No torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from safetensors.numpy import load_file

from facekit.cards import verified_file
from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.types import Pixels
from facekit.weights import find_model
from training.errors import TrainingError
from training.lecture.filters import Numbers, convolve_volume

_RGB = 3


@dataclass(frozen=True, slots=True)
class FirstLayer:
    """Where a model's first layer is, and how it goes over the picture, which the weights do not say."""

    model: str
    task: str
    tensor: str
    stride: int
    padding: int
    summary: str


FIRST_LAYERS: tuple[FirstLayer, ...] = (
    FirstLayer("detector-v1", "detect", "stem.0.weight", 2, 1, "The face detector"),
    FirstLayer(DEFAULT_ENCODER, "encode", "body.0.weight", 2, 1, "The face encoder"),
    FirstLayer("windows-v1", "detect", "body.0.weight", 1, 0, "The lecture's window classifier"),
)


def read_filters(layer: FirstLayer) -> Numbers:
    """(K, f, f, 3) filters.

    Raises:
        ModelError: The weights are not there, or not those that the card describes.
        TrainingError: They have no such layer.
    """
    card, folder = find_model(layer.model, task=layer.task)
    tensors = load_file(verified_file(card, folder, "torch"))
    found = tensors.get(layer.tensor)
    if found is None or found.ndim != 4 or found.shape[1] != _RGB:
        raise TrainingError(f"{layer.model} has no first layer {layer.tensor!r}.", hint="Install the program again.")
    filters: Numbers = found.transpose(0, 2, 3, 1).astype(np.float64)
    return filters


def respond(pixels: Pixels, filters: Numbers, layer: FirstLayer) -> Numbers:
    """(H', W', K) maps of H×W×3 uint8 RGB pixels, before any norm and ReLU."""
    picture = (pixels.astype(np.float64) - 127.5) / 128.0
    return convolve_volume(picture, filters, padding=layer.padding, stride=layer.stride)


def filter_picture(weights: Numbers) -> Pixels:
    """f×f×3 uint8 RGB of a filter (f, f, 3): grey is 0, each colour as strong as its weight."""
    largest = float(np.abs(weights).max()) or 1.0
    return np.ascontiguousarray(np.round(127.5 + 127.5 * weights / largest).astype(np.uint8))
