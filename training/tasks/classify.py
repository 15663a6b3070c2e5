"""The training task "classify": which of K classes a picture shows. The lecture's networks, from random weights or on a trained trunk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from facekit.nets import NETS
from training.data.augment import view_rng
from training.data.labelled import LabelledPictures, Part, open_labelled
from training.data.samplers import ShuffledBatches
from training.errors import TrainingError
from training.freezing import train_only
from training.lecture.augment import PictureChanges, changed
from training.losses.base import LossOutput
from training.losses.cross_entropy import CrossEntropy
from training.recipe import NetRecipe, Recipe
from training.tasks.base import Batch, Shard, Tensors
from training.tasks.encoder import build_encoder, prepared

_AT_ONCE = 256
_PARTS: tuple[Part, Part] = ("train", "test")


@dataclass(frozen=True, slots=True)
class ClassifyData:
    """What is read.

    Args:
        source: As training.data.labelled.open_labelled has it.
        side: Of the pictures of class folders, pixels; 0 for as they are.
        classes: The others are left out; empty for all.
        pictures: To train on, drawn by chance; 0 for all.
        measured: To measure on, of the test pictures and of the training pictures each; 0 for all.
    """

    source: str
    side: int = 0
    classes: tuple[str, ...] = ()
    batch: int = 128
    pictures: int = 0
    measured: int = 0


@dataclass(frozen=True, slots=True)
class ClassifyOptions:
    """The recipe's options.

    Args:
        augment: Of the training pictures; what is measured on stays as it is.
    """

    data: ClassifyData
    augment: PictureChanges = field(default_factory=PictureChanges)


class ClassifyTask:
    """See training.tasks.base.Task.

    Raises:
        TrainingError: The pictures cannot be read, or the network does not take them or has another number of classes.
    """

    Options = ClassifyOptions

    def __init__(self, recipe: Recipe) -> None:
        options: ClassifyOptions = recipe.options
        data = options.data
        self._options, self._seed = options, recipe.seed
        training, measuring = (open_labelled(Path(data.source), part, side=data.side).only(data.classes) for part in _PARTS)
        self.training, self.measuring = training.some(data.pictures, seed=recipe.seed), measuring.some(data.measured, seed=0)
        self._sampler(Shard())  # too few pictures are told before the network is built
        self.net = build_classifier(recipe.net)
        self.criterion: nn.Module = CrossEntropy()
        self._check_net(recipe.net.name)

    @property
    def sizes(self) -> Mapping[str, int]:
        """Pictures to train and to measure on, classes."""
        return {"pictures": len(self.training), "test_pictures": len(self.measuring), "classes": len(self.training.classes)}

    @property
    def batches_per_epoch(self) -> int:
        """As the sampler counts."""
        return self._sampler(Shard()).batches_per_epoch

    def batches(self, epoch: int, start: int, shard: Shard) -> Iterable[Batch]:
        """Views and their classes."""
        return self._loaded(self._sampler(shard).batches(epoch, start), epoch)

    def prepare(self, inputs: Tensor) -> Tensor:
        """N×C×H×W float32, −1 … 1."""
        return prepared(inputs)

    def loss(self, outputs: Tensors, targets: tuple[Tensor, ...]) -> LossOutput:
        """Cross-entropy of the batch."""
        output: LossOutput = self.criterion(outputs, targets[0])
        return output

    def evaluate(self, device: str) -> Mapping[str, float]:
        """Share of right answers on the test pictures, and on the training pictures as they are."""
        seen = self.training.some(self._options.data.measured, seed=0)
        return {"accuracy": self._accuracy(self.measuring, device), "training_accuracy": self._accuracy(seen, device)}

    def warnings(self) -> tuple[str, ...]:
        """None."""
        return ()

    def _sampler(self, shard: Shard) -> ShuffledBatches:
        return ShuffledBatches(len(self.training), self._options.data.batch, seed=self._seed, rank=shard.rank, world=shard.count)

    def _loaded(self, batches: list[list[int]], epoch: int) -> Iterator[Batch]:
        for rows in batches:
            views = [changed(self.training.pixels[row], self._options.augment, view_rng(self._seed, epoch, row)) for row in rows]
            yield Batch(torch.from_numpy(np.stack(views)), (torch.from_numpy(self.training.labels[rows]),))

    def _accuracy(self, pictures: LabelledPictures, device: str) -> float:
        right = 0
        for start in range(0, len(pictures), _AT_ONCE):
            pixels = torch.from_numpy(pictures.pixels[start : start + _AT_ONCE]).to(device)
            found = self.net(self.prepare(pixels)).argmax(1).cpu().numpy()
            right += int((found == pictures.labels[start : start + _AT_ONCE]).sum())
        return right / len(pictures)

    def _check_net(self, name: str) -> None:
        pictures = self.training
        try:
            with torch.no_grad():
                scores = self.net.eval()(self.prepare(torch.from_numpy(pictures.pixels[:1])))
        except RuntimeError as error:
            size = "×".join(map(str, pictures.pixels.shape[1:]))
            raise TrainingError(f"The network {name} does not take pictures of {size}: {error}.", hint="Correct net.arguments.") from error
        if scores.shape[1] != len(pictures.classes) or pictures.classes != self.measuring.classes:
            counts = f"{len(pictures.classes)} classes to train on, {len(self.measuring.classes)} to measure on"
            raise TrainingError(
                f"The network {name} has {scores.shape[1]} scores; there are {counts}.",
                hint="Set net.arguments.classes; compare the folders.",
            )


def build_classifier(recipe: NetRecipe) -> nn.Module:
    """The network of the recipe; of a "transfer" the weights are those of its trunk.

    Raises:
        TrainingError: The weights cannot be read or do not fit.
        UnknownNameError: No such network or model.
    """
    if recipe.name != "transfer":
        return build_encoder(recipe)
    net = NETS.create(recipe.name, **recipe.arguments)
    if recipe.weights:
        trained = build_encoder(NetRecipe(recipe.arguments["trunk"], recipe.arguments["trunk_arguments"], recipe.weights))
        net.get_submodule("trunk").load_state_dict(trained.get_submodule("body").state_dict())
    train_only(net, recipe.trainable)
    return net
