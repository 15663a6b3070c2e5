"""Trainings without processes: the test tells what happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from training.events import EVENTS_NAME, Checkpointed, Evaluated, Event, Finished, Progress, Started, to_line


class HandRunner:
    """The TrainingRunner port. `tell` and `end` speak for the process that was started last."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, ...]] = []
        self.asked: list[str] = []
        self.tell: Callable[[Event], None] = lambda event: None
        self.end: Callable[[str], None] = lambda trouble: None

    def start(self, command: Sequence[str], *, on_event: Callable[[Event], None], on_end: Callable[[str], None]) -> HandRunner:
        """See TrainingRunner."""
        self.commands.append(tuple(command))
        self.tell, self.end = on_event, on_end
        return self

    def stop(self) -> None:
        """See TrainingProcess."""
        self.asked.append("stop")

    def kill(self) -> None:
        """See TrainingProcess."""
        self.asked.append("kill")


def started(step: int = 0) -> Started:
    """The first event."""
    return Started("tiny", "0" * 16, "cpu", step, {"parameters": 1234})


def progress(step: int, loss: float) -> Progress:
    """Of a run of ten steps."""
    return Progress(step, 0, step / 10, loss, 1e-3, 100.0, 10.0 - step)


def whole_run() -> tuple[Event, ...]:
    """Ten steps, to the end."""
    return (
        started(),
        progress(5, 2.0),
        Evaluated(5, {"accuracy": 0.5}, 0.1),
        Checkpointed(5, "last.safetensors"),
        progress(10, 1.0),
        Evaluated(10, {"accuracy": 0.75}, 0.1),
        Checkpointed(10, "last.safetensors"),
        Finished(10, "done", 60.0, {"accuracy": 0.75}),
    )


def write_run(home: Path, name: str, events: Sequence[Event], *, recipe: str = "tiny", task: str = "classify") -> Path:
    """A run's folder as a training leaves it, without weights."""
    folder = home / name
    folder.mkdir(parents=True)
    (folder / "recipe.json").write_text(f'{{"name": "{recipe}", "task": "{task}"}}', encoding="utf-8")
    (folder / EVENTS_NAME).write_text("".join(to_line(event) + "\n" for event in events), encoding="utf-8")
    return folder
