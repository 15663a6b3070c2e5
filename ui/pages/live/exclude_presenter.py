"""A face in view that was called by a wrong name: it is looked at once more, asked about, and remembered. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from facekit.engine.port import EnginePort
from facekit.errors import FacekitError
from facekit.types import Sample
from ui.exclusion import ExclusionQuestion
from ui.pages.live.presenter import LivePresenter, Look
from ui.session import Session


class ExcludePresenter:
    """One face at a time.

    Args:
        show: Is given the question; empty where nothing is asked.
    """

    def __init__(self, *, session: Session, engine: EnginePort, live: LivePresenter, show: Callable[[str], None]) -> None:
        self._session = session
        self._engine = engine
        self._live = live
        self._turn = 0
        self.question = ExclusionQuestion(session=session, changed=lambda: show(self.question.words))

    def begin(self, track_id: int) -> None:
        """Look at the face of that track, then ask whether it is to be remembered as not being whom it is called."""
        face = next((face for face in self._live.state.faces if face.track_id == track_id), None)
        look = self._live.look_at(track_id)
        self._turn += 1
        if face is not None and face.person_id is not None and look is not None:
            self._engine.take_samples(look.frame.pixels, partial(self._looked, self._turn, look, face.person_id))

    def _looked(self, turn: int, look: Look, person_id: int, answer: tuple[Sample, ...] | FacekitError) -> None:
        if turn != self._turn:
            return
        sample = None if isinstance(answer, FacekitError) else look.sample(answer)
        if isinstance(answer, FacekitError):
            self._session.fail(answer)
        elif sample is None:
            self._session.fail(FacekitError("The face moved away.", hint="Freeze the picture (F), then say it again."))
        else:
            self.question.ask(person_id, sample, f"camera {look.source}")
