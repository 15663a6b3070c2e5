"""What the presenters need from the world, as protocols free of Qt: a clock, slow work, a source of frames, a notice to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from facekit.errors import FacekitError
from training.events import Event

T = TypeVar("T")


class Lane(StrEnum):
    """Where slow work runs: everything that touches the database in one row, one after the other; the rest beside it."""

    DATABASE = "database"
    GENERAL = "general"


class Tasks(Protocol):
    """Runs slow work away from the window."""

    def run(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[FacekitError], None], *, lane: Lane = Lane.GENERAL
    ) -> None:
        """Do `work` elsewhere, then call `done` or `failed` in the window's thread."""
        ...


class Clock(Protocol):
    """What time it is."""

    def monotonic(self) -> float:
        """Seconds, as Frame.captured_at counts them."""
        ...

    def now(self) -> datetime:
        """The local time, with its zone."""
        ...


class SourcePhase(StrEnum):
    """What a source of frames is doing."""

    NONE = "none"
    OPENING = "opening"
    RUNNING = "running"
    LOST = "lost"
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SourceState:
    """The source and how it fares.

    Args:
        spec: What opens it again; empty when none was chosen.
        label: Its name for people.
        message, hint: What went wrong and the way out, where something did.
    """

    phase: SourcePhase = SourcePhase.NONE
    spec: str = ""
    label: str = ""
    message: str = ""
    hint: str = ""


class SourcePort(Protocol):
    """One source of frames at a time."""

    def open(self, spec: str) -> None:
        """Let the present source go and open another; what comes of it is told through the state."""
        ...


class TrainingProcess(Protocol):
    """A training that goes on in a process of its own."""

    def stop(self) -> None:
        """Ask it to write a checkpoint and end; it does so after the step that it is at."""
        ...

    def kill(self) -> None:
        """End it now."""
        ...


class TrainingRunner(Protocol):
    """Starts trainings. They give way to the window, and their ends are told whatever they are."""

    def start(self, command: Sequence[str], *, on_event: Callable[[Event], None], on_end: Callable[[str], None]) -> TrainingProcess:
        """Run `python -m COMMAND…`, which tells events of training.events as lines and ends at a line `stop`.

        Args:
            on_event, on_end: Called in the window's thread; `on_end` once, with what went wrong in words, empty where nothing did.
        """
        ...


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a trained network says of a picture; what its task does not say is empty.

    Args:
        classes: Names and shares, largest first.
        is_face: The first number of the answer, about 0 … 1; None where it is not asked.
        box: x0, y0, x1, y1 in pixels.
        points: x, y in pixels each.
    """

    task: str
    classes: tuple[tuple[str, float], ...] = ()
    is_face: float | None = None
    box: tuple[float, ...] = ()
    points: tuple[tuple[float, float], ...] = ()


class CommandProcess(Protocol):
    """A command that goes on in a process of its own."""

    def kill(self) -> None:
        """End it now; its end is told as any other."""
        ...


class CommandRunner(Protocol):
    """Runs verbs of the terminal that need an encoder: the window's own process loads none."""

    def run(self, words: Sequence[str], *, on_told: Callable[[Mapping[str, Any]], None], on_end: Callable[[str], None]) -> CommandProcess:
        """Run `facekit WORDS… --json`, for a verb that answers in lines.

        Args:
            on_told, on_end: Called in the window's thread; `on_end` once, with what went wrong in words, empty where nothing did.
        """
        ...


class NoticeKind(StrEnum):
    """How loud a notice is."""

    INFO = "info"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for the status line."""

    kind: NoticeKind
    text: str
