"""What every training of an encoder shares: the network with its first weights, its input, and its figures on a list of pairs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from facekit.cards import verified_file
from facekit.evaluation.pairs import Pair, PairsReport, evaluate_pairs, read_pairs
from facekit.nets import NETS
from facekit.types import Embedding, EncoderKey, FloatArray
from facekit.weights import find_model
from training.data.faces import FaceSet, open_faces
from training.errors import TrainingError
from training.recipe import NetRecipe

MEAN, STD = 127.5, 128.0
_BATCH = 64
_RESAMPLES = 200


def build_encoder(recipe: NetRecipe) -> nn.Module:
    """The network of the recipe, float32 on the processor, with the weights that it starts from.

    Raises:
        TrainingError: The weights cannot be read or do not fit.
        UnknownNameError: No such network or model.
    """
    net = NETS.create(recipe.name, **recipe.arguments)
    if recipe.weights:
        path = _weights_file(recipe.weights)
        try:
            weights = {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in load_file(path).items()}
            net.load_state_dict(weights)
        except (OSError, SafetensorError, RuntimeError) as error:
            raise TrainingError(f"The weights {path} do not fit the network {recipe.name}: {error}.", hint="Correct [net].") from error
    return net


def prepared(pixels: Tensor) -> Tensor:
    """N×S×S×3 uint8 RGB → N×3×S×S float32, (RGB − 127.5) / 128, on the same device; channels last in memory."""
    return pixels.permute(0, 3, 1, 2).float().sub_(MEAN).div_(STD)


def encode_faces(net: nn.Module, faces: FaceSet, device: str) -> FloatArray:
    """(N, D) float32 unit vectors of the faces as they are; the network must be in eval mode."""
    parts = []
    for start in range(0, len(faces), _BATCH):
        pixels = np.stack([record.read() for record in faces.records[start : start + _BATCH]])
        with torch.inference_mode():
            parts.append(net(prepared(torch.from_numpy(pixels).to(device))).float().cpu().numpy())
    vectors: FloatArray = np.concatenate(parts)
    return vectors


class PairsYardstick:
    """Figures on a folder with aligned112.zip and pairs.csv, as LFW View 1 lies there.

    Raises:
        TrainingError, EvaluationError: The zip or the list cannot be read, or the list names a face that the zip lacks.
    """

    def __init__(self, folder: Path) -> None:
        self._faces = open_faces([f"identities:{folder / 'aligned112.zip'}"])
        self._names = tuple(str(PurePosixPath(record.file).with_suffix("")) for record in self._faces.records)
        self._pairs = tuple(_without_suffix(pair) for pair in read_pairs(folder / "pairs.csv"))
        named = {name for pair in self._pairs for name in (pair.left, pair.right)}
        missing = named - set(self._names)
        if missing:
            raise TrainingError(f"{folder / 'aligned112.zip'} lacks {min(missing)}.", hint="Align the pictures again.")

    def report(self, net: nn.Module, device: str, *, resamples: int = _RESAMPLES) -> PairsReport:
        """All figures with their intervals; the network must be in eval mode."""
        key = EncoderKey("in-training", "")
        vectors = encode_faces(net, self._faces, device)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        made = {name: Embedding(row, key) for name, row in zip(self._names, vectors, strict=True)}
        return evaluate_pairs(self._pairs, made.__getitem__, resamples=resamples)

    def figures(self, net: nn.Module, device: str) -> Mapping[str, float]:
        """Accuracy over the folds, equal error rate, true accept rates."""
        report = self.report(net, device)
        rates = {f"tar_at_far_{far:g}": found.value for far, found in report.tar_at_far.items()}
        return {"accuracy": report.accuracy.value, "eer": report.eer.value, **rates}


def _weights_file(weights: str) -> Path:
    """A safetensors file as it is, or the one of an installed model."""
    if weights.endswith(".safetensors"):
        return Path(weights)
    card, folder = find_model(weights, task="encode")
    return verified_file(card, folder, "torch")


def _without_suffix(pair: Pair) -> Pair:
    left, right = (str(PurePosixPath(name).with_suffix("")) for name in (pair.left, pair.right))
    return Pair(left, right, pair.same, pair.fold)
