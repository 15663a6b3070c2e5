"""What the Events page shows. Plain values, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from facekit.types import Outcome


@dataclass(frozen=True, slots=True)
class EventRow:
    """One sighting; the texts are ready to be shown."""

    time: str
    who: str
    outcome: str
    distance: str
    source: str


@dataclass(frozen=True, slots=True)
class Day:
    """The sightings of one day, the newest first."""

    title: str
    rows: tuple[EventRow, ...]


@dataclass(frozen=True, slots=True)
class EventsState:
    """The Events page.

    Args:
        days: The newest first.
        people: Who can be filtered by, as (person_id, name).
        person_id, outcome: What is filtered by; None: everybody, everything.
        has_more: Whether there are older ones that are not listed.
        trouble: Why the store cannot be read at all; empty when it can.
        question: Asked before a deletion; empty when none is pending.
    """

    days: tuple[Day, ...] = ()
    is_loaded: bool = False
    is_recording: bool = False
    people: tuple[tuple[int, str], ...] = ()
    person_id: int | None = None
    outcome: Outcome | None = None
    has_more: bool = False
    question: str = ""
    trouble: str = ""

    @property
    def count(self) -> int:
        """Sightings listed."""
        return sum(len(day.rows) for day in self.days)
