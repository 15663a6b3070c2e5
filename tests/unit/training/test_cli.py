"""The commands, as a person starts them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.support.training_data import distil_values, write_faces, write_pairs, write_teacher
from training.cli import main
from training.data.teachers import load_targets
from training.events import EVENTS_NAME, Finished, Progress, Started, from_line
from training.loop import train
from training.recipe import load_recipe

_ROOT = Path(__file__).parents[3]


def _toml(values: object) -> str:
    """A TOML value; JSON's form is TOML's but for the tables."""
    if isinstance(values, dict):
        return "{" + ", ".join(f"{key} = {_toml(value)}" for key, value in values.items()) + "}"
    return json.dumps(values)


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text("\n".join(f"{key} = {_toml(value)}" for key, value in distil_values(tmp_path).items()), encoding="utf-8")
    return path


@pytest.mark.parametrize("how", ["line", "signal"])
def test_run_asked_to_stop_leaves_a_checkpoint_to_go_on_from(recipe: Path, tmp_path: Path, how: str) -> None:
    run = tmp_path / "run"
    command = [sys.executable, "-m", "training", "run", str(recipe), "--out", str(run), "--set", "schedule.steps=100000"]
    command += ["--set", "options.data.workers=1"]  # forked while a thread waits on stdin
    with subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told = [from_line(line) for line in _until_step(process.stdout, 3)]
        if how == "line":
            process.stdin.write("stop\n")
            process.stdin.flush()
        else:
            process.send_signal(signal.SIGTERM)
        told += [from_line(line) for line in process.stdout]
    assert process.returncode == 0
    last = told[-1]
    assert isinstance(last, Finished)
    assert last.reason == "stopped"
    assert [from_line(line) for line in (run / EVENTS_NAME).read_text(encoding="utf-8").splitlines()] == told
    first, *_, end = train(load_recipe(recipe, [f"schedule.steps={last.step + 1}"]), run, resume=True)
    assert isinstance(first, Started)
    assert isinstance(end, Finished)
    assert (first.step, end.step) == (last.step, last.step + 1)


def test_run_of_a_folder_goes_on_by_the_recipe_in_it(recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tmp_path / "run"
    assert main(["run", str(recipe), "--out", str(run)]) == 0
    capsys.readouterr()
    assert main(["run", str(run), "--resume"]) == 0
    told = [from_line(line) for line in capsys.readouterr().out.splitlines()]
    first, last = told[0], told[-1]
    assert isinstance(first, Started)
    assert isinstance(last, Finished)
    assert (first.step, last.step, last.reason) == (6, 6, "done")
    assert len((run / EVENTS_NAME).read_text(encoding="utf-8").splitlines()) > len(told)


def _until_step(lines: Iterable[str], step: int) -> Iterator[str]:
    for line in lines:
        yield line
        event = from_line(line)
        if isinstance(event, Progress) and event.step == step:
            return


def test_run_with_a_wrong_recipe_explains_it(capsys: pytest.CaptureFixture[str], recipe: Path) -> None:
    assert main(["run", str(recipe), "--set", "optim.rate=1"]) == 2
    assert "unknown key 'optim.rate'" in capsys.readouterr().err


def test_teach_writes_targets_and_tells_how_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    teacher, out = write_teacher(tmp_path / "patches"), tmp_path / "t.npz"
    words = ["teach", "--teacher", str(teacher), "--data", str(write_faces(tmp_path)), "--out", str(out), "--no-mirror"]
    assert main(words) == 0
    assert load_targets(out).vectors.shape == (24, 1, 12)
    assert "24 of 24 faces" in capsys.readouterr().out


def test_evaluate_prints_the_figures_of_a_run(recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, pairs = tmp_path / "run", write_pairs(tmp_path / "pairs")
    run.mkdir()
    list(train(load_recipe(recipe), run))
    assert main(["evaluate", str(run), "--pairs", str(pairs), "--fmr", "0.05"]) == 0
    (report,) = json.loads(capsys.readouterr().out)["encoders"]
    assert (report["encoder"], report["step"], report["pairs"]["n"]) == ("run (last)", 6, 12)
    assert 0 <= report["pairs"]["accuracy"] <= 1
