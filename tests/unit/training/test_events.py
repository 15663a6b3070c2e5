"""Events as lines."""

from __future__ import annotations

import subprocess
import sys

import pytest

from training.errors import TrainingError
from training.events import Checkpointed, Evaluated, Event, Finished, Progress, Started, Warned, from_line, to_line


@pytest.mark.parametrize(
    "event",
    [
        Started("näme", "abc", "cpu", 0, {"faces": 3}),
        Progress(5, 1, 0.5, 0.25, 1e-3, 100.0, 12.5, {"spread": 0.9}),
        Evaluated(5, {"accuracy": 0.98}, 2.5),
        Checkpointed(5, "runs/a/last.safetensors", is_best=True),
        Warned(5, "Two\nlines"),
        Finished(6, "done", 60.0, {"accuracy": 0.98}),
    ],
)
def test_from_line_of_an_event_gives_it_back(event: Event) -> None:
    line = to_line(event)
    assert "\n" not in line
    assert from_line(line) == event


@pytest.mark.parametrize("line", ["", "{}", "[1]", '{"event": "other"}', '{"event": "warned"}', "Downloading"])
def test_from_line_of_something_else_is_refused(line: str) -> None:
    with pytest.raises(TrainingError):
        from_line(line)


def test_events_are_read_without_torch() -> None:
    code = "import sys, training.events; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
