"""The sightings by day: filters, export, deletion, and the switch."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from facekit.settings import Settings
from facekit.types import Outcome
from tests.support.ui_fakes import Bench
from ui.pages.events.export import HEADER
from ui.pages.events.presenter import PAGE, EventsPresenter
from ui.pages.events.state import EventsState
from ui.ports import NoticeKind


class Desk:
    """Ana today and 40 days ago, a stranger yesterday; the clock stands at 22 November 2026."""

    def __init__(self) -> None:
        self.bench = Bench(Settings())
        self.ana = self.bench.enrol("=Ana", 0)
        self.now = self.bench.clock.now().astimezone()
        self.add(self.now - timedelta(minutes=9), minutes=4, outcome=Outcome.MATCH, person_id=self.ana.person_id)
        self.add(self.now - timedelta(days=1), outcome=Outcome.NON_MATCH)
        self.add(self.now - timedelta(days=40), outcome=Outcome.MATCH, person_id=self.ana.person_id)
        self.shown: list[EventsState] = []
        self.presenter = EventsPresenter(session=self.bench.session, clock=self.bench.clock, show=self.shown.append)
        self.bench.start()

    def add(self, since: datetime, *, outcome: Outcome, minutes: int = 0, person_id: int | None = None) -> None:
        seen = (since, since + timedelta(minutes=minutes))
        self.bench.store.add_event(outcome, "Desk camera", person_id=person_id, distance=0.314, seen=seen)

    @property
    def state(self) -> EventsState:
        return self.shown[-1]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_sightings_are_listed_by_day_newest_first_in_words(desk: Desk) -> None:
    assert [len(day.rows) for day in desk.state.days] == [1, 1, 1]
    assert [day.title.split(",")[0] for day in desk.state.days][:2] == ["Today", "Yesterday"]
    first, second = desk.state.days[0].rows[0], desk.state.days[1].rows[0]
    assert (first.who, first.outcome, first.distance, first.source) == ("=Ana", "recognised", "0.31", "Desk camera")
    assert " – " in first.time
    assert (second.who, second.outcome) == ("", "not recognized")
    assert " – " not in second.time


def test_sighting_of_somebody_removed_since_has_no_name(desk: Desk) -> None:
    desk.bench.store.remove(desk.ana.person_id)
    desk.bench.session.refresh()
    desk.presenter.refresh()
    assert desk.state.days[0].rows[0].who == "someone"


def test_filters_narrow_the_list_and_can_be_taken_away(desk: Desk) -> None:
    desk.presenter.show_person(desk.ana.person_id)
    assert desk.state.count == 2
    desk.presenter.show_outcome(Outcome.NON_MATCH)
    assert desk.state.count == 0
    desk.presenter.show_person(None)
    assert desk.state.count == 1
    desk.presenter.show_outcome(None)
    assert desk.state.count == 3


def test_older_ones_are_listed_when_asked_for(desk: Desk) -> None:
    for minute in range(PAGE):
        desk.add(desk.now - timedelta(days=50, minutes=minute), outcome=Outcome.NON_MATCH)
    desk.presenter.refresh()
    assert desk.state.count == PAGE
    assert desk.state.has_more
    desk.presenter.show_more()
    assert desk.state.count == PAGE + 3
    assert not desk.state.has_more


def test_recording_is_off_until_switched_on_and_is_kept(desk: Desk) -> None:
    assert not desk.state.is_recording
    desk.presenter.record(True)
    assert desk.state.is_recording
    assert desk.bench.kept[-1].record_events


@pytest.mark.parametrize(("days", "left"), [(30, 2), (0, 0)])
def test_deletion_asks_first_and_says_how_many(desk: Desk, days: int, left: int) -> None:
    desk.presenter.ask_to_delete(days)
    assert ("older than 30 days" in desk.state.question) == bool(days)
    assert desk.state.count == 3
    desk.presenter.delete()
    assert desk.state.question == ""
    assert desk.state.count == left
    assert desk.bench.notices[-1].text.startswith(f"{3 - left} sighting")


def test_deletion_when_declined_deletes_nothing(desk: Desk) -> None:
    desk.presenter.ask_to_delete(0)
    desk.presenter.keep()
    desk.presenter.delete()
    assert desk.state.count == 3


def test_export_writes_what_is_filtered_and_no_formula(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "sightings.csv"
    desk.presenter.show_person(desk.ana.person_id)
    desk.presenter.export(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *lines = list(csv.reader(file))
    assert tuple(head) == HEADER
    assert len(lines) == 2
    assert lines[0][2:] == ["match", "'=Ana", "0.3140", "Desk camera"]
    assert datetime.fromisoformat(lines[0][0]) == desk.now - timedelta(minutes=9)
    assert "2 sightings written" in desk.bench.notices[-1].text


def test_export_that_cannot_be_written_says_so_and_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.presenter.export(tmp_path / "missing" / "sightings.csv")
    assert desk.bench.notices[-1].kind is NoticeKind.ERROR
    assert "missing" in desk.bench.notices[-1].text
    assert list(tmp_path.iterdir()) == []
