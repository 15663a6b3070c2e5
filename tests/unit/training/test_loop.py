"""The loop: rates, exact resume, stopping, several processes."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.support.line_run import line_recipe, register
from tests.support.training_data import distil_recipe, plain_views
from training.checkpoint import checkpoint_path
from training.errors import TrainingError
from training.events import Checkpointed, Evaluated, Event, Finished, Progress, Started, Warned
from training.loop import make_optimizer, progress_fraction, rate_factor, train
from training.recipe import OptimRecipe, Recipe, ScheduleRecipe
from training.tasks.encoder import build_encoder

_ROOT = Path(__file__).parents[3]
register()


def _tensors(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(checkpoint_path(folder, "last"))


def _run(recipe: Recipe, folder: Path, *, steps: int | None = None, resume: bool = False) -> list[Event]:
    """The events; asked to stop after `steps`."""
    folder.mkdir(exist_ok=True)
    events: list[Event] = []

    def should_stop() -> bool:
        return steps is not None and sum(isinstance(event, Progress) for event in events) >= steps

    events.extend(train(recipe, folder, resume=resume, should_stop=should_stop))
    return events


@pytest.mark.parametrize(("step", "seconds", "expected"), [(5, 0, 0.5), (0, 30, 0.25), (5, 90, 0.75), (20, 0, 1.0)])
def test_progress_fraction_takes_steps_or_time_whichever_is_further(step: int, seconds: float, expected: float) -> None:
    assert progress_fraction(ScheduleRecipe(steps=10, minutes=2), step, seconds) == expected


def test_rate_factor_warms_up_and_falls_as_a_cosine_to_the_floor() -> None:
    schedule = ScheduleRecipe(steps=100, warmup_steps=4, floor=0.1)
    assert [rate_factor(schedule, step, 0.0) for step in range(5)] == [0.25, 0.5, 0.75, 1.0, 1.0]
    assert rate_factor(schedule, 50, 0.5) == pytest.approx(0.1 + 0.9 * (1 + math.cos(math.pi / 2)) / 2)
    assert rate_factor(schedule, 100, 1.0) == pytest.approx(0.1)


def test_make_optimizer_decays_matrices_and_filters_only() -> None:
    net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))
    decayed, free = make_optimizer(net, OptimRecipe(weight_decay=0.3)).param_groups
    assert ([parameter.ndim for parameter in decayed["params"]], decayed["weight_decay"]) == ([4], 0.3)
    assert ([parameter.ndim for parameter in free["params"]], free["weight_decay"]) == ([1, 1, 1], 0.0)


def test_train_stopped_and_resumed_ends_bit_for_bit_where_a_straight_run_does(tmp_path: Path) -> None:
    recipe = distil_recipe(tmp_path)
    _run(recipe, tmp_path / "straight")
    first = _run(recipe, tmp_path / "halves", steps=3)
    assert isinstance(first[-1], Finished)
    assert (first[-1].reason, first[-1].step) == ("stopped", 3)
    second = _run(recipe, tmp_path / "halves", resume=True)
    assert isinstance(second[0], Started)
    assert second[0].step == 3
    straight, halves = _tensors(tmp_path / "straight"), _tensors(tmp_path / "halves")
    assert straight.keys() == halves.keys()
    assert all(torch.equal(straight[name], halves[name]) for name in straight)


def test_train_lowers_the_loss_and_ends_with_figures(tmp_path: Path) -> None:
    recipe = plain_views(distil_recipe(tmp_path, steps=30))
    events = _run(replace(recipe, run=replace(recipe.run, best="teacher_cosine", evaluate_every=10)), tmp_path / "run")
    losses = [event.loss for event in events if isinstance(event, Progress)]
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])
    scores = [event.figures["teacher_cosine"] for event in events if isinstance(event, Evaluated)]
    assert len(scores) == 4  # every ten steps, and at the end
    assert any(isinstance(event, Checkpointed) and event.is_best for event in events)
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "done"
    assert checkpoint_path(tmp_path / "run", "best").is_file()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux" or shutil.which("g++") is None, reason="needs the compiler that torch writes for")
def test_train_compiled_ends_near_where_the_plain_run_does_under_the_same_names(tmp_path: Path) -> None:
    recipe = line_recipe(steps=12)
    _run(recipe, tmp_path / "plain")
    _run(replace(recipe, run=replace(recipe.run, compiled=True)), tmp_path / "compiled")
    plain, compiled = _tensors(tmp_path / "plain"), _tensors(tmp_path / "compiled")
    assert plain.keys() == compiled.keys()
    assert all(torch.allclose(plain[name], compiled[name], atol=1e-4) for name in plain)


def test_train_in_a_folder_with_a_run_is_refused_unless_resumed(tmp_path: Path) -> None:
    recipe = line_recipe(steps=1)
    _run(recipe, tmp_path / "run")
    with pytest.raises(TrainingError, match="There is a run"):
        _run(recipe, tmp_path / "run")


def test_train_resumed_by_another_recipe_warns(tmp_path: Path) -> None:
    _run(line_recipe(steps=1), tmp_path / "run")
    events = _run(line_recipe(steps=2), tmp_path / "run", resume=True)
    assert any(isinstance(event, Warned) and "recipe changed" in event.message for event in events)


def test_train_whose_loss_is_no_number_ends_with_a_hint(tmp_path: Path) -> None:
    recipe = line_recipe(steps=50)
    with pytest.raises(TrainingError, match=r"Lower optim\.lr"):
        _run(replace(recipe, optim=OptimRecipe(lr=1e30, clip_norm=0)), tmp_path / "run")


def test_train_whose_embeddings_coincide_warns_of_collapse(tmp_path: Path) -> None:
    recipe = distil_recipe(tmp_path, steps=101)
    folder = tmp_path / "run"
    folder.mkdir()
    options = replace(plain_views(recipe).options, cosine_weight=0.0, similarity_weight=0.0)
    weights = build_encoder(recipe.net).state_dict()
    # One vector for every face: the last norm passes nothing on but its bias, and no gradient moves it.
    weights["bn.weight"].zero_()
    weights["bn.bias"].fill_(1.0)
    save_file(weights, tmp_path / "flat.safetensors")
    net = replace(recipe.net, weights=str(tmp_path / "flat.safetensors"))
    events = _run(replace(recipe, net=net, options=options), folder)
    assert [event.step for event in events if isinstance(event, Warned)] == [100]


def test_train_with_a_best_figure_that_is_not_measured_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="Measured: weight"):
        _run(line_recipe(steps=1, best="accuracy"), tmp_path / "run")


@pytest.mark.slow
def test_train_on_two_processes_ends_where_one_does(tmp_path: Path) -> None:
    _run(line_recipe(), tmp_path / "one")
    (tmp_path / "two").mkdir()
    # By number: --standalone says "localhost" and waits for minutes where no /etc/hosts knows that name.
    place = ["--nnodes", "1", "--rdzv-backend", "c10d", "--rdzv-endpoint", "127.0.0.1:0", "--local-addr", "127.0.0.1"]
    command = ["-m", "torch.distributed.run", *place, "--nproc-per-node", "2", "-m", "tests.support.line_run", str(tmp_path / "two"), "2"]
    loopback = {"GLOO_SOCKET_IFNAME": "lo0" if sys.platform == "darwin" else "lo"}
    done = subprocess.run(
        [sys.executable, *command], cwd=_ROOT, env={**os.environ, **loopback}, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    one, two = _tensors(tmp_path / "one"), _tensors(tmp_path / "two")
    assert one.keys() == two.keys()
    for name in one.keys() - {"rng.torch"}:
        torch.testing.assert_close(two[name], one[name], rtol=1e-5, atol=1e-6)
