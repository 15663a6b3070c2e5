"""What every training of an encoder shares: the network with its first weights, its input, who is held out, and figures on pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from facekit.cards import verified_file
from facekit.evaluation.pairs import FARS, PairsReport
from facekit.evaluation.rates import eer, tar_at_far
from facekit.evaluation.trials import IntArray, Trials
from facekit.imaging.alignment import TEMPLATES
from facekit.nets import NETS
from facekit.types import FloatArray
from facekit.weights import find_model
from training.checkpoint import load_weights
from training.data.faces import FACE_SIZE, FaceSet
from training.data.pairs import AlignedPairs
from training.data.splits import Split, at_most, split_by_person
from training.errors import TrainingError
from training.freezing import train_only
from training.recipe import NetRecipe

MEAN, STD = 127.5, 128.0
_BATCH = 64
_RESAMPLES = 200
_NON_MATED = 250_000
"""Comparisons of different persons, at most."""
_AT_ONCE = 65_536


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Persons who are kept off the training, relatives together, to be measured on.

    Args:
        persons: Their share of all; 0 for none.
        pictures: Of each at most, or those with many would decide alone.
        seed: Whom and which: it is not the run's, so that runs with other seeds are measured on the same persons.
    """

    persons: float = 0.1
    pictures: int = 20
    seed: int = 0

    def split(self, faces: FaceSet) -> Split:
        """The faces to train on and those to measure on.

        Raises:
            TrainingError: A side has no identities.
        """
        if not self.persons:
            return Split(faces, FaceSet(()))
        split = split_by_person(faces, self.persons, seed=self.seed)
        return Split(split.training, at_most(split.measuring, self.pictures, seed=self.seed))


def build_encoder(recipe: NetRecipe) -> nn.Module:
    """The network of the recipe, float32 on the processor, with the weights that it starts from.

    Raises:
        TrainingError: The weights cannot be read or do not fit.
        UnknownNameError: No such network or model.
    """
    net = NETS.create(recipe.name, **recipe.arguments)
    if recipe.weights:
        path = weights_file(recipe.weights)
        try:
            net.load_state_dict(load_weights(path))
        except RuntimeError as error:
            raise TrainingError(f"The weights {path} do not fit the network {recipe.name}: {error}.", hint="Correct [net].") from error
    train_only(net, recipe.trainable, keep_norms=recipe.keep_norms)
    return net


def input_size(net: nn.Module) -> int:
    """Side of the aligned face that the network takes, pixels."""
    return int(getattr(net, "input_size", FACE_SIZE))


def embedding_size(net: nn.Module) -> int:
    """Numbers in an embedding; puts the network into eval mode."""
    side = input_size(net)
    with torch.inference_mode():
        return int(net.eval()(torch.zeros(1, 3, side, side)).shape[1])


def prepared(pixels: Tensor, size: int = FACE_SIZE) -> Tensor:
    """N×112×112×3 uint8 RGB → N×3×S×S float32, (RGB − 127.5) / 128, on the same device; channels last in memory.

    At another size than 112 the face is brought to where facekit.imaging.align puts it at that size.
    """
    faces = pixels.permute(0, 3, 1, 2).float().sub_(MEAN).div_(STD)
    if size == FACE_SIZE:
        return faces
    grid = _reframing(size).to(faces.device).expand(len(faces), -1, -1, -1)
    return F.grid_sample(faces, grid, padding_mode="border", align_corners=True)


@cache
def _reframing(size: int) -> Tensor:
    """(1, S, S, 2) float32: where in the face of 112 each pixel of that of S lies, −1 … 1 from its first to its last pixel."""
    if size not in TEMPLATES:
        raise TrainingError(f"A face of {FACE_SIZE} pixels cannot be brought to {size}.", hint=f"Sizes: {sorted(TEMPLATES)}.")
    source, target = TEMPLATES[FACE_SIZE].astype(np.float64), TEMPLATES[size].astype(np.float64)
    scale = target.std(axis=0) / source.std(axis=0)
    places = (np.arange(size)[:, None] - target.mean(axis=0)) / scale + source.mean(axis=0)  # (S, 2): columns x, y
    x, y = torch.from_numpy((2 * places / (FACE_SIZE - 1) - 1).astype(np.float32)).T
    return torch.stack([x.expand(size, size), y[:, None].expand(size, size)], dim=-1)[None]


def encode_faces(net: nn.Module, faces: FaceSet, device: str) -> FloatArray:
    """(N, D) float32 unit vectors of the faces as they are; the network must be in eval mode."""
    parts, size = [], input_size(net)
    for start in range(0, len(faces), _BATCH):
        pixels = np.stack([record.read() for record in faces.records[start : start + _BATCH]])
        with torch.inference_mode():
            parts.append(net(prepared(torch.from_numpy(pixels).to(device), size)).float().cpu().numpy())
    vectors: FloatArray = np.concatenate(parts)
    return vectors


