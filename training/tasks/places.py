"""What "localize" and "landmarks" share: pictures with one face or none in memory, views of them, the lecture's loss on one row each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from facekit.nets import NETS
from facekit.types import FloatArray
from training.checkpoint import load_weights
from training.data.augment import AugmentOptions, view_rng
from training.data.boxed import backgrounds
from training.data.placed import Placed, placed, squeezed, view
from training.data.samplers import ShuffledBatches
from training.detection.pictures import is_test
from training.errors import TrainingError
from training.freezing import train_only
from training.losses.base import LossOutput
from training.losses.localization import LocalizationLoss
from training.recipe import NetRecipe, Recipe
from training.tasks.base import Batch, Shard, Tensors
from training.tasks.encoder import input_size, prepared, weights_file

_AT_ONCE = 256
_NOTHING = np.zeros((0, 2), np.float32)
_BACKGROUND = "background"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesOptions:
    """What is the same in both tasks' options.

    Args:
        is_masked: As training.losses.localization.LocalizationLoss has it.
        augment: Of the training pictures; what is measured on stays as it is.
    """

    batch: int = 64
    is_masked: bool = True
    augment: AugmentOptions = field(default_factory=AugmentOptions)


@dataclass(frozen=True, slots=True)
class Pictures:
    """To train on and to measure on."""

    training: Sequence[Placed]
    measuring: Sequence[Placed]


class PlacesTask(ABC):
    """See training.tasks.base.Task. A row of the truth begins with 1 where there is a face and is 0 all along where there is none.

    Raises:
        TrainingError: There are too few pictures, or the network answers with another number of numbers.
    """

    Options: ClassVar[type[Any]]
    mirrored: ClassVar[tuple[int, ...]]
    """Where each place of a mirrored face is found among those of the face."""

    def __init__(self, recipe: Recipe, pictures: Pictures, outputs: int) -> None:
        options: PlacesOptions = recipe.options
        self._options, self._seed, self.pictures, self._outputs = options, recipe.seed, pictures, outputs
        self._sampler(Shard())  # too few pictures are told before the network is built
        self.net = build_locator(recipe.net)
        self._side = input_size(self.net)
        self.criterion: nn.Module = LocalizationLoss(is_masked=options.is_masked)
        self._check_net(recipe.net.name)

    @abstractmethod
    def truth(self, picture: Placed) -> FloatArray:
        """The row of a picture with a face, its first number 1."""

    @abstractmethod
    def figures(self, answers: FloatArray) -> Mapping[str, float]:
        """What the answers, a row for each picture to measure on, are worth."""

    def is_wanted(self, places: FloatArray) -> bool:
        """Whether a view with the places there may be trained on."""
        return True

    @property
    def sizes(self) -> Mapping[str, int]:
        """Pictures by use."""
        faces = sum(picture.has_places for picture in self.pictures.training)
        return {"faces": faces, "backgrounds": len(self.pictures.training) - faces, "test_pictures": len(self.pictures.measuring)}

    @property
    def batches_per_epoch(self) -> int:
        """As the sampler counts."""
        return self._sampler(Shard()).batches_per_epoch

    def batches(self, epoch: int, start: int, shard: Shard) -> Iterable[Batch]:
        """Views and their truth."""
        return self._loaded(self._sampler(shard).batches(epoch, start), epoch)

    def prepare(self, inputs: Tensor) -> Tensor:
        """N×3×S×S float32."""
        return prepared(inputs)

    def loss(self, outputs: Tensors, targets: tuple[Tensor, ...]) -> LossOutput:
        """Of the batch."""
        output: LossOutput = self.criterion(outputs, targets[0])
        return output

    def evaluate(self, device: str) -> Mapping[str, float]:
        """Figures on the pictures to measure on, each shown whole."""
        return self.figures(self.answers(self.pictures.measuring, device))

    def warnings(self) -> tuple[str, ...]:
        """None."""
        return ()

    def answers(self, pictures: Sequence[Placed], device: str) -> FloatArray:
        """(N, outputs) float32 of whole pictures; the network must be in eval mode."""
        parts = []
        for start in range(0, len(pictures), _AT_ONCE):
            pixels = np.stack([squeezed(picture, self._side) for picture in pictures[start : start + _AT_ONCE]])
            with torch.inference_mode():
                parts.append(self.net(self.prepare(torch.from_numpy(pixels).to(device))).float().cpu().numpy())
        rows: FloatArray = np.concatenate(parts)
        return rows

    def _row(self, picture: Placed) -> FloatArray:
        return self.truth(picture) if picture.has_places else np.zeros(self._outputs, np.float32)

    def _loaded(self, batches: list[list[int]], epoch: int) -> Iterator[Batch]:
        for rows in batches:
            views = [self._view(row, epoch) for row in rows]
            truth = np.stack([self._row(each) for each in views])
            yield Batch(torch.from_numpy(np.stack([each.pixels for each in views])), (torch.from_numpy(truth),))

    def _view(self, row: int, epoch: int) -> Placed:
        rng = view_rng(self._seed, epoch, row)
        picture = self.pictures.training[row]
        return view(picture, self._side, self._options.augment, rng, mirrored=self.mirrored, is_wanted=self.is_wanted)

    def _sampler(self, shard: Shard) -> ShuffledBatches:
        return ShuffledBatches(len(self.pictures.training), self._options.batch, seed=self._seed, rank=shard.rank, world=shard.count)

    def _check_net(self, name: str) -> None:
        with torch.no_grad():
            found = self.net.eval()(torch.zeros(1, 3, self._side, self._side)).shape[1]
        if found != self._outputs:
            raise TrainingError(
                f"The network {name} answers with {found} numbers where one picture has {self._outputs}.",
                hint=f"Set net.arguments.outputs={self._outputs}.",
            )


def build_locator(recipe: NetRecipe) -> nn.Module:
    """The network of the recipe; the weights may be an encoder's, of which the layers that both have are taken.

    Raises:
        TrainingError: The weights cannot be read, or none of them fits.
        UnknownNameError: No such network or model.
    """
    net = NETS.create(recipe.name, **recipe.arguments)
    if recipe.weights:
        path, own = weights_file(recipe.weights), net.state_dict()
        kept = {name: each for name, each in load_weights(path).items() if name in own and each.shape == own[name].shape}
        if not kept:
            raise TrainingError(f"None of the weights {path} fits the network {recipe.name}.", hint="Correct [net].")
        net.load_state_dict(kept, strict=False)
    train_only(net, recipe.trainable)
    return net


def empty_pictures(folder: str) -> Pictures:
    """Pictures without a face; half of them, by name, to measure on. Of no folder, none."""
    paths = backgrounds(Path(folder)) if folder else []
    return split_by_name([(path, placed(path, _NOTHING, _BACKGROUND)) for path in paths])


def split_by_name(pictures: Iterable[tuple[Path, Placed]]) -> Pictures:
    """The halves that training.detection.pictures.is_test makes: what the detector is measured on, nothing here is trained on."""
    known = list(pictures)
    return Pictures([one for path, one in known if not is_test(path)], [one for path, one in known if is_test(path)])


def is_face(answers: FloatArray, pictures: Sequence[Placed]) -> float:
    """Share of pictures of which the first number, cut at a half, says rightly whether a face is there."""
    return float(np.mean([(row[0] >= 0.5) == picture.has_places for row, picture in zip(answers, pictures, strict=True)]))
