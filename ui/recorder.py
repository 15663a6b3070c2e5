"""Writes down who was seen, one line a stay before the camera, while the setting says so; whichever page is shown. No Qt here.

A line is stored as soon as the stay has begun and said anew while it goes on, so that a crash loses seconds of it at most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from facekit.engine.port import EnginePhase
from facekit.errors import PersonNotFoundError
from facekit.store.base import Repository
from facekit.types import Decision, FrameResult, Outcome
from ui.ports import Clock, SourcePhase, SourceState
from ui.session import Session

_GONE_AFTER = timedelta(seconds=2)
_MIN_RESULTS = 2
"""A face that one frame alone shows is more often a mistake than a person."""

_SAID_ANEW_AFTER = timedelta(seconds=5)

Verdict = tuple[Outcome, int | None]


@dataclass(slots=True)
class _Line:
    """A stay's line in the store; touched where the database is, nowhere else."""

    event_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    """What the line says."""

    verdict: Verdict
    distance: float | None
    since: datetime
    until: datetime


@dataclass(slots=True)
class _Stay:
    """One face, from when it came into view to when it was last seen."""

    source_id: str
    source: str
    since: datetime
    until: datetime
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    nearest: dict[Verdict, float] = field(default_factory=dict)
    line: _Line | None = None
    said: _Said | None = None

    def take(self, decision: Decision, moment: datetime) -> None:
        """One more frame."""
        verdict = (decision.outcome, decision.person_id)
        self.until = moment
        self.verdicts[verdict] += 1
        if decision.distance is not None:
            self.nearest[verdict] = min(decision.distance, self.nearest.get(verdict, decision.distance))

    @property
    def verdict(self) -> Verdict:
        """What most frames said; poor ones count only where there are no others."""
        clear = Counter({verdict: count for verdict, count in self.verdicts.items() if verdict[0] is not Outcome.POOR_SAMPLE})
        return (clear or self.verdicts).most_common(1)[0][0]

    @property
    def is_sure(self) -> bool:
        """Whether there is somebody at all."""
        return self.verdicts.total() >= _MIN_RESULTS

    @property
    def is_news(self) -> bool:
        """Whether the line should say something else by now."""
        return self.said is None or self.said.verdict != self.verdict or self.until - self.said.until >= _SAID_ANEW_AFTER

    def now(self) -> _Said:
        """What is to be said."""
        return _Said(self.verdict, self.nearest.get(self.verdict), self.since, self.until)

    def take_over(self, earlier: _Stay) -> None:
        """The earlier one was the beginning of this one."""
        self.since = min(self.since, earlier.since)
        self.verdicts.update(earlier.verdicts)
        self.nearest = {v: min(d, earlier.nearest.get(v, d)) for v, d in (earlier.nearest | self.nearest).items()}


class Recorder:
    """Follows each face through the engine's results and stores its stay.

    Args:
        source_state: How the source fares now; its label is stored.
    """

    def __init__(self, *, session: Session, clock: Clock, source_state: Callable[[], SourceState]) -> None:
        self._session = session
        self._clock = clock
        self._source_state = source_state
        self._stays: dict[int, _Stay] = {}
        self._observers: list[Callable[[], None]] = []
        session.observe(self._session_changed)

    def observe(self, recorded: Callable[[], None]) -> None:
        """Have `recorded` called after each line that was stored or said anew."""
        self._observers.append(recorded)

    def result_arrived(self, result: FrameResult) -> None:
        """Take in what the engine found in one frame."""
        source = self._source_state()
        if not self._session.settings.record_events or source.phase is not SourcePhase.RUNNING:  # of the source before, come too late
            return
        moment = self._clock.now() - timedelta(seconds=self._clock.monotonic() - result.captured_at)
        self._end(lambda stay: stay.source_id != result.source_id or moment - stay.until > _GONE_AFTER)
        for face in result.faces:
            stay = self._stays.get(face.track_id)
            if stay is None:
                stay = self._stays[face.track_id] = _Stay(result.source_id, source.label, moment, moment)
            stay.take(face.decision, moment)
            if stay.is_sure and stay.is_news:
                self._store(stay)

    def source_changed(self, source: SourceState) -> None:
        """Whoever was before the camera is not there any more."""
        if source.phase is not SourcePhase.RUNNING:
            self.close()

    def close(self) -> None:
        """End the stays that are going on."""
        self._end(lambda _: True)

    def _session_changed(self) -> None:
        if not self._session.settings.record_events:
            self._stays.clear()  # switched off: what was seen since is not stored any more
        elif self._session.engine_state.phase is not EnginePhase.READY:
            self.close()  # the next process counts its tracks anew

    def _end(self, is_over: Callable[[_Stay], bool]) -> None:
        over = {track_id: stay for track_id, stay in self._stays.items() if is_over(stay)}
        for track_id, stay in over.items():
            del self._stays[track_id]
            if stay.is_sure and stay.said != stay.now():
                self._store(stay)

    def _store(self, stay: _Stay) -> None:
        if stay.verdict[0] is Outcome.MATCH:
            self._take_over_earlier(stay)
        line = stay.line = stay.line or _Line()
        said = stay.said = stay.now()
        source = stay.source
        self._session.read(lambda repository: _write(repository, line, said, source), lambda _: self._stored(), self._session.fail)

    def _take_over_earlier(self, stay: _Stay) -> None:
        """The same person was there a moment ago under another track: it is one stay, with the line of the earlier one."""
        for track_id, other in list(self._stays.items()):
            is_same = other is not stay and (other.verdict, other.source_id) == (stay.verdict, stay.source_id)
            if is_same and other.until < stay.until and stay.since - other.until <= _GONE_AFTER:
                del self._stays[track_id]
                stay.take_over(other)
                spare, stay.line = (stay.line, other.line) if other.line else (None, stay.line)
                if spare:
                    self._session.read(partial(_remove, line=spare), lambda _: None, self._session.fail)

    def _stored(self) -> None:
        for recorded in self._observers:
            recorded()


def _write(repository: Repository, line: _Line, said: _Said, source: str) -> None:
    try:
        _say(repository, line, said, source, said.verdict[1])
    except PersonNotFoundError:  # removed meanwhile: that somebody was there stays true
        _say(repository, line, said, source, None)


def _say(repository: Repository, line: _Line, said: _Said, source: str, person_id: int | None) -> None:
    outcome, seen = said.verdict[0], (said.since, said.until)
    if line.event_id is None:
        line.event_id = repository.add_event(outcome, source, person_id=person_id, distance=said.distance, seen=seen)
    else:  # nothing happens where the line was deleted meanwhile
        repository.change_event(line.event_id, outcome, person_id=person_id, distance=said.distance, seen=seen)


def _remove(repository: Repository, *, line: _Line) -> None:
    if line.event_id is not None:
        repository.remove_event(line.event_id)
