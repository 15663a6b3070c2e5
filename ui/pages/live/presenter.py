"""What the Live page shows and does: the newest frame, the faces the engine found in it, the source. No Qt here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from facekit import quality
from facekit.engine.port import EnginePhase, EnginePort
from facekit.types import Box, Decision, Frame, FrameResult, ObservedFace, Outcome, Sample
from ui.language import decimal
from ui.pages.live.state import LiveState, SeenFace, Tone
from ui.ports import Clock, SourcePhase, SourceState
from ui.session import Session
from ui.sources import Sources

_MAX_AGE_S = 0.5
_REMEMBERED_TRACKS = 64
_MIN_IOU = 0.2
_TONES = {
    Outcome.MATCH: Tone.MATCH,
    Outcome.UNCERTAIN: Tone.UNCERTAIN,
    Outcome.POOR_SAMPLE: Tone.POOR,
}


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A face and the picture that it is to be taken from.

    Args:
        source: The name of the camera, for people.
    """

    frame: Frame
    box: Box
    source: str

    def sample(self, samples: Sequence[Sample]) -> Sample | None:
        """The one of all samples of the picture that is of this face."""
        nearest = max(samples, key=lambda sample: sample.face.box.iou(self.box), default=None)
        return nearest if nearest and nearest.face.box.iou(self.box) >= _MIN_IOU else None


