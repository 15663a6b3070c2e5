"""Enrolling the face in view: its pictures are taken one by one from the camera. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from facekit.engine.port import EnginePort
from facekit.errors import FacekitError
from facekit.types import Person, Sample
from ui.enrolment import EnrolmentForm
from ui.pages.live.presenter import Look
from ui.pages.live.state import EnrolState
from ui.ports import Clock
from ui.session import Session

MAX_SAMPLES = 5


class EnrolPresenter:
    """One enrolment at a time, in the panel beside the picture.

    Args:
        look: The face of a track in the present picture.
        account: Who records the consent.
        show: Is given every new state.
    """

    def __init__(
        self,
        *,
        session: Session,
        engine: EnginePort,
        clock: Clock,
        account: str,
        look: Callable[[int], Look | None],
        show: Callable[[EnrolState], None],
    ) -> None:
        self._engine = engine
        self._look = look
        self._show_state = show
        self._track_id = 0
        self.state = EnrolState()
        self.form = EnrolmentForm(session=session, clock=clock, account=account, changed=self._show, stored=self._stored)

    def begin(self, track_id: int) -> None:
        """Open the panel with one picture of that face."""
        self.state = EnrolState(is_open=True)
        self._track_id = track_id
        self.form.clear()
        self.take()

    def cancel(self) -> None:
        """Close the panel; nothing is kept."""
        self.state = EnrolState()
        self.form.clear()

    def take(self) -> None:
        """Take one more picture of the face."""
        look = self._look(self._track_id)
        if look is None:
            self._show(trouble="The face is not in view. Look into the camera, then take the picture again.")
            return
        self._show(is_taking=True, trouble="")
        self._engine.take_samples(look.frame.pixels, partial(self._taken, self.form.turn, look))

    def _taken(self, turn: int, look: Look, answer: tuple[Sample, ...] | FacekitError) -> None:
        if turn != self.form.turn:
            return
        if isinstance(answer, FacekitError):
            self._show(is_taking=False, trouble=str(answer))
            return
        sample = look.sample(answer)
        if sample is None:
            self._show(is_taking=False, trouble="The face moved away. Hold still, then take the picture again.")
            return
        self.state = replace(self.state, is_taking=False, trouble="")
        self.form.add(sample, f"camera {look.source}")

    def _stored(self, _: Person) -> None:
        self.state = EnrolState()
        self._show()

    def _show(self, **changes: object) -> None:
        state = replace(self.state, form=self.form.state, **changes)  # type: ignore[arg-type]  # the names are those of EnrolState
        self.state = replace(state, can_take=not state.is_taking and len(state.form.samples) < MAX_SAMPLES)
        self._show_state(self.state)
