"""Writes down who was seen, one line a stay before the camera, while the setting says so; whichever page is shown. No Qt here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from facekit.engine.port import EnginePhase
from facekit.errors import PersonNotFoundError
from facekit.store.base import Repository
from facekit.types import Decision, FrameResult, Outcome
from ui.ports import Clock, SourcePhase, SourceState
from ui.session import Session

_GONE_AFTER = timedelta(seconds=2)
_MIN_RESULTS = 2
"""A face that one frame alone shows is more often a mistake than a person."""

Verdict = tuple[Outcome, int | None]


@dataclass(slots=True)
class _Stay:
    """One face, from when it came into view to when it was last seen."""

    source_id: str
    source: str
    since: datetime
    until: datetime
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    nearest: dict[Verdict, float] = field(default_factory=dict)

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


class Recorder:
    """Follows each face through the engine's results and stores the stay when it is over.

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
        """Have `recorded` called after each line that was stored."""
        self._observers.append(recorded)

    def result_arrived(self, result: FrameResult) -> None:
        """Take in what the engine found in one frame."""
        if not self._session.settings.record_events:
            return
        moment = self._clock.now() - timedelta(seconds=self._clock.monotonic() - result.captured_at)
        self._end(lambda stay: stay.source_id != result.source_id or moment - stay.until > _GONE_AFTER)
        for face in result.faces:
            stay = self._stays.get(face.track_id)
            if stay is None:
                stay = self._stays[face.track_id] = _Stay(result.source_id, self._source_state().label, moment, moment)
            stay.take(face.decision, moment)

    def source_changed(self, source: SourceState) -> None:
        """Whoever was before the camera is not there any more."""
        if source.phase is not SourcePhase.RUNNING:
            self.close()

    def close(self) -> None:
        """Store the stays that are going on."""
        self._end(lambda _: True)

    def _session_changed(self) -> None:
        if not self._session.settings.record_events:
            self._stays.clear()  # switched off: also what is not stored yet
        elif self._session.engine_state.phase is not EnginePhase.READY:
            self.close()  # the next process counts its tracks anew

    def _end(self, is_over: Callable[[_Stay], bool]) -> None:
        over = {track_id: stay for track_id, stay in self._stays.items() if is_over(stay)}
        for track_id, stay in over.items():
            del self._stays[track_id]
            if not self._goes_on(stay) and sum(stay.verdicts.values()) >= _MIN_RESULTS:
                self._store(stay)

    def _goes_on(self, over: _Stay) -> bool:
        """Whether the same person is still there under another track, to whose stay this one is then added."""
        for stay in self._stays.values():
            is_same = over.verdict[0] is Outcome.MATCH and over.verdict == stay.verdict and over.source_id == stay.source_id
            if is_same and stay.since - over.until <= _GONE_AFTER:
                stay.since = min(stay.since, over.since)
                stay.verdicts.update(over.verdicts)
                stay.nearest = {v: min(d, over.nearest.get(v, d)) for v, d in (over.nearest | stay.nearest).items()}
                return True
        return False

    def _store(self, stay: _Stay) -> None:
        self._session.read(lambda repository: _add(repository, stay), lambda _: self._stored(), self._session.fail)

    def _stored(self) -> None:
        for recorded in self._observers:
            recorded()


def _add(repository: Repository, stay: _Stay) -> None:
    (outcome, person_id), seen = stay.verdict, (stay.since, stay.until)
    distance = stay.nearest.get(stay.verdict)
    try:
        repository.add_event(outcome, stay.source, person_id=person_id, distance=distance, seen=seen)
    except PersonNotFoundError:  # removed meanwhile: that somebody was there stays true
        repository.add_event(outcome, stay.source, distance=distance, seen=seen)
