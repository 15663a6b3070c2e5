"""Recording who was seen: one line a stay, only while it is switched on, whatever becomes of track, source and person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from facekit.engine.port import EnginePhase, EngineState
from facekit.settings import Settings
from facekit.store.base import Event
from facekit.types import Decision, FrameResult, ObservedFace, Outcome
from tests.support.ui_fakes import THRESHOLD, Bench, observed
from ui.ports import SourcePhase, SourceState
from ui.recorder import Recorder

START = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


class Desk:
    """A recorder whose clock goes on with every frame."""

    def __init__(self, *, is_on: bool = True) -> None:
        self.bench = Bench(Settings(record_events=is_on)).start()
        self.ana = self.bench.enrol("Ana", 0)
        self.bea = self.bench.enrol("Bea", 90)
        self.bench.session.refresh()
        self.source = SourceState(SourcePhase.RUNNING, "0", "Desk camera")
        self.clock = Clock()
        self.recorder = Recorder(session=self.bench.session, clock=self.clock, source_state=lambda: self.source)

    def see(self, *faces: ObservedFace, seconds: float = 1.0, step: float = 1.0, source_id: str = "camera") -> None:
        """A frame each `step`."""
        for _ in range(round(seconds / step)):
            self.clock.seconds += step
            self.recorder.result_arrived(FrameResult(0, self.clock.seconds, source_id, faces))

    @property
    def events(self) -> list[Event]:
        """Stored so far, the oldest first."""
        return list(reversed(self.bench.store.events()))


class Clock:
    """Both times go on together."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        """See Clock."""
        return self.seconds

    def now(self) -> datetime:
        """See Clock."""
        return START + timedelta(seconds=self.seconds)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def match(desk: Desk, *, track_id: int = 1, distance: float = 0.3) -> ObservedFace:
    return observed(Outcome.MATCH, track_id=track_id, person_id=desk.ana.person_id, distance=distance)


def test_stay_is_one_line_however_many_frames_it_has(desk: Desk) -> None:
    desk.see(match(desk, distance=0.4), seconds=3)
    desk.see(match(desk, distance=0.2), seconds=2)
    desk.see(seconds=4)
    [event] = desk.events
    assert (event.outcome, event.person_id, event.distance, event.source) == (Outcome.MATCH, desk.ana.person_id, 0.2, "Desk camera")
    assert (event.seen_at, event.seen_until) == (START + timedelta(seconds=1), START + timedelta(seconds=5))


def test_stay_is_of_what_most_frames_said_and_poor_ones_have_no_say(desk: Desk) -> None:
    desk.see(observed(Outcome.POOR_SAMPLE), seconds=9)
    desk.see(observed(Outcome.NON_MATCH), seconds=2)
    desk.see(match(desk), seconds=3)
    desk.recorder.close()
    assert [event.person_id for event in desk.events] == [desk.ana.person_id]


def test_two_faces_are_two_lines(desk: Desk) -> None:
    desk.see(match(desk), observed(Outcome.NON_MATCH, track_id=2), seconds=3)
    desk.recorder.close()
    assert {event.outcome for event in desk.events} == {Outcome.MATCH, Outcome.NON_MATCH}


def test_person_who_gets_another_track_at_once_is_one_stay(desk: Desk) -> None:
    desk.see(match(desk, track_id=1), seconds=3)
    desk.see(match(desk, track_id=2, distance=0.1), seconds=5)
    desk.recorder.close()
    [event] = desk.events
    assert event.seen_at == START + timedelta(seconds=1)
    assert event.seen_until == START + timedelta(seconds=8)
    assert event.distance == 0.1


def test_face_of_a_single_frame_is_not_written_down(desk: Desk) -> None:
    desk.see(observed(Outcome.NON_MATCH))
    desk.recorder.close()
    assert desk.events == []


def test_nothing_is_recorded_unless_switched_on_and_nothing_more_once_switched_off() -> None:
    desk = Desk(is_on=False)
    desk.see(match(desk), seconds=3)
    desk.recorder.close()
    assert desk.events == []
    desk.bench.session.keep(Settings(record_events=True))
    desk.see(match(desk), seconds=2)
    desk.see(observed(Outcome.NON_MATCH, track_id=2))
    desk.bench.session.keep(Settings(record_events=False))
    desk.see(match(desk), observed(Outcome.NON_MATCH, track_id=2), seconds=9)
    desk.recorder.close()
    [event] = desk.events
    assert event.seen_until - event.seen_at == timedelta(seconds=1)


def test_other_source_or_lost_source_or_engine_ends_the_stay(desk: Desk) -> None:
    desk.see(match(desk), seconds=3)
    desk.see(match(desk), seconds=3, source_id="another")
    assert len(desk.events) == 2
    desk.recorder.source_changed(SourceState(SourcePhase.LOST, "0", "Desk camera"))
    desk.see(match(desk), seconds=3)
    assert len(desk.events) == 3
    desk.bench.session.engine_changed(EngineState(EnginePhase.RESTARTING))
    desk.see(match(desk), seconds=3)
    assert len(desk.events) == 4
    assert all(event.seen_until - event.seen_at == timedelta(seconds=2) for event in desk.events[:3])


def test_person_removed_while_in_view_leaves_a_line_without_a_name(desk: Desk) -> None:
    desk.see(match(desk), seconds=3)
    desk.bench.store.remove(desk.ana.person_id)
    desk.recorder.close()
    [event] = desk.events
    assert (event.outcome, event.person_id) == (Outcome.MATCH, None)


def test_observers_are_told_of_each_line(desk: Desk) -> None:
    told: list[int] = []
    desk.recorder.observe(lambda: told.append(len(desk.events)))
    desk.see(match(desk), seconds=3)
    desk.recorder.close()
    assert told == [1, 1]  # when it began, and when it ended


def test_distance_of_a_search_in_nobody_is_left_out(desk: Desk) -> None:
    face = observed(Outcome.NON_MATCH)
    alone = ObservedFace(1, face.face, face.quality, Decision(Outcome.NON_MATCH, THRESHOLD))
    desk.see(alone, seconds=2)
    desk.recorder.close()
    assert desk.events[0].distance is None


def test_stay_is_stored_when_it_has_begun_and_said_anew_while_it_goes_on(desk: Desk) -> None:
    desk.see(match(desk))
    assert desk.events == []
    desk.see(match(desk))
    [event] = desk.events
    assert (event.person_id, event.seen_at, event.seen_until) == (
        desk.ana.person_id,
        START + timedelta(seconds=1),
        START + timedelta(seconds=2),
    )
    desk.see(match(desk), seconds=60)
    [event] = desk.events
    assert START + timedelta(seconds=62 - 5) < event.seen_until <= START + timedelta(seconds=62)


def test_line_follows_when_somebody_is_recognised_later_than_seen(desk: Desk) -> None:
    desk.see(observed(Outcome.NON_MATCH), seconds=2)
    assert [event.outcome for event in desk.events] == [Outcome.NON_MATCH]
    desk.see(match(desk), seconds=3)
    [event] = desk.events
    assert (event.outcome, event.person_id) == (Outcome.MATCH, desk.ana.person_id)


def test_new_track_that_is_recognised_late_joins_the_line_of_the_one_before(desk: Desk) -> None:
    desk.see(match(desk, track_id=1), seconds=3)
    desk.see(observed(Outcome.NON_MATCH, track_id=2), seconds=0.5, step=0.25)
    assert len(desk.events) == 2
    desk.see(match(desk, track_id=2), seconds=4, step=0.25)
    desk.recorder.close()
    [event] = desk.events
    assert (event.person_id, event.seen_at) == (desk.ana.person_id, START + timedelta(seconds=1))


def test_line_that_was_deleted_while_the_stay_goes_on_stays_deleted(desk: Desk) -> None:
    desk.see(match(desk), seconds=3)
    desk.bench.store.remove_events()
    desk.see(match(desk), seconds=20)
    desk.recorder.close()
    assert desk.events == []


def test_answer_that_comes_after_another_source_was_opened_is_nobodys_stay(desk: Desk) -> None:
    desk.see(match(desk), seconds=3)
    desk.source = SourceState(SourcePhase.OPENING, "film.mp4")
    desk.recorder.source_changed(desk.source)
    desk.see(match(desk), seconds=3)
    assert [event.source for event in desk.events] == ["Desk camera"]
