"""Real child processes."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from training.events import Event
from ui.training_runner import ProcessRunner

pytestmark = pytest.mark.gui
READS_STOP = r"import sys; assert sys.stdin.readline() == 'stop\n'"


def test_command_that_fails_is_told_with_its_own_words(qtbot: QtBot) -> None:
    ends: list[str] = []
    events: list[Event] = []
    runner = ProcessRunner()
    runner.start(["training", "predict"], on_event=events.append, on_end=ends.append)
    qtbot.waitUntil(lambda: bool(ends), timeout=60_000)
    assert "the following arguments are required" in ends[0]
    assert events == []


def test_killed_process_is_told_once(qtbot: QtBot) -> None:
    ends: list[str] = []
    runner = ProcessRunner()
    child = runner.start(["timeit", "-n", "1", "import time; time.sleep(60)"], on_event=lambda event: None, on_end=ends.append)
    qtbot.wait(300)
    child.kill()
    qtbot.waitUntil(lambda: bool(ends), timeout=60_000)
    assert len(ends) == 1
    assert "ended from outside" in ends[0]


def test_close_asks_the_process_to_stop_and_leaves_none(qtbot: QtBot) -> None:
    ends: list[str] = []
    runner = ProcessRunner()
    child = runner.start(["timeit", "-n", "1", "-r", "1", READS_STOP], on_event=lambda event: None, on_end=ends.append)
    runner.close()
    assert (child.is_running, child.exit_code) == (False, 0)
    qtbot.wait(50)
    assert ends == []  # the window is closing: nobody is there to be told
