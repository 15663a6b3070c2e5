"""The comparison of losses is fair, and keeps what it measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.compare_losses import AFTER, BASE, ROWS, Wanted, kept_rows, measured, pictures_in_a_step, told
from benchmarks.report import compare_losses as section
from tests.support.metric_data import write_people
from tests.support.training_data import TINY_NET, write_pairs
from training.data.faces import open_faces
from training.events import Evaluated, Event, Finished, Progress, Warned
from training.recipe import NetRecipe, load_recipe
from training.tasks.encoder import Yardsticks, build_encoder


def _wanted(folder: Path, *, steps: int = 2000, seed: int = 1) -> Wanted:
    return Wanted(tuple(ROWS), steps, seed, folder / "runs", folder / "results")


@pytest.mark.parametrize("name", ROWS)
def test_every_recipe_has_the_same_data_network_persons_held_out_and_pictures(tmp_path: Path, name: str) -> None:
    base, recipe = load_recipe(Path(BASE)), load_recipe(Path(name))
    assert (recipe.net.name, recipe.net.arguments) == (base.net.name, base.net.arguments)
    assert recipe.options.data.sources == base.options.data.sources
    assert recipe.options.heldout == base.options.heldout
    assert recipe.options.augment == base.options.augment
    wanted = _wanted(tmp_path, steps=300)
    second = "compare-warm-triplet" if name == "compare-warm" else ""
    chain = [each for each in (AFTER.get(name), name, second) if each]
    seen = [pictures_in_a_step(wanted.recipe(each)) * wanted.recipe(each).schedule.steps for each in chain]
    budget = 1.5 if name.startswith("compare-distil-") else 1.0
    assert sum(seen) == budget * 300 * pictures_in_a_step(base)


def test_a_second_half_starts_where_the_first_ended(tmp_path: Path) -> None:
    wanted = _wanted(tmp_path)
    for second, first in AFTER.items():
        assert wanted.recipe(second).net.weights == str(wanted.folder(first) / "last.safetensors")


def test_kept_rows_are_those_of_the_same_steps_and_seed(tmp_path: Path) -> None:
    wanted = _wanted(tmp_path)
    assert kept_rows(wanted) == {}
    wanted.results.mkdir()
    kept = {"made": {"seed": 1}, "steps": 2000, "rows": {"compare-cosface": {"what": "x"}}}
    (wanted.results / "compare_losses.json").write_text(json.dumps(kept), encoding="utf-8")
    assert kept_rows(wanted) == {"compare-cosface": {"what": "x"}}
    assert kept_rows(_wanted(tmp_path, steps=5)) == {}
    assert kept_rows(_wanted(tmp_path, seed=2)) == {}


def test_told_gives_the_middle_pace_the_collapses_and_the_curve() -> None:
    paces = [Progress(step, 0, 0.1, 0.5, 1e-3, pace, 1.0, {"spread": 0.9}) for step, pace in ((1, 100.0), (2, 300.0), (3, 310.0))]
    events: list[Event] = [
        Warned(0, "7 faces are left out."),
        *paces,
        Warned(3, "The loss has stayed", is_collapse=True),
        Evaluated(3, {"eer": 0.5}, 1.0),
        Finished(3, "done", 9.0),
    ]
    assert told(events) == {
        "pictures_per_s": 300,
        "collapsed_at": [3],
        "last_loss": 0.5,
        "last_spread": 0.9,
        "curve": [{"step": 3, "eer": 0.5}],
    }


def test_what_is_measured_becomes_a_row_of_the_report(tmp_path: Path) -> None:
    faces = open_faces([str(write_people(tmp_path, persons=4, pictures=3, single=0))])
    net = build_encoder(NetRecipe(**TINY_NET)).eval()  # type: ignore[arg-type]  # plain values of a recipe
    found = measured(net, Yardsticks(faces, str(write_pairs(tmp_path / "pairs"))))
    assert found["heldout_eer_interval"][0] <= found["heldout_eer"] <= found["heldout_eer_interval"][1]
    row = {"what": "a loss", "pictures": 1200, "pictures_per_s": 300, "collapsed_at": [150], **found}
    counts = {"faces": 12, "persons": 4}
    text = section({"rows": {"compare-cosface": row}, "training": counts, "heldout": counts, "parameters": 5})
    assert "| a loss | 1,200 | " in text
    assert text.endswith("| 300 | at step 150 |")