class LivePresenter:
    """Turns frames, results and changes of state into one LiveState after another.

    Args:
        show: Is given every new state.
    """

    def __init__(
        self,
        *,
        session: Session,
        engine: EnginePort,
        sources: Sources,
        clock: Clock,
        show: Callable[[LiveState], None],
    ) -> None:
        self._session = session
        self._engine = engine
        self._sources = sources
        self._clock = clock
        self._show_state = show
        self._since: dict[int, tuple[str, float]] = {}
        self._seen_at = 0.0
        self._revision = -1
        self._max_age_s = _MAX_AGE_S
        self.state = LiveState()
        session.observe(self._session_changed)
        sources.observe(self._sources_changed)
        self._session_changed()

    def toggle_freeze(self) -> None:
        """Hold the picture, or let it go on. The held one is looked at once more, so that the boxes fit it."""
        self._show(is_frozen=not self.state.is_frozen and self.state.frame is not None)
        if self.state.is_frozen and self.state.frame:
            self._engine.offer(self.state.frame)

    def thaw(self) -> None:
        """Let the picture go on: nobody looks at the held one any more."""
        if self.state.is_frozen:
            self.toggle_freeze()

    def source_changed(self, source: SourceState) -> None:
        """Take in how the source fares; whoever was in view when it was lost is not said to be there still."""
        if source.phase is SourcePhase.OPENING and self.state.source.phase is not SourcePhase.OPENING:
            self._since.clear()
            self._show(source=source, frame=None, faces=(), is_frozen=False)
        else:
            self._show(source=source, faces=() if source.phase is SourcePhase.LOST else self.state.faces)

    def frame_arrived(self, frame: Frame) -> None:
        """Show a new frame at once, and have it looked at."""
        if self.state.is_frozen:
            return
        is_stale = self._clock.monotonic() - self._seen_at > self._max_age_s
        self._show(frame=frame, faces=() if is_stale else self.state.faces)
        if self._session.settings.record_events or not self._session.looks_itself:
            self._engine.offer(frame)

    def result_arrived(self, result: FrameResult) -> None:
        """Show who is in view, unless the answer is too old or was found in another gallery."""
        # A machine that needs longer than that for one picture would otherwise never show a name.
        self._max_age_s = max(_MAX_AGE_S, 2.5 * result.timings_ms.get("total", 0.0) / 1000)
        if self._is_outdated(result):
            return
        self._seen_at = self._clock.monotonic()
        self._show(faces=tuple(self._seen(face) for face in sorted(result.faces, key=lambda face: face.track_id)))

    def look_at(self, track_id: int) -> Look | None:
        """The face of that track in the present picture; where the track is gone, the only face in view."""
        if self.state.frame is None:
            return None
        same = [face for face in self.state.faces if face.track_id == track_id] or list(self.state.faces)
        return Look(self.state.frame, same[0].box, self.state.source.label) if len(same) == 1 else None

    def nearest_face(self) -> int | None:
        """The track to enrol when none is named: the largest face not recognized, else the largest of all."""
        faces = [face for face in self.state.faces if face.can_enrol] or list(self.state.faces)
        return max(faces, key=lambda face: face.box.area).track_id if faces else None

    def _is_outdated(self, result: FrameResult) -> bool:
        frame = self.state.frame
        if (
            self.state.source.phase is SourcePhase.LOST
            or frame is None
            or frame.source_id != result.source_id
            or result.gallery_revision != self._session.gallery_revision
        ):
            return True
        if self.state.is_frozen:
            return result.frame_id != frame.frame_id
        return self._clock.monotonic() - result.captured_at > self._max_age_s

    def _seen(self, face: ObservedFace) -> SeenFace:
        decision = face.decision
        since, began_at = self._since_when(face.track_id)
        return SeenFace(
            track_id=face.track_id,
            box=face.face.box,
            tone=_TONES.get(decision.outcome, Tone.NOT_RECOGNIZED),
            title=self._title(face),
            distance=decision.distance,
            threshold=decision.threshold,
            since=since,
            details=f"{self._measured(decision)}in view {_duration(self._clock.monotonic() - began_at)}",
            person_id=decision.person_id,
        )

    def _measured(self, decision: Decision) -> str:
        if decision.outcome is Outcome.UNCERTAIN:
            return " · ".join(f"{self._session.name(c.person_id)} {decimal(c.distance)}" for c in decision.candidates[:2]) + "\n"
        why_not = self._why_not(decision)
        return why_not if decision.distance is None else f"{why_not}distance {decimal(decision.distance)} · "

    def _why_not(self, decision: Decision) -> str:
        """Why a face within τ of somebody does not have their name."""
        if decision.said_not is not None:
            return f"you said it is not {self._session.name(decision.said_not)} · "
        if decision.loses_name:
            return f"{self._session.name(decision.candidates[0].person_id)} is nearer in another face · "
        return ""

    def _title(self, face: ObservedFace) -> str:
        decision = face.decision
        if decision.outcome is Outcome.MATCH:
            return self._session.name(decision.person_id)
        if decision.outcome is Outcome.UNCERTAIN:
            first, second = (self._session.name(candidate.person_id) for candidate in decision.candidates[:2])
            return f"{first} or {second}?"
        if decision.outcome is Outcome.POOR_SAMPLE and face.quality.issues:
            return quality.advice(face.quality.issues[0])
        return "not recognized"

    def _since_when(self, track_id: int) -> tuple[str, float]:
        if len(self._since) > _REMEMBERED_TRACKS:
            self._since.clear()
        return self._since.setdefault(track_id, (f"{self._clock.now():%H:%M:%S}", self._clock.monotonic()))

    def _sources_changed(self) -> None:
        if self.state.cameras != self._sources.cameras:
            self._show(cameras=self._sources.cameras)

    def _session_changed(self) -> None:
        """The people, the engine or the rule changed: what was said of the faces in view may no longer hold."""
        is_ready = self._session.engine_state.phase is EnginePhase.READY
        self._show(faces=self.state.faces if is_ready else ())
        revision, self._revision = self._revision, self._session.gallery_revision
        if revision != self._revision and self.state.is_frozen and self.state.frame:
            self._engine.offer(self.state.frame)  # no other picture will come

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # the names are those of LiveState
        is_first_run = not self._session.settings.source and self._session.is_open and not self._session.people
        self.state = replace(self.state, hint=self._hint(), can_enrol=self._can_enrol(), is_first_run=is_first_run)
        self._show_state(self.state)

    def _can_enrol(self) -> bool:
        return bool(self.state.faces) and self._session.engine_state.phase is EnginePhase.READY

    def _hint(self) -> str:
        phase = self._session.engine_state.phase
        if self.state.frame is None:
            return "The faces in the picture are listed here."
        if self.state.source.phase is SourcePhase.LOST:
            return "Faces are looked for again as soon as the picture is back."
        if phase is EnginePhase.FAILED:
            return "The engine does not run, so no face is looked for. The status line says why; Model › Restart the engine tries again."
        if phase is not EnginePhase.READY:
            return "Faces are looked for as soon as the engine is ready."
        if self._session.is_open and not self._session.people:
            return "Nobody is enrolled yet. Look into the camera and choose Enrol: one picture is enough."
        return "" if self.state.faces else "No face in view."


def _duration(seconds: float) -> str:
    """ "12 s", "3 min" or "2 h"."""
    if seconds < 60:
        return f"{int(seconds)} s"
    return f"{int(seconds / 60)} min" if seconds < 3600 else f"{int(seconds / 3600)} h"
