"""What runs have told, from their events."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.training_fakes import progress, started, whole_run, write_run
from training.events import Checkpointed, Evaluated, Finished, Warned, to_line
from training.runs import History, found_runs, read_history


def history_of(*events: object) -> History:
    history = History()
    for event in events:
        history.add(event)  # type: ignore[arg-type]  # each is an event
    return history


def test_history_of_a_whole_run_has_its_curves_and_its_end() -> None:
    history = history_of(*whole_run())
    assert history.losses == [(5, 2.0), (10, 1.0)]
    assert history.figures == {"accuracy": [(5, 0.5), (10, 0.75)]}
    assert (history.reason, history.fraction, history.seconds, history.remaining_s) == ("done", 1.0, 60.0, None)


def test_history_of_a_resumed_run_forgets_what_was_lost_in_the_crash() -> None:
    lost = (progress(4, 3.0), Checkpointed(4, "a"), progress(8, 9.0), Evaluated(8, {"accuracy": 0.1}, 1.0))
    history = history_of(started(), *lost, started(4), progress(6, 2.0))
    assert history.losses == [(4, 3.0), (6, 2.0)]
    assert history.figures == {}
    assert (history.step, history.checkpoint, history.reason) == (6, 4, "")


def test_history_of_a_stopped_run_can_go_on_from_its_checkpoint() -> None:
    history = history_of(
        started(), progress(3, 1.0), Warned(3, "look"), Checkpointed(4, "a"), Checkpointed(2, "b", True), Finished(4, "stopped", 2.0)
    )
    assert (history.checkpoint, history.reason, history.fraction) == (4, "stopped", 0.3)
    assert history.warnings == ["look"]


def test_history_leaves_out_a_line_that_was_cut_short() -> None:
    lines = [to_line(started()), to_line(progress(1, 2.0)), to_line(progress(2, 1.0))[:40]]
    assert read_history(lines).losses == [(1, 2.0)]


def test_found_runs_are_those_that_began_and_the_newest_comes_first(tmp_path: Path) -> None:
    write_run(tmp_path, "old", whole_run(), recipe="tiny")
    new = write_run(tmp_path, "new", [started()], recipe="other", task="localize")
    (tmp_path / "empty").mkdir()
    damaged = write_run(tmp_path, "damaged", [started()])
    (damaged / "recipe.json").write_text("{", encoding="utf-8")
    os.utime(tmp_path / "old" / "events.jsonl", (1, 1))
    found = found_runs(tmp_path)
    assert [(run.folder.name, run.recipe, run.task) for run in found] == [("new", "other", "localize"), ("old", "tiny", "classify")]
    assert found[0].folder == new
    assert found_runs(tmp_path / "nowhere") == ()
