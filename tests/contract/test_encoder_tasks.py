"""What every training of an encoder keeps: batches follow from seed, epoch and place, processes share them, and the figures are rates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.support.metric_data import metric_values, offline, taught, write_people
from tests.support.training_data import distil_values
from training.recipe import Recipe, recipe_from
from training.tasks import TASKS
from training.tasks.base import Batch, Shard, Task
from training.tasks.distil import DistilOptions
from training.tasks.encoder import HeldOut


def _distil(folder: Path) -> Recipe:
    recipe = recipe_from(distil_values(folder))
    options: DistilOptions = recipe.options
    return replace(recipe, options=replace(options, data=replace(options.data, batch=4), heldout=HeldOut(persons=0.4)))


MAKERS: dict[str, Callable[[Path], Recipe]] = {
    "distil": _distil,
    "metric": lambda folder: recipe_from(metric_values(folder)),
    "metric, offline": lambda folder: recipe_from(metric_values(folder, **offline())),
    "metric, beside a teacher": lambda folder: recipe_from(metric_values(folder, **taught(folder))),
}


@pytest.fixture(params=MAKERS)
def recipe(request: pytest.FixtureRequest, tmp_path: Path) -> Recipe:
    write_people(tmp_path)
    return MAKERS[request.param](tmp_path)


def _task(recipe: Recipe) -> Task:
    torch.manual_seed(0)
    return TASKS.create(recipe.task, recipe)


def _rows(batch: Batch) -> list[bytes]:
    """Each row of the batch with its targets, in a fixed order: a loss asks for none."""
    columns = [batch.inputs, *batch.targets]
    return sorted(b"".join(column[row].numpy().tobytes() for column in columns) for row in range(len(batch.inputs)))


def test_batches_from_a_place_on_are_the_rest_of_the_epoch(recipe: Recipe) -> None:
    task = _task(recipe)
    whole, rest = list(task.batches(1, 0, Shard())), list(task.batches(1, 1, Shard()))
    assert len(whole) == task.batches_per_epoch >= 2
    for expected, found in zip(whole[1:], rest, strict=True):
        assert torch.equal(expected.inputs, found.inputs)
        assert all(torch.equal(one, other) for one, other in zip(expected.targets, found.targets, strict=True))


def test_batches_of_another_epoch_are_others(recipe: Recipe) -> None:
    task = _task(recipe)
    first, second = (next(iter(task.batches(epoch, 0, Shard()))) for epoch in (0, 1))
    assert not torch.equal(first.inputs, second.inputs)


def test_parts_of_two_processes_are_the_batch_of_one(recipe: Recipe) -> None:
    task = _task(recipe)
    list(task.batches(0, 0, Shard()))  # what is mined is mined by the first process, for all
    whole = list(task.batches(0, 0, Shard()))
    parts = [list(task.batches(0, 0, Shard(rank, 2))) for rank in (0, 1)]
    for batch, left, right in zip(whole, *parts, strict=True):
        assert len(left.inputs) == len(right.inputs)
        assert sorted(_rows(left) + _rows(right)) == _rows(batch)


def test_loss_of_a_batch_has_a_gradient_and_tells_how_far_the_embeddings_spread(recipe: Recipe) -> None:
    task = _task(recipe)
    batch = next(iter(task.batches(0, 0, Shard())))
    output = task.loss(task.net.train()(task.prepare(batch.inputs)), batch.targets)
    output.value.backward()  # type: ignore[no-untyped-call]  # torch left it without types
    assert any(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in task.net.parameters())
    assert 0 < output.stats["spread"] <= 1.001


def test_figures_on_persons_held_out_are_rates_and_the_network_is_left_as_it_was(recipe: Recipe) -> None:
    task = _task(recipe)
    before = {name: tensor.clone() for name, tensor in task.net.state_dict().items()}
    task.net.eval()
    figures = task.evaluate("cpu")
    assert {"heldout_eer", "heldout_tar_at_far_0.01", "heldout_tar_at_far_0.001"} <= set(figures)
    assert all(0 <= value <= 1 for name, value in figures.items() if name.startswith("heldout"))
    assert all(torch.equal(tensor, before[name]) for name, tensor in task.net.state_dict().items())
