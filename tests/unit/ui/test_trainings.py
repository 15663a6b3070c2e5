"""The training that goes on, and those on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.training_fakes import HandRunner, progress, started, whole_run, write_run
from tests.support.ui_fakes import InlineTasks
from training.events import Checkpointed, Finished
from ui.trainings import Run, RunPhase, Trainings


@pytest.fixture
def runner() -> HandRunner:
    return HandRunner()


@pytest.fixture
def trainings(runner: HandRunner, tmp_path: Path) -> Trainings:
    return Trainings(runner=runner, tasks=InlineTasks(), home=tmp_path / "runs", retraining_home=tmp_path / "retraining")


def begin(trainings: Trainings) -> Run:
    run = trainings.start("tiny.toml", "tiny", "classify", ["optim.lr=1"])
    assert run is not None
    return run


def test_start_runs_the_command_in_a_folder_of_its_own(trainings: Trainings, runner: HandRunner, tmp_path: Path) -> None:
    run = begin(trainings)
    out = str(tmp_path / "runs" / "tiny")
    assert runner.commands == [("training", "run", "tiny.toml", "--set", "optim.lr=1", "--out", out, "--background")]
    assert (run.phase, trainings.live) == (RunPhase.STARTING, run)


def test_start_while_another_goes_on_does_nothing(trainings: Trainings, runner: HandRunner) -> None:
    begin(trainings)
    assert trainings.start("other", "other", "classify") is None
    assert len(runner.commands) == 1


def test_second_run_of_a_recipe_gets_a_number(trainings: Trainings, runner: HandRunner, tmp_path: Path) -> None:
    write_run(tmp_path / "runs", "tiny", whole_run())
    assert begin(trainings).name == "tiny-2"
    runner.end("")
    assert begin(trainings).name == "tiny-3"


def test_run_that_goes_to_its_end_is_done_and_told(trainings: Trainings, runner: HandRunner) -> None:
    ends: list[Run] = []
    trainings.observe(lambda: None, ended=ends.append)
    run = begin(trainings)
    for event in whole_run():
        runner.tell(event)
    assert run.phase is RunPhase.RUNNING
    runner.end("")
    assert (run.phase, trainings.live, ends) == (RunPhase.DONE, None, [run])


def test_pause_and_resume_go_on_in_the_same_folder(trainings: Trainings, runner: HandRunner) -> None:
    run = begin(trainings)
    runner.tell(started())
    runner.tell(progress(3, 2.0))
    trainings.pause()
    assert (runner.asked, run.phase) == (["stop"], RunPhase.PAUSING)
    runner.tell(Checkpointed(4, "last"))
    runner.tell(Finished(4, "stopped", 1.0))
    runner.end("")
    assert (trainings.live, run.phase) == (None, RunPhase.PAUSED)
    trainings.resume(run)
    assert runner.commands[-1] == (*runner.commands[0], "--resume")
    runner.tell(started(4))
    assert (trainings.live, run.phase) == (run, RunPhase.RUNNING)
    assert run.history.losses == [(3, 2.0)]


def test_run_that_fails_says_why_and_can_be_tried_again(trainings: Trainings, runner: HandRunner) -> None:
    run = begin(trainings)
    runner.end("There is no data.")
    assert (run.phase, run.trouble) == (RunPhase.FAILED, "There is no data.")
    trainings.refresh()
    assert trainings.runs == (run,)
    trainings.resume(run)
    assert run.phase is RunPhase.STARTING


def test_runs_on_disk_are_found_after_a_crash(trainings: Trainings, tmp_path: Path) -> None:
    write_run(tmp_path / "runs", "killed", [started(), progress(5, 1.0), Checkpointed(5, "last")])
    write_run(tmp_path / "runs", "whole", whole_run())
    trainings.refresh()
    assert {run.name: run.phase for run in trainings.runs} == {"killed": RunPhase.INTERRUPTED, "whole": RunPhase.DONE}


def test_run_found_on_disk_goes_on_by_the_recipe_in_its_folder(trainings: Trainings, runner: HandRunner, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "runs", "killed", [started(), progress(5, 1.0), Checkpointed(5, "last")])
    trainings.refresh()
    trainings.resume(trainings.runs[0])
    assert runner.commands == [("training", "run", str(folder), "--background", "--resume")]


def test_remove_deletes_the_folder(trainings: Trainings, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "runs", "whole", whole_run())
    trainings.refresh()
    trainings.remove(trainings.runs[0])
    assert trainings.runs == ()
    assert not folder.exists()


def test_remove_of_a_live_run_ends_it_before_its_folder_goes(trainings: Trainings, runner: HandRunner) -> None:
    run = begin(trainings)
    run.folder.mkdir(parents=True)
    trainings.remove(run)
    assert (runner.asked, trainings.live) == (["kill"], None)
    assert run.folder.exists()
    runner.end("ended from outside")
    assert not run.folder.exists()
    assert trainings.runs == ()