class PairsYardstick:
    """Figures on a folder with aligned112.zip and pairs.csv, as LFW View 1 lies there.

    Raises:
        TrainingError, EvaluationError: The zip or the list cannot be read, or the list names a face that the zip lacks.
    """

    def __init__(self, folder: Path) -> None:
        self._pairs = AlignedPairs(folder)

    def report(self, net: nn.Module, device: str, *, resamples: int = _RESAMPLES) -> PairsReport:
        """All figures with their intervals; the network must be in eval mode."""
        return self._pairs.report(encode_faces(net, self._pairs.faces, device), resamples=resamples)

    def figures(self, net: nn.Module, device: str) -> Mapping[str, float]:
        """Accuracy over the folds, equal error rate, true accept rates."""
        report = self.report(net, device)
        rates = {f"tar_at_far_{far:g}": found.value for far, found in report.tar_at_far.items()}
        return {"accuracy": report.accuracy.value, "eer": report.eer.value, **rates}


class PersonsYardstick:
    """Figures on persons: all their mated pairs, and of the others a quarter of a million at most, drawn by chance.

    Raises:
        TrainingError: They have no mated or no non-mated pair.
    """

    def __init__(self, faces: FaceSet, *, seed: int = 0) -> None:
        self._faces, self._persons = faces, faces.labels()
        self._left, self._right = _some_pairs(self._persons, seed)
        same = self._persons[self._left] == self._persons[self._right]
        if same.all() or not same.any():
            raise TrainingError(f"{len(faces)} held-out faces have no mated or no non-mated pair.", hint="Hold out more persons.")

    def trials(self, net: nn.Module, device: str) -> Trials:
        """The comparisons; the network must be in eval mode."""
        vectors = encode_faces(net, self._faces, device)
        starts = range(0, len(self._left), _AT_ONCE)
        parts = [(vectors[self._left[at : at + _AT_ONCE]] * vectors[self._right[at : at + _AT_ONCE]]).sum(axis=1) for at in starts]
        left, right = self._persons[self._left], self._persons[self._right]
        return Trials.of(2 - 2 * np.concatenate(parts).astype(np.float64), left == right, left, right)

    def figures(self, net: nn.Module, device: str) -> Mapping[str, float]:
        """Equal error rate and true accept rates."""
        trials = self.trials(net, device)
        rates = {f"heldout_tar_at_far_{far:g}": float(tar_at_far(trials, target=far)) for far in FARS}
        return {"heldout_eer": float(eer(trials)), **rates}


class Yardsticks:
    """What an encoder is measured on: persons held out and a folder with pairs, where there are any.

    Raises:
        TrainingError, EvaluationError: As PersonsYardstick and PairsYardstick.
    """

    def __init__(self, heldout: FaceSet, pairs: str) -> None:
        self.persons = PersonsYardstick(heldout) if len(heldout) else None
        self.pairs = PairsYardstick(Path(pairs)) if pairs else None

    def figures(self, net: nn.Module, device: str) -> Mapping[str, float]:
        """All of them; those on persons begin with "heldout_"."""
        found = [yardstick.figures(net, device) for yardstick in (self.persons, self.pairs) if yardstick is not None]
        return {name: value for figures in found for name, value in figures.items()}


def _some_pairs(persons: IntArray, seed: int) -> tuple[IntArray, IntArray]:
    """Rows two by two: all mated pairs, and _NON_MATED of the others at most."""
    count = len(persons)
    if count * (count - 1) // 2 <= _NON_MATED:
        left, right = np.triu_indices(count, 1)
        return left.astype(np.int64), right.astype(np.int64)
    mated = np.concatenate([group[np.stack(np.triu_indices(len(group), 1))] for group in _by_person(persons)], axis=1)
    drawn = np.random.default_rng(seed).integers(count, size=(2, 2 * _NON_MATED))
    drawn = drawn[:, persons[drawn[0]] != persons[drawn[1]]][:, :_NON_MATED]
    left, right = np.concatenate([mated, drawn], axis=1)
    return left, right


def _by_person(persons: IntArray) -> list[IntArray]:
    """Rows of each person, in their order."""
    order = np.argsort(persons, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(persons[order])) + 1)


def weights_file(weights: str) -> Path:
    """A file as it is, or the one of an installed model."""
    if weights.endswith(".safetensors"):
        return Path(weights)
    card, folder = find_model(weights, task="encode")
    return verified_file(card, folder, "torch")
