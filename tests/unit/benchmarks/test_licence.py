"""What a clean licence costs: the two recipes and a row from a real run."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.licence import FULL, OPEN, measured
from tests.support.training_data import distil_recipe, write_pairs
from training.data.pairs import AlignedPairs
from training.events import EVENTS_NAME, to_line
from training.loop import train
from training.recipe import load_recipe, load_run_recipe


def test_recipes_differ_in_faces_and_teacher_alone() -> None:
    full, clean = (load_recipe(Path(name)).as_json() for name in (FULL, OPEN))
    for recipe in (full, clean):
        del recipe["name"]
        for key in ("sources", "targets", "teachers"):
            del recipe["options"]["data"][key]
    assert full == clean
    assert full["net"]["weights"] == ""


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_row_of_a_run_has_what_it_saw_and_its_figures(tmp_path: Path) -> None:
    run = tmp_path / "tiny"
    run.mkdir()
    (run / EVENTS_NAME).write_text("\n".join(to_line(event) for event in train(distil_recipe(tmp_path, steps=2), run)), encoding="utf-8")
    pairs = AlignedPairs(write_pairs(tmp_path / "pairs"))
    row, trials = measured("tiny", run, [], pairs)
    assert (row["steps"], len(trials)) == (2, 12)
    assert row["views"] == 2 * load_run_recipe(run).options.data.batch
    assert 0 <= row["accuracy"] <= 1
