"""What a training run tells while it goes on, and its form as JSON lines. No torch here: the window reads these."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TypeAlias

from facekit.retraining.request import Plan
from training.errors import TrainingError

EVENTS_NAME = "events.jsonl"
"""In a run's folder: every event of it, over all its resumes."""


@dataclass(frozen=True, slots=True)
class Started:
    """The first event.

    Args:
        step: 0, or where a resumed run goes on.
        sizes: Counts worth knowing: parameters, faces, persons.
    """

    run: str
    recipe_hash: str
    device: str
    step: int
    sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """A step was done.

    Args:
        step: Steps done.
        fraction: Of the whole run, 0 … 1.
        loss: Mean since the last event of this kind, as are `stats`.
        pictures_per_s: Since the last event of this kind.
        remaining_s: Expected, at this pace.
    """

    step: int
    epoch: int
    fraction: float
    loss: float
    lr: float
    pictures_per_s: float
    remaining_s: float
    stats: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Figures on data that is not trained on."""

    step: int
    figures: Mapping[str, float]
    seconds: float


@dataclass(frozen=True, slots=True)
class Checkpointed:
    """The state was written; a run can go on from it."""

    step: int
    path: str
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class Warned:
    """Something a person should look at; the run goes on.

    Args:
        names_people: It does not go into the run's events, which stay when a person is removed.
        is_collapse: Training has stalled or collapsed, see training.losses.collapse.
    """

    step: int
    message: str
    is_collapse: bool = False
    names_people: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event.

    Args:
        reason: "done", or "stopped" when it was asked to stop.
    """

    step: int
    reason: str
    seconds: float
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planned(Plan):
    """What a retraining will take, before its first step."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A retraining does something else now.

    Args:
        stage: "encoding", "training", "exporting" or "comparing".
        done, total: Pictures, where they are counted.
    """

    stage: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """The last event of a retraining that came to its end.

    Args:
        folder: Of the candidate: weights, card and verdict.
        finding: As facekit.evaluation.promotion.Finding has it.
    """

    folder: str
    finding: str
    reason: str
    may_be_promoted: bool


Event: TypeAlias = Started | Progress | Evaluated | Checkpointed | Warned | Finished | Planned | Staged | Judged
_ALL = (Started, Progress, Evaluated, Checkpointed, Warned, Finished, Planned, Staged, Judged)
_KINDS: Mapping[str, type[Event]] = {kind.__name__.lower(): kind for kind in _ALL}


def to_line(event: Event) -> str:
    """The event as one line of JSON, its kind under "event"."""
    return json.dumps({"event": type(event).__name__.lower(), **asdict(event)}, ensure_ascii=False)


def from_line(line: str) -> Event:
    """The event of a line that `to_line` wrote.

    Raises:
        TrainingError: It is none.
    """
    try:
        values = json.loads(line)
        return _KINDS[values.pop("event")](**values)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainingError(f"{line[:80]!r} is no event of a training run.") from error
