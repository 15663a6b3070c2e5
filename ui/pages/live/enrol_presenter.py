"""Enrolling the face before the camera: pictures, consent, the guard's question, and the name last. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from facekit import quality
from facekit.engine.port import EnginePort
from facekit.enrolment import EnrolmentReview, enrol, review
from facekit.errors import FacekitError
from facekit.store.base import NewTemplate
from facekit.types import Box, Consent, Person, Sample
from ui.pages.live.presenter import Look
from ui.pages.live.state import EnrolState, SampleView
from ui.ports import Clock
from ui.session import Session

CONSENT_TEXT = (
    "The person in these pictures agrees that this computer keeps measurements of their face, to recognise them, until they are removed."
)
MAX_SAMPLES = 5
_MIN_IOU = 0.2


@dataclass(frozen=True, slots=True)
class _Question:
    """What the guard asks.

    Args:
        same_as: The name of the person whom the face is too like; empty for the other question.
    """

    text: str
    answer: str
    same_as: str = ""


class EnrolPresenter:
    """One enrolment at a time, from the first picture to the stored templates.

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
        self._session = session
        self._engine = engine
        self._clock = clock
        self._account = account
        self._look = look
        self._show_state = show
        self._turn = 0
        self._track_id = 0
        self._samples: tuple[Sample, ...] = ()
        self._answered: set[str] = set()
        self._source = ""
        self.state = EnrolState()
        session.observe(self._show)

    def begin(self, track_id: int) -> None:
        """Open the panel with one picture of that face."""
        self._reset(is_open=True)
        self._track_id = track_id
        self.take()

    def cancel(self) -> None:
        """Close the panel; nothing is kept."""
        self._reset(is_open=False)

    def take(self) -> None:
        """Take one more picture of the face."""
        look = self._look(self._track_id)
        if look is None:
            self._show(trouble="The face is not in view. Look into the camera, then take the picture again.")
            return
        self._source = f"camera {look.source}"
        self._show(is_busy=True, trouble="")
        self._engine.take_samples(look.frame.pixels, partial(self._taken, self._turn, look.box))

    def drop(self, index: int) -> None:
        """Forget one of the pictures."""
        self._samples = self._samples[:index] + self._samples[index + 1 :]
        self._show(trouble="")

    def set_name(self, name: str) -> None:
        """The name, as far as it is typed."""
        self._show(name=name)

    def set_consent(self, has_consent: bool) -> None:
        """Whether the person agrees."""
        self._show(has_consent=has_consent)

    def set_keeps_crops(self, keeps_crops: bool) -> None:
        """Whether the pictures may be kept beside the measurements."""
        self._show(keeps_crops=keeps_crops)

    def answer(self) -> None:
        """Yes to the question that is asked."""
        self._answered.add(self.state.question)
        self._show()

    def is_same(self) -> None:
        """The face is that of the person whom it is so like: the pictures go to them."""
        self._show(name=self.state.same_as)

    def submit(self) -> None:
        """Store the person, or the templates of one who is enrolled already."""
        if not self.state.can_submit:
            return
        self._show(is_busy=True, trouble="")
        consent = Consent(CONSENT_TEXT, self._clock.now(), self._account, keep_crops=self.state.keeps_crops)
        templates = tuple(self._template(sample) for sample in self._samples)
        name = self.state.name.strip()
        self._session.change(
            lambda repository: enrol(repository, name, consent, templates), self._stored, partial(self._not_stored, self._turn)
        )

    def _template(self, sample: Sample) -> NewTemplate:
        return NewTemplate(sample.embedding, sample.quality, self._source, sample.aligned)

    def _taken(self, turn: int, box: Box, answer: tuple[Sample, ...] | FacekitError) -> None:
        if turn != self._turn:
            return
        if isinstance(answer, FacekitError):
            self._show(is_busy=False, trouble=str(answer))
            return
        sample = max(answer, key=lambda sample: sample.face.box.iou(box), default=None)
        if sample is None or sample.face.box.iou(box) < _MIN_IOU:
            self._show(is_busy=False, trouble="The face moved away. Hold still, then take the picture again.")
            return
        self._samples = (*self._samples, sample)[:MAX_SAMPLES]
        self._show(is_busy=False, trouble="")

    def _stored(self, person: Person) -> None:
        count = person.template_count
        self._session.say(f"{person.name} is enrolled with {count} template{'' if count == 1 else 's'}.")
        self._reset(is_open=False)

    def _not_stored(self, turn: int, error: FacekitError) -> None:
        if turn == self._turn:
            self._show(is_busy=False, trouble=str(error))

    def _reset(self, *, is_open: bool) -> None:
        self._turn += 1
        self._samples = ()
        self._answered.clear()
        self.state = EnrolState(is_open=is_open, consent_text=CONSENT_TEXT, keeps_crops=False)
        self._show()

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # the names are those of EnrolState
        if self.state.is_open:
            self.state = self._derived(self.state)
        self._show_state(self.state)

    def _derived(self, state: EnrolState) -> EnrolState:
        """The state with all that follows from the pictures, the name and the consent."""
        known = self._known(state.name)
        question = self._question(known)
        asked = question if question and question.text not in self._answered else None
        name = known.name if known else state.name.strip()
        is_complete = bool(self._samples and name and (known or state.has_consent)) and self._session.gallery is not None
        return replace(
            state,
            samples=tuple(SampleView(s.aligned.pixels, tuple(quality.advice(i) for i in s.quality.issues)) for s in self._samples),
            known=f"{name} agreed on {known.consent.given_at.astimezone():%d %B %Y}. The pictures are added." if known else "",
            question=asked.text if asked else "",
            answer=asked.answer if asked else "",
            same_as=asked.same_as if asked else "",
            submit=f"{'Add to' if known else 'Enrol'} {name}".strip(),
            can_submit=is_complete and not asked and not state.is_busy,
            can_take=not state.is_busy and len(self._samples) < MAX_SAMPLES,
        )

    def _known(self, name: str) -> Person | None:
        wanted = name.strip().casefold()
        return next((person for person in self._session.people if person.name.casefold() == wanted), None)

    def _question(self, known: Person | None) -> _Question | None:
        gallery, rule = self._session.gallery, self._session.rule
        if gallery is None or rule is None or not self._samples:
            return None
        found = review(self._samples, gallery, rule, person_id=known.person_id if known else None)
        return self._too_like(found, rule.threshold) or _unlike_own(found, known, rule.threshold)

    def _too_like(self, found: EnrolmentReview, threshold: float) -> _Question | None:
        if not found.too_like:
            return None
        nearest = found.too_like[0]
        name = self._session.name(nearest.person_id)
        return _Question(
            f"This face is very like {name}’s: distance {nearest.distance:.2f}, limit {threshold:.2f}. Is it somebody else?",
            "Somebody else",
            same_as=name,
        )


def _unlike_own(found: EnrolmentReview, known: Person | None, threshold: float) -> _Question | None:
    if found.unlike_own is None:
        return None
    measured = f"distance {found.unlike_own:.2f}, limit {threshold:.2f}"
    if known:
        return _Question(
            f"This face is unlike {known.name}’s other pictures: {measured}. Is it really {known.name}?", f"It is {known.name}"
        )
    return _Question(f"The pictures are unlike each other: {measured}. Do they all show one person?", "One person")
