"""The seam between the one training loop and what is trained: encoders, classifiers, detectors, landmarks. No loop and no files here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from torch import Tensor, nn

from training.losses.base import LossOutput

Tensors = Tensor | tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Shard:
    """This process's part of every batch: the `rank`-th of `count` equal, contiguous pieces."""

    rank: int = 0
    count: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """One process's part of a batch.

    Args:
        inputs: N×…, as stored: `Task.prepare` makes it what the network takes.
        targets: N×… each.
    """

    inputs: Tensor
    targets: tuple[Tensor, ...]


class Task(Protocol):
    """What the loop needs to know. Built as `Target(recipe)`; batches follow from the recipe's seed, epoch and place alone.

    Args:
        Options: The dataclass of the recipe's options.
        net: What is trained and exported.
        criterion: The loss; its own parameters are trained too.
    """

    Options: ClassVar[type[Any]]
    net: nn.Module
    criterion: nn.Module

    @property
    def sizes(self) -> Mapping[str, int]:
        """Counts for the first event: pictures, persons."""

    @property
    def batches_per_epoch(self) -> int:
        """At least 1."""

    def batches(self, epoch: int, start: int, shard: Shard) -> Iterable[Batch]:
        """This process's part of the epoch's batches, from the `start`-th on."""

    def prepare(self, inputs: Tensor) -> Tensor:
        """The network's input, on the device that `inputs` is on."""

    def loss(self, outputs: Tensors, targets: tuple[Tensor, ...]) -> LossOutput:
        """The loss of a whole batch, its parts of all processes put together."""

    def evaluate(self, device: str) -> Mapping[str, float]:
        """Figures on data that is not trained on, empty when there is none; the network is in eval mode."""

    def warnings(self) -> tuple[str, ...]:
        """What a person should look at, told once at the start."""
