"""Views and figures read from runs, and the power law through them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.distillation import rows, views_needed
from tests.support.training_data import distil_recipe
from training.events import EVENTS_NAME, Finished, to_line


def test_power_law_comes_down_to_what_is_wanted_where_it_does() -> None:
    views = [1e6, 2e6, 5e6]
    assert views_needed(views, [3 * count**-0.6 for count in views], 3 * 4e7**-0.6) == pytest.approx(4e7)


def test_rows_add_up_the_views_of_the_runs_that_came_to_their_end(tmp_path: Path) -> None:
    recipe = distil_recipe(tmp_path)
    for name, reason in (("encoder-v1", "done"), ("encoder-v2", "stopped")):
        run = tmp_path / name
        run.mkdir()
        recipe.save(run)
        (run / EVENTS_NAME).write_text(to_line(Finished(50, reason, 120.0, {"teacher_cosine": 0.7})) + "\n", encoding="utf-8")
    measured = {"pairs": {"accuracy": 0.9}, "operating_point": {"fnmr": 0.2}}
    first, second = rows(tmp_path, {"encoders": [{"encoder": f"encoder-v{number} (one look)", **measured} for number in range(3)]})
    views = 50 * recipe.options.data.batch
    assert (second["encoder"], second["views"], second["minutes"]) == ("encoder-v1", views, 2)
    assert second["views_in_all"] == first["views"] + views
    assert (second["teacher_cosine"], second["fnmr"]) == (0.7, 0.2)


def test_run_that_is_elsewhere_is_told_of_as_it_was_kept(tmp_path: Path) -> None:
    row = {"from": "encoder-v0", "views": 20_000, "minutes": 9, "teacher_cosine": 0.75, "accuracy": 0.5, "fnmr": 0.5}
    kept = [{"encoder": f"encoder-v{number}", **row} for number in range(2)]
    measured = {"encoder": "encoder-v1 (one look)", "pairs": {"accuracy": 0.9}, "operating_point": {"fnmr": 0.2}}
    first, second = rows(tmp_path, {"encoders": [measured]}, kept)
    assert (first["accuracy"], first["fnmr"]) == (0.5, 0.5)  # not measured again
    assert (second["views_in_all"], second["minutes"], second["teacher_cosine"]) == (40_000, 9, 0.75)
    assert (second["accuracy"], second["fnmr"]) == (0.9, 0.2)
