"""What runs have told so far: read from their events, live or on disk. No torch here: the window draws it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from facekit.retraining.request import FACES_NAME, REQUEST_NAME, SUSPICIONS_NAME
from training.errors import TrainingError
from training.events import (
    EVENTS_NAME,
    Checkpointed,
    Evaluated,
    Event,
    Finished,
    Judged,
    Planned,
    Progress,
    Staged,
    Started,
    Warned,
    from_line,
)
from training.recipe_files import RECIPE_NAME

Points = list[tuple[float, float]]
"""Steps and values."""


@dataclass(slots=True, eq=False)
class History:
    """A run's curves and where it stands, over all its resumes.

    Args:
        sizes: Of the network and the data, by name.
        fraction: Of the whole run, 0 … 1.
        remaining_s: Expected, as it said last.
        losses: Training loss by step.
        figures: Held-out figures by name, each by step.
        warnings: In words, the oldest first.
        checkpoint: The step that it can go on from; None where it cannot.
        reason: Of its end, "done" or "stopped"; empty while there is none.
        seconds: Spent, once it ended.
        plan, stage, judged: Of a retraining: what it takes, what it does now, and what came of it.
    """

    run: str = ""
    device: str = ""
    sizes: dict[str, int] = field(default_factory=dict)
    step: int = 0
    fraction: float = 0.0
    remaining_s: float | None = None
    pictures_per_s: float = 0.0
    losses: Points = field(default_factory=list)
    figures: dict[str, Points] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    checkpoint: int | None = None
    reason: str = ""
    seconds: float = 0.0
    plan: Planned | None = None
    stage: Staged | None = None
    judged: Judged | None = None

    def add(self, event: Event) -> None:
        """Take in the next event."""
        if isinstance(event, Started):
            self._restart(event)
        elif isinstance(event, Progress):
            self.step, self.fraction, self.remaining_s = event.step, event.fraction, event.remaining_s
            self.pictures_per_s = event.pictures_per_s
            self.losses.append((event.step, event.loss))
        elif isinstance(event, Evaluated):
            for name, value in event.figures.items():
                self.figures.setdefault(name, []).append((event.step, value))
        elif isinstance(event, Checkpointed):
            self.checkpoint = self.checkpoint if event.is_best else event.step
        elif isinstance(event, Warned):
            self.warnings.append(event.message)
        elif isinstance(event, Planned):
            self.plan = event
        elif isinstance(event, Staged):
            self.stage = event
        elif isinstance(event, Judged):
            self.judged = event
        elif isinstance(event, Finished):
            self.step, self.reason, self.seconds = event.step, event.reason, event.seconds
            self.fraction, self.remaining_s = (1.0, None) if event.reason == "done" else (self.fraction, self.remaining_s)

    def _restart(self, event: Started) -> None:
        """What was told beyond the step that it goes on from never came to be."""
        self.run, self.device, self.step, self.reason = event.run, event.device, event.step, ""
        self.sizes = dict(event.sizes)
        self.losses = [point for point in self.losses if point[0] <= event.step]
        kept = {name: [point for point in points if point[0] <= event.step] for name, points in self.figures.items()}
        self.figures = {name: points for name, points in kept.items() if points}


@dataclass(frozen=True, slots=True, eq=False)
class FoundRun:
    """A run on disk.

    Args:
        folder: Where it lies; its name is the run's.
        recipe: The name of its recipe.
    """

    folder: Path
    recipe: str
    task: str
    history: History


RETRAINING = "retrain"
"""The task of a run that facekit retrain, or the window, has made."""


def read_history(lines: Iterable[str]) -> History:
    """The history of the lines of an events file; a line that was cut short by a crash is left out."""
    history = History()
    for line in lines:
        try:
            history.add(from_line(line))
        except TrainingError:
            continue
    return history


def found_retrainings(home: Path) -> tuple[FoundRun, ...]:
    """The retrainings in the folders of `home`, the newest first; one without a plan was not prepared to its end."""
    found = []
    for file in home.glob(f"*/{REQUEST_NAME}"):
        try:
            recipe = json.loads(file.read_text(encoding="utf-8"))["recipe"]
            events = file.with_name(EVENTS_NAME)
            history = read_history(events.read_text(encoding="utf-8").splitlines() if events.is_file() else ())
            suspicions = file.with_name(FACES_NAME) / SUSPICIONS_NAME
            history.warnings[:0] = json.loads(suspicions.read_text(encoding="utf-8")) if suspicions.is_file() else ()
            found.append((file.stat().st_mtime, FoundRun(file.parent, recipe, RETRAINING, history)))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return tuple(run for _, run in sorted(found, key=lambda pair: -pair[0]))


def found_runs(home: Path) -> tuple[FoundRun, ...]:
    """The runs in the folders of `home` that have begun, the newest first; others' folders are left out."""
    found = []
    for events in home.glob(f"*/{EVENTS_NAME}"):
        try:
            recipe = json.loads((events.parent / RECIPE_NAME).read_text(encoding="utf-8"))
            told = events.read_text(encoding="utf-8").splitlines()
            found.append((events.stat().st_mtime, FoundRun(events.parent, recipe["name"], recipe["task"], read_history(told))))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return tuple(run for _, run in sorted(found, key=lambda pair: -pair[0]))
