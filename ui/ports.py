"""What the presenters need from the world, as protocols free of Qt: a clock, slow work, a source of frames, a notice to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from facekit.errors import FacekitError

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


class NoticeKind(StrEnum):
    """How loud a notice is."""

    INFO = "info"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for the status line."""

    kind: NoticeKind
    text: str
