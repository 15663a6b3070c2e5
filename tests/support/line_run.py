"""A run of a tiny task on as many processes as torchrun starts: python -m torch.distributed.run … line_run.py FOLDER."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from training.data.samplers import ShuffledBatches
from training.loop import leave_processes, train
from training.losses.base import LossOutput
from training.losses.distillation import similarity_error
from training.recipe import Recipe, RunRecipe, ScheduleRecipe
from training.tasks import TASKS
from training.tasks.base import Batch, Shard, Tensors


@dataclass(frozen=True, slots=True)
class LineOptions:
    """None."""


class LineTask:
    """A linear map whose similarities inside the batch should be those of another: every row's loss hangs on all rows."""

    Options = LineOptions

    def __init__(self, recipe: Recipe) -> None:
        random = torch.Generator().manual_seed(7)
        self._inputs = torch.randn(24, 5, generator=random)
        self._targets = self._inputs @ torch.randn(5, 3, generator=random)
        self.net: nn.Module = nn.Linear(5, 3)
        self.criterion: nn.Module = nn.Linear(3, 3)
        self._seed = recipe.seed

    sizes: Mapping[str, int] = {}
    batches_per_epoch = 3

    def batches(self, epoch: int, start: int, shard: Shard) -> Iterable[Batch]:
        """Eight rows, shared."""
        for rows in ShuffledBatches(24, 8, seed=self._seed, rank=shard.rank, world=shard.count).batches(epoch, start):
            yield Batch(self._inputs[rows], (self._targets[rows],))

    def prepare(self, inputs: Tensor) -> Tensor:
        """As it is."""
        return inputs

    def loss(self, outputs: Tensors, targets: tuple[Tensor, ...]) -> LossOutput:
        """Of pairs; the criterion's own parameters take part."""
        rows = self.criterion(outputs)
        return LossOutput(similarity_error(rows @ rows.T, targets[0] @ targets[0].T))

    def evaluate(self, device: str) -> Mapping[str, float]:
        """The first weight."""
        return {"weight": float(next(self.net.parameters()).flatten()[0])}

    def warnings(self) -> tuple[str, ...]:
        """None."""
        return ()


def line_recipe(steps: int = 7, **run: Any) -> Recipe:
    """The recipe; call it after `register`."""
    asked = RunRecipe(accelerator="cpu", precision="32-true", threads=1, log_every=0, **run)
    return Recipe("line", "line", LineOptions(), schedule=ScheduleRecipe(steps=steps, warmup_steps=1), run=asked)


def register() -> None:
    """Enter the task, once."""
    if "line" not in TASKS.names():
        TASKS.add("line", "tests.support.line_run:LineTask", "a test's")


if __name__ == "__main__":
    register()
    for _ in train(line_recipe(devices=int(sys.argv[2])), Path(sys.argv[1])):
        pass
    leave_processes()
