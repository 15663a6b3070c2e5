"""The sightings by day, filtered, exported, deleted; and whether any are recorded. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path

from facekit.store.base import Event, Repository
from facekit.types import Outcome
from ui.language import clock, count_words, decimal, whole_day
from ui.pages.events.export import write_csv
from ui.pages.events.state import Day, EventRow, EventsState
from ui.ports import Clock
from ui.session import Session

PAGE = 500
_EVERY = 10**9
OUTCOMES = {
    Outcome.MATCH: "recognised",
    Outcome.NON_MATCH: "not recognized",
    Outcome.UNCERTAIN: "uncertain",
    Outcome.POOR_SAMPLE: "poor picture",
}


class EventsPresenter:
    """Turns the store's sightings into one EventsState after another."""

    def __init__(self, *, session: Session, clock: Clock, show: Callable[[EventsState], None]) -> None:
        self._session = session
        self._clock = clock
        self._show_state = show
        self._limit = PAGE
        self._events: tuple[Event, ...] = ()
        self._pending: int | None = None
        self.state = EventsState()
        session.observe(self._show)
        self._show()

    def refresh(self) -> None:
        """Read the sightings again."""
        if self._session.is_open:
            state = self.state
            work = partial(_events_of, limit=self._limit + 1, person_id=state.person_id, outcome=state.outcome)
            self._session.read(work, self._read, self._session.fail)

    def show_person(self, person_id: int | None) -> None:
        """List the sightings of one person alone; None: of everybody."""
        self._filter(person_id=person_id)

    def show_outcome(self, outcome: Outcome | None) -> None:
        """List the sightings with one outcome alone; None: with any."""
        self._filter(outcome=outcome)

    def show_more(self) -> None:
        """List older ones too."""
        self._limit += PAGE
        self.refresh()

    def record(self, is_on: bool) -> None:
        """Record from now on, or no more."""
        self._session.keep(self._session.settings.replace(record_events=is_on))

    def export(self, path: Path) -> None:
        """Write what is filtered by, listed or not, into a file."""
        state = self.state
        names = {person.person_id: person.name for person in self._session.people}  # as they are now, for the other thread

        def work(repository: Repository) -> int:
            events = repository.events(limit=_EVERY, person_id=state.person_id, outcome=state.outcome)
            return write_csv(path, events, names)

        self._session.read(work, partial(self._exported, path), self._session.fail)

    def ask_to_delete(self, older_than_days: int) -> None:
        """Ask before deleting what is older than that; 0: everything."""
        self._pending = older_than_days
        self._show()

    def keep(self) -> None:
        """Delete nothing."""
        self._pending = None
        self._show()

    def delete(self) -> None:
        """Delete what was asked about."""
        if (days := self._pending) is not None:
            self._pending = None
            before = self._clock.now() - timedelta(days=days) if days else None
            self._session.read(lambda repository: repository.remove_events(before=before), self._deleted, self._session.fail)
            self._show()

    def _filter(self, **changes: object) -> None:
        self._limit = PAGE
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # the names are those of EventsState
        self.refresh()

    def _read(self, events: tuple[Event, ...]) -> None:
        self._events = events
        self.state = replace(self.state, is_loaded=True)
        self._show()

    def _deleted(self, count: int) -> None:
        self._session.say(f"{count_words(count, 'sighting')} deleted for good.")
        self.refresh()

    def _exported(self, path: Path, count: int) -> None:
        self._session.say(f"{count_words(count, 'sighting')} written to {path}.")

    def _show(self) -> None:
        if self._session.is_open and not self.state.is_loaded:
            self.refresh()
        listed = self._events[: self._limit]
        by_day = groupby(listed, key=lambda event: event.seen_at.astimezone().date())
        self.state = replace(
            self.state,
            days=tuple(Day(self._day(day), tuple(map(self._row, events))) for day, events in by_day),
            is_recording=self._session.settings.record_events,
            people=tuple((person.person_id, person.name) for person in self._session.people),
            has_more=len(self._events) > self._limit,
            question=_question(self._pending),
            trouble=self._session.store_trouble,
        )
        self._show_state(self.state)

    def _row(self, event: Event) -> EventRow:
        since, until = (clock(moment) for moment in (event.seen_at, event.seen_until))
        return EventRow(
            time=since if since == until else f"{since} – {until}",
            who=self._session.name(event.person_id) if event.outcome is Outcome.MATCH else "",
            outcome=OUTCOMES.get(event.outcome, event.outcome.value),
            distance="" if event.distance is None else decimal(event.distance),
            source=event.source,
        )

    def _day(self, day: date) -> str:
        ago = (self._clock.now().date() - day).days
        return f"{ {0: 'Today, ', 1: 'Yesterday, '}.get(ago, '') }{whole_day(day)}"


def _events_of(repository: Repository, *, limit: int, person_id: int | None, outcome: Outcome | None) -> tuple[Event, ...]:
    return repository.events(limit=limit, person_id=person_id, outcome=outcome)


def _question(days: int | None) -> str:
    if days is None:
        return ""
    what = f"all sightings older than {days} days" if days else "all sightings"
    return f"Delete {what}, listed here or not? This cannot be undone."
