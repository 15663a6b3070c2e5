"""Guided enrolment at a camera: three poses, taken by themselves as they come. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from facekit.engine.port import EnginePhase, EnginePort
from facekit.enrolment import main_face
from facekit.errors import FacekitError
from facekit.sampling import Guide
from facekit.types import Frame, FrameResult, Person, Sample
from ui.enrolment import EnrolmentForm
from ui.pages.enrol.state import CameraState, Step
from ui.ports import Clock, SourcePhase, SourceState
from ui.session import Session


class CameraPresenter:
    """One person at a time. It looks only while its page is in front.

    Args:
        account: Who records the consent.
        show: Is given every new state.
    """

    def __init__(self, *, session: Session, engine: EnginePort, clock: Clock, account: str, show: Callable[[CameraState], None]) -> None:
        self._session = session
        self._engine = engine
        self._show_state = show
        self._guide = Guide()
        self._is_shown = False
        self._is_taking = False
        self.state = CameraState()
        self.form = EnrolmentForm(session=session, clock=clock, account=account, changed=self._form_changed, stored=self._stored)
        session.observe(self._session_changed)

    def shown(self, is_shown: bool) -> None:
        """Whether the person sees it now."""
        self._is_shown = is_shown
        self._show(face=None)

    def begin(self) -> None:
        """Begin with the next person, or anew with the same."""
        self._guide = Guide()
        self._is_taking = False
        self.state = replace(self.state, step=Step.GUIDING, done="", words="", face=None)
        self.form.clear()

    def finish(self) -> None:
        """Go on with the pictures that there are."""
        if self._guide.taken:
            self._show(step=Step.FORM)

    def source_changed(self, source: SourceState) -> None:
        """Take in how the source fares."""
        is_gone = source.phase in (SourcePhase.OPENING, SourcePhase.NONE, SourcePhase.FAILED)
        self._show(source=source, frame=None if is_gone else self.state.frame, face=None)

    def frame_arrived(self, frame: Frame) -> None:
        """Show a new frame at once."""
        if self._is_shown and self.state.step is Step.GUIDING:
            self._show(frame=frame)

    def result_arrived(self, result: FrameResult) -> None:
        """Say what is in the way, or take the picture."""
        frame = self.state.frame
        if not self._is_shown or self.state.step is not Step.GUIDING or frame is None or frame.source_id != result.source_id:
            return
        advice = self._guide.look(result.captured_at, result.faces, _size(frame))
        meant = main_face(sorted(result.faces, key=lambda face: -face.face.box.area))
        self._show(words=advice.words, face=meant.face.box if meant else None)
        if advice.ready and not self._is_taking:
            self._is_taking = True
            self._engine.take_samples(frame.pixels, partial(self._taken, self.form.turn, frame))

    def _taken(self, turn: int, frame: Frame, answer: tuple[Sample, ...] | FacekitError) -> None:
        if turn != self.form.turn:
            return
        self._is_taking = False
        if isinstance(answer, FacekitError):
            self._show(words=str(answer))
            return
        aim = self._guide.take(answer, _size(frame))
        if aim is not None:
            if not self._guide.missing:
                self.state = replace(self.state, step=Step.FORM)
            self.form.add(self._guide.taken[aim], f"camera {self.state.source.label}")

    def _stored(self, person: Person) -> None:
        self._guide = Guide()
        self._show(step=Step.DONE, done=f"{person.name} is enrolled.")

    def _form_changed(self) -> None:
        self._show()

    def _session_changed(self) -> None:
        self._show()

    def _show(self, **changes: object) -> None:
        state = self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # the names are those of CameraState
        missing = self._guide.missing
        self.state = replace(
            state,
            form=self.form.state,
            taken=frozenset(self._guide.taken),
            wanted=missing[0] if missing else None,
            words=self._waiting() or state.words,
        )
        self._show_state(self.state)

    def _waiting(self) -> str:
        """What is awaited before anything can be looked at; empty when nothing is."""
        source, phase = self.state.source.phase, self._session.engine_state.phase
        if source is SourcePhase.LOST:
            return "The camera is lost: it is tried again and again"
        if source is SourcePhase.ENDED:
            return "The video is at its end: F5 plays it again"
        if phase is EnginePhase.FAILED:
            return "The engine does not run: the status line says why"
        return "" if phase is EnginePhase.READY else "One moment: the engine is loading"


def _size(frame: Frame) -> tuple[int, int]:
    height, width = frame.pixels.shape[:2]
    return width, height
