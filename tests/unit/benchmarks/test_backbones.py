"""Networks side by side: the recipes, one row from a real run, and which one is chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.backbones import finished_event, measured, recipe_names, trained, with_differences
from facekit.evaluation.trials import Trials
from tests.support.training_data import distil_recipe, write_pairs
from training.data.pairs import AlignedPairs
from training.events import EVENTS_NAME, Finished, to_line
from training.loop import train
from training.recipe import load_recipe


def test_recipes_differ_in_their_network_alone() -> None:
    recipes = [load_recipe(Path(f"backbone-{name}")) for name in recipe_names()]
    assert len(recipes) == 5
    networks = [recipe.as_json().pop("net") for recipe in recipes]
    assert all(network["weights"] == "" for network in networks)
    assert len({str(network["arguments"]) for network in networks}) == 5
    rest = [{key: value for key, value in recipe.as_json().items() if key not in {"name", "net"}} for recipe in recipes]
    assert all(one == rest[0] for one in rest)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # of the exporter's own code
def test_row_of_a_run_has_its_cost_speed_and_figures(tmp_path: Path) -> None:
    run = tmp_path / "tiny"
    run.mkdir()
    events = list(train(distil_recipe(tmp_path, steps=2), run))
    (run / EVENTS_NAME).write_text("\n".join(to_line(event) for event in events), encoding="utf-8")
    finished = trained("backbone-tiny", run, [])  # done already: nothing is started
    assert finished == events[-1]
    pairs = AlignedPairs(write_pairs(tmp_path / "pairs"))
    row, trials = measured(run, finished, pairs, home=tmp_path / "home", seconds=0.01)
    assert (row["name"], row["steps"], len(row["ms"]), len(trials)) == ("tiny", 2, 2, 12)
    assert all(ms > 0 for ms in row["ms"])
    assert 0 < row["parameters_m"] < 0.02
    assert 0 < row["mmac"] < 10
    assert 0 <= row["accuracy"] <= 1


def test_chosen_is_the_nearest_to_its_teacher_of_those_that_are_small_and_fast_enough() -> None:
    random = np.random.default_rng(0)
    same = np.arange(600) % 2 == 0
    left, right = np.arange(600), np.where(same, np.arange(600), np.arange(600) + 600)
    plain = np.where(same, random.normal(0.8, 0.3, 600), random.normal(2.0, 0.3, 600)).clip(0, 4)
    better, worse = plain.copy(), plain.copy()
    better[0], worse[:200:2] = 0.5, 2.5  # one pair more right; a hundred mated ones wrong
    trials = {name: Trials.of(d, same, left, right) for name, d in (("large", better), ("middle", plain), ("small", worse))}
    rows: list[dict[str, Any]] = [
        {"name": "large", "eer": 0.01, "processor_ms": 9.0, "ms": [9.0, 2.9], "megabytes": 25.0, "teacher_cosine": 0.9},
        {"name": "small", "eer": 0.2, "processor_ms": 1.0, "ms": [1.0, 0.6], "megabytes": 4.0, "teacher_cosine": 0.6},
        {"name": "middle", "eer": 0.012, "processor_ms": 4.0, "ms": [4.0, 2.2], "megabytes": 13.0, "teacher_cosine": 0.8},
    ]
    found = with_differences(rows, trials, resamples=100)
    assert (found["best"], found["chosen"]) == ("large", "middle")
    assert [row["name"] for row in found["rows"]] == ["small", "middle", "large"]
    assert found["rows"][0]["eer_above_best_interval"][0] > 0
    assert found["rows"][2]["eer_above_best"] == 0.0
    with pytest.raises(SystemExit, match="3 ms"):
        with_differences(rows[:1], trials, resamples=100)


def test_run_that_was_stopped_or_never_started_is_not_done(tmp_path: Path) -> None:
    assert finished_event(tmp_path) is None
    for reason, is_done in (("stopped", False), ("done", True)):
        (tmp_path / EVENTS_NAME).write_text(to_line(Finished(3, reason, 1.0)), encoding="utf-8")
        assert (finished_event(tmp_path) is not None) == is_done
