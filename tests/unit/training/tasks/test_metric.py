"""The task that trains with labels."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.support.metric_data import metric_values, offline, person_picture, taught, tensors_differ, write_people
from tests.support.metric_run import run_all
from tests.support.training_data import UNCHANGED, write_pairs
from training.checkpoint import checkpoint_path
from training.data.faces import open_faces
from training.data.teachers import load_targets
from training.errors import TrainingError
from training.events import Event, Progress, Started, Warned
from training.loop import train
from training.losses import LOSSES
from training.losses.combined import CombinedLoss
from training.recipe import NetRecipe, Recipe, recipe_from
from training.tasks.base import Batch, Shard
from training.tasks.encoder import HeldOut, build_encoder
from training.tasks.metric import MetricTask

_ROOT = Path(__file__).parents[4]


def _recipe(folder: Path, **options: Any) -> Recipe:
    return recipe_from(metric_values(folder, **options))


def _run(recipe: Recipe, folder: Path, *, steps: int | None = None, resume: bool = False) -> list[Event]:
    """The events; asked to stop after `steps`."""
    folder.mkdir(exist_ok=True)
    events: list[Event] = []

    def should_stop() -> bool:
        return steps is not None and sum(isinstance(event, Progress) for event in events) >= steps

    events.extend(train(recipe, folder, resume=resume, should_stop=should_stop))
    return events


def _last(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(checkpoint_path(folder, "last"))


def _first(task: MetricTask) -> Batch:
    return next(iter(task.batches(0, 0, Shard())))


@pytest.mark.parametrize("name", LOSSES.names())
def test_every_loss_of_the_table_trains_and_moves_the_network(tmp_path: Path, name: str) -> None:
    recipe = replace(_recipe(tmp_path, loss={"name": name}), schedule=replace(_recipe(tmp_path).schedule, steps=2))
    events = _run(recipe, tmp_path / "run")
    assert all(np.isfinite(event.loss) for event in events if isinstance(event, Progress))
    torch.manual_seed(recipe.seed)
    start = build_encoder(recipe.net).state_dict()
    trained = _last(tmp_path / "run")
    assert not torch.equal(trained["net.fc.weight"], start["fc.weight"])


def test_batches_hold_p_persons_with_k_pictures_and_their_numbers(tmp_path: Path) -> None:
    task = MetricTask(_recipe(tmp_path))
    batch = _first(task)
    assert batch.inputs.shape == (8, 112, 112, 3)
    (labels,) = batch.targets
    assert sorted(torch.bincount(labels)[labels].tolist()) == [2] * 8
    assert task.sizes["persons"] == 7  # of eleven three are held out; one of the rest has a single picture
    assert int(labels.max()) < 7


def test_a_person_with_fewer_pictures_than_asked_is_seen_in_different_views(tmp_path: Path) -> None:
    write_people(tmp_path, pictures=2, single=0)
    batch = _first(MetricTask(_recipe(tmp_path, data={"pictures": 4})))
    rows = batch.inputs[batch.targets[0] == batch.targets[0][0]].flatten(1)
    assert len(torch.unique(rows, dim=0)) == 4


def test_persons_held_out_are_in_no_batch_and_give_the_figures(tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs")
    task = MetricTask(_recipe(tmp_path, augment=_values(UNCHANGED), data={"pairs": str(pairs)}))
    held = {record.read().tobytes() for record in task._split.measuring.records}
    assert len(held) >= 8
    assert not any(pixels.numpy().tobytes() in held for batch in task.batches(0, 0, Shard()) for pixels in batch.inputs)
    figures = task.evaluate("cpu")
    rates = ["eer", "tar_at_far_0.01", "tar_at_far_0.001"]
    assert set(figures) == {"accuracy", *rates, *(f"heldout_{name}" for name in rates)}
    assert task.sizes["heldout_persons"] == 3


def _values(options: Any) -> dict[str, Any]:
    return {name: getattr(options, name) for name in options.__slots__}


@pytest.mark.parametrize("case", ["in the batch", "offline", "beside a teacher"])
def test_train_stopped_inside_an_epoch_and_resumed_ends_bit_for_bit_where_a_straight_run_does(tmp_path: Path, case: str) -> None:
    options = {"in the batch": {}, "offline": offline(), "beside a teacher": taught(tmp_path)}[case]
    recipe = _recipe(tmp_path, **options)
    assert MetricTask(recipe).batches_per_epoch > 2
    _run(recipe, tmp_path / "straight")
    _run(recipe, tmp_path / "halves", steps=2)
    resumed = _run(recipe, tmp_path / "halves", resume=True)
    assert isinstance(resumed[0], Started)
    assert resumed[0].step == 2
    assert tensors_differ(_last(tmp_path / "straight"), _last(tmp_path / "halves")) == []


def test_offline_triplets_are_mined_anew_each_epoch_and_not_inside_one(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path, **offline())
    task = MetricTask(recipe)
    seen = []
    for epoch in (0, 0, 1):
        list(task.batches(epoch, 0, Shard()))
        assert task._triplets is not None
        seen.append(task._triplets.rows.clone())
        with torch.no_grad():
            task.net.get_parameter("fc.weight").normal_()
    assert torch.equal(seen[0], seen[1])
    assert not torch.equal(seen[1], seen[2])


def test_offline_batches_are_anchors_positives_and_negatives(tmp_path: Path) -> None:
    (labels,) = _first(MetricTask(_recipe(tmp_path, **offline()))).targets
    anchors, positives, negatives = labels.reshape(-1, 3).T
    assert torch.equal(anchors, positives)
    assert not (anchors == negatives).any()


def test_faces_without_a_person_come_beside_the_labelled_ones_with_their_targets(tmp_path: Path) -> None:
    task = MetricTask(_recipe(tmp_path, **taught(tmp_path)))
    labels, targets = _first(task).targets
    assert (labels < 0).tolist() == [False] * 8 + [True] * 2
    assert targets.any(dim=1).all()
    assert task.sizes["faces"] == 7 * 4 + 6 + (11 - 3 - 7)  # labelled, strangers, and the one with a single picture
    assert task.warnings() == ()


def test_faces_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    options = taught(tmp_path, unlabelled=0)
    path = Path(options["teaching"]["targets"][0])
    made = load_targets(path)
    kept = [row for row, key in enumerate(made.keys) if not key.endswith("/0")]
    replace(made, keys=tuple(made.keys[row] for row in kept), vectors=made.vectors[kept]).save(path)
    left_out, untaught = MetricTask(_recipe(tmp_path, **options)).warnings()
    assert left_out == "7 faces are left out: their person is unknown, or has no other picture."
    assert untaught == "7 faces have no target: there only the person counts."


def test_a_row_counts_for_each_term_that_it_has_something_for(tmp_path: Path) -> None:
    task = MetricTask(_recipe(tmp_path, **taught(tmp_path)))
    assert isinstance(task.criterion, CombinedLoss)
    batch = _first(task)
    labels, targets = batch.targets
    targets[0] = 0  # a face that the teacher has not seen
    outputs = task.net.eval()(task.prepare(batch.inputs))
    found = task.loss(outputs, (labels, targets))
    label = task.criterion.label(outputs[:8], labels[:8]).value
    assert task.criterion.teaching is not None
    teaching = task.criterion.teaching(outputs[1:], targets[1:]).value
    assert found.value.item() == pytest.approx(label.item() + 0.5 * teaching.item())


@pytest.mark.parametrize("by", ["the teacher", "the starting encoder"])
def test_one_picture_on_both_sides_of_the_split_is_told_at_the_start(tmp_path: Path, by: str) -> None:
    split = HeldOut(persons=0.3).split(open_faces([str(write_people(tmp_path))]))
    left, right = (side.persons[0].removeprefix("people/") for side in (split.measuring, split.training))
    write_people(tmp_path, more={f"{right}/copy.webp": person_picture(int(left[1:]), 0)})
    recipe = _recipe(tmp_path, **(taught(tmp_path) if by == "the teacher" else {}))
    if by == "the starting encoder":
        save_file(build_encoder(recipe.net).state_dict(), tmp_path / "start.safetensors")
        recipe = replace(recipe, net=replace(recipe.net, weights=str(tmp_path / "start.safetensors")))
    (told,) = [message for message in MetricTask(recipe).warnings() if "held-out faces come near" in message]
    assert f"people/{left}/0 to people/{right}/copy (1.00)" in told


def test_without_persons_held_out_all_are_trained_on_and_nothing_is_compared(tmp_path: Path) -> None:
    task = MetricTask(_recipe(tmp_path, heldout={"persons": 0.0}, **taught(tmp_path)))
    assert (task.sizes["persons"], task.sizes["heldout_persons"]) == (10, 0)
    assert task.warnings() == ()
    assert task.evaluate("cpu") == {}


def test_train_inception_with_a_frozen_trunk_moves_its_last_layers_alone(tmp_path: Path) -> None:
    pytest.importorskip("facenet_pytorch")
    recipe = _recipe(tmp_path, data={"persons": 2})
    last = ("last_linear", "last_bn")
    recipe = replace(recipe, net=NetRecipe("inception-resnet-v1", trainable=last), schedule=replace(recipe.schedule, steps=1))
    _run(recipe, tmp_path / "run")
    torch.manual_seed(recipe.seed)
    start, end = build_encoder(recipe.net).state_dict(), _last(tmp_path / "run")
    moved = {name for name, tensor in start.items() if not torch.equal(tensor, end[f"net.{name}"])}
    assert moved == {name for name in start if name.startswith(last)}


def test_a_triplet_loss_stuck_at_its_margin_is_told_as_a_collapse(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path, augment=_values(UNCHANGED))
    weights = build_encoder(recipe.net).state_dict()
    weights["bn.weight"].zero_()  # one vector for every face, and no gradient that moves it
    weights["bn.bias"].fill_(1.0)
    save_file(weights, tmp_path / "flat.safetensors")
    flat = replace(
        recipe, net=replace(recipe.net, weights=str(tmp_path / "flat.safetensors")), schedule=replace(recipe.schedule, steps=101)
    )
    events = _run(flat, tmp_path / "run")
    assert [event.step for event in events if isinstance(event, Warned) and event.is_collapse] == [100]
    assert {round(event.loss, 4) for event in events if isinstance(event, Progress)} == {0.2}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"data": {"persons": 40}}, "too few for batches of 40"),
        ({"data": {"pictures": 1}}, "no mated pair"),
        ({"heldout": {"persons": 0.01}}, "leaves a side empty"),
        ({"loss": {"name": "arcface", "options": {"miner": "batch-hard"}}}, "no option 'miner'"),
        ({"loss": {"options": {"miner": "given"}}, "triplets": {"batch": 500}}, "too few for batches of 500"),
    ],
)
def test_options_that_cannot_work_are_refused_with_their_reason(tmp_path: Path, options: dict[str, Any], told: str) -> None:
    with pytest.raises(TrainingError, match=told):
        MetricTask(_recipe(tmp_path, **options))


@pytest.mark.slow
def test_train_on_two_processes_ends_where_one_does(tmp_path: Path) -> None:
    taught(tmp_path)
    run_all(tmp_path, tmp_path / "one", 1)
    # By number: --standalone says "localhost" and waits for minutes where no /etc/hosts knows that name.
    place = ["--nnodes", "1", "--rdzv-backend", "c10d", "--rdzv-endpoint", "127.0.0.1:0", "--local-addr", "127.0.0.1"]
    worker = ["-m", "tests.support.metric_run", str(tmp_path), str(tmp_path / "two"), "2"]
    command = [sys.executable, "-m", "torch.distributed.run", *place, "--nproc-per-node", "2", *worker]
    loopback = {"GLOO_SOCKET_IFNAME": "lo0" if sys.platform == "darwin" else "lo"}
    done = subprocess.run(command, cwd=_ROOT, env={**os.environ, **loopback}, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    for name in ("hard", "offline"):
        one, two = _last(tmp_path / "one" / name), _last(tmp_path / "two" / name)
        assert one.keys() == two.keys()
        for key in one.keys() - {"rng.torch"}:
            torch.testing.assert_close(two[key], one[key], rtol=1e-4, atol=1e-5)
