"""What every way of enrolling one person ends with: pictures, consent, the guard's question, the name, and the storing. No Qt here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from facekit import quality
from facekit.enrolment import EnrolmentReview, enrol, review
from facekit.errors import FacekitError
from facekit.store.base import NewTemplate, Repository
from facekit.types import TRAINING_CLAUSE, Consent, Person, Pixels, Sample
from ui.language import count_words, day, decimal
from ui.ports import Clock
from ui.session import Session

CONSENT_TEXT = (
    "The person in these pictures agrees that this computer keeps measurements of their face, to recognise them, until they are removed."
)


def consent_text(text: str, *, allows_training: bool) -> str:
    """What is agreed to, word for word."""
    return f"{text} {TRAINING_CLAUSE}" if allows_training else text


@dataclass(frozen=True, slots=True, eq=False)
class SampleView:
    """One picture taken for an enrolment.

    Args:
        pixels: The aligned face, S×S×3 uint8 RGB.
        reasons: Why it is a poor one, in words; empty for a good one.
    """

    pixels: Pixels
    reasons: tuple[str, ...] = ()

    @staticmethod
    def of(sample: Sample) -> SampleView:
        """The sample as it is shown."""
        return SampleView(sample.aligned.pixels, tuple(quality.advice(issue) for issue in sample.quality.issues))


@dataclass(frozen=True, slots=True, eq=False)
class FormState:
    """The form.

    Args:
        trouble: Why the last step failed; empty when all is well.
        allows_training: Whether the pictures may be trained on; only where they are kept.
        known: What is said of the consent of a person who is enrolled already; empty for a new one, whose consent is asked.
        question: What must be answered before storing; empty when nothing must.
        answer: The words on the button that says yes to it.
        same_as: The person whom the face is too like; empty where that is not the question.
        faces: The face taken and the kept one that it is too like, S×S×3 uint8 RGB; empty where no picture of theirs is kept.
        submit: The words on the main button.
    """

    samples: tuple[SampleView, ...] = ()
    consent_text: str = CONSENT_TEXT
    has_consent: bool = False
    keeps_crops: bool = False
    allows_training: bool = False
    name: str = ""
    known: str = ""
    is_busy: bool = False
    trouble: str = ""
    question: str = ""
    answer: str = ""
    same_as: str = ""
    faces: tuple[Pixels, ...] = ()
    submit: str = "Enrol"
    can_submit: bool = False


@dataclass(frozen=True, slots=True)
class _Question:
    """What the guard asks.

    Args:
        same_as: The person whom the face is too like; None for the other question.
        sample: The row of the sample that is meant.
    """

    text: str
    answer: str
    same_as: int | None = None
    sample: int = 0


class EnrolmentForm:
    """One enrolment at a time, from the first picture to the stored templates.

    Args:
        account: Who records the consent.
        changed: Called after each change of `state`.
        stored: Called with the person when all is done; the form is empty again by then.
    """

    def __init__(
        self,
        *,
        session: Session,
        clock: Clock,
        account: str,
        changed: Callable[[], None],
        stored: Callable[[Person], None] = lambda _: None,
    ) -> None:
        self._session = session
        self._clock = clock
        self._account = account
        self._changed = changed
        self._stored = stored
        self._turn = 0
        self._samples: tuple[tuple[Sample, str], ...] = ()
        self._answered: set[str] = set()
        self._kept_faces: dict[int, Pixels | None] = {}
        self.state = FormState()
        session.observe(self._refresh)

    @property
    def samples(self) -> tuple[tuple[Sample, str], ...]:
        """The pictures, each with where it is from."""
        return self._samples

    @property
    def turn(self) -> int:
        """Another number for each enrolment: what comes late for one that is over can be told by it."""
        return self._turn

    def clear(self) -> None:
        """Forget all; nothing is kept."""
        self._turn += 1
        self._samples = ()
        self._answered.clear()
        self._kept_faces.clear()
        self.state = FormState(keeps_crops=self._session.settings.keep_crops)
        self._show()

    def add(self, sample: Sample, source: str) -> None:
        """One more picture.

        Args:
            source: A file's name or "camera NAME", as it is stored with the template.
        """
        self._samples = (*self._samples, (sample, source))
        self._show(trouble="")

    def put(self, samples: Sequence[tuple[Sample, str]]) -> None:
        """These pictures instead of those before; see add."""
        self._samples = tuple(samples)
        self._show(trouble="")

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
        self._show(keeps_crops=keeps_crops, allows_training=keeps_crops and self.state.allows_training)

    def set_allows_training(self, allows_training: bool) -> None:
        """Whether the pictures may be trained on."""
        self._show(allows_training=allows_training)

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
        consent = Consent(self.state.consent_text, self._clock.now(), self._account, keep_crops=self.state.keeps_crops)
        templates = tuple(NewTemplate(sample.embedding, sample.quality, source, sample.aligned) for sample, source in self._samples)
        name = self.state.name.strip()
        self._session.change(
            lambda repository: enrol(repository, name, consent, templates), self._done, partial(self._not_stored, self._turn)
        )

    def _done(self, person: Person) -> None:
        count = person.template_count
        self._session.say(f"{person.name} is enrolled with {count_words(count, 'template')}.")
        self.clear()
        self._stored(person)

    def _not_stored(self, turn: int, error: FacekitError) -> None:
        if turn == self._turn:
            self._show(is_busy=False, trouble=str(error))

    def _refresh(self) -> None:
        """The people, the gallery or the rule changed, and with them what follows from the pictures."""
        if self._samples or self.state.name:
            self._show()

    def _show(self, **changes: object) -> None:
        if self._drop_strange():
            changes["trouble"] = "The encoder was changed meanwhile. Take the pictures again."
        self.state = self._derived(replace(self.state, **changes))  # type: ignore[arg-type]  # the names are those of FormState
        self._changed()

    def _drop_strange(self) -> bool:
        """Whether pictures had to go, because an encoder that is asked now has not seen them."""
        wanted = {search.gallery.key for search in self._session.searches}
        kept = tuple(row for row in self._samples if wanted <= {embedding.key for embedding in row[0].embeddings})
        is_strange, self._samples = len(kept) < len(self._samples), kept
        return is_strange

    def _derived(self, state: FormState) -> FormState:
        """The state with all that follows from the pictures, the name and the consent."""
        known = self._known(state.name)
        question = self._question(known)
        asked = question if question and question.text not in self._answered else None
        name = known.name if known else state.name.strip()
        is_complete = bool(self._samples and name and (known or state.has_consent)) and self._session.gallery is not None
        return replace(
            state,
            samples=tuple(SampleView.of(sample) for sample, _ in self._samples),
            consent_text=consent_text(CONSENT_TEXT, allows_training=state.allows_training),
            known=_known_words(known) if known else "",
            question=asked.text if asked else "",
            answer=asked.answer if asked else "",
            same_as=self._session.name(asked.same_as) if asked and asked.same_as is not None else "",
            faces=self._faces(asked) if asked else (),
            submit=f"{'Add to' if known else 'Enrol'} {name}" if name else "Enrol",
            can_submit=is_complete and not asked and not state.is_busy,
        )

    def _known(self, name: str) -> Person | None:
        wanted = name.strip().casefold()
        return next((person for person in self._session.people if person.name.casefold() == wanted), None)

    def _question(self, known: Person | None) -> _Question | None:
        if not self._session.searches or not self._samples:
            return None
        samples = [sample for sample, _ in self._samples]
        found = review(samples, self._session.searches, person_id=known.person_id if known else None)
        return self._too_like(found) or _unlike_own(found, known)

    def _too_like(self, found: EnrolmentReview) -> _Question | None:
        if not found.too_like:
            return None
        nearest = found.too_like[0]
        return _Question(
            f"This face is very like {self._session.name(nearest.person_id)}’s: distance {decimal(nearest.distance)}, "
            f"limit {decimal(nearest.threshold)}. Is it somebody else?",
            "Somebody else",
            same_as=nearest.person_id,
            sample=next(row for row, one in enumerate(found.samples) if one.too_like == nearest),
        )

    def _faces(self, question: _Question) -> tuple[Pixels, ...]:
        """Both faces of the question, once the store has told whether it has a picture of the other one."""
        person_id = question.same_as
        if person_id is None:
            return ()
        if person_id not in self._kept_faces:
            self._kept_faces[person_id] = None
            self._session.read(
                lambda repository: kept_face(repository, person_id), partial(self._face_read, self._turn, person_id), lambda _: None
            )
        theirs = self._kept_faces[person_id]
        return () if theirs is None else (self._samples[question.sample][0].aligned.pixels, theirs)

    def _face_read(self, turn: int, person_id: int, face: Pixels | None) -> None:
        if turn == self._turn and face is not None:
            self._kept_faces[person_id] = face
            self._show()


def _known_words(known: Person) -> str:
    return f"{known.name} agreed on {day(known.consent.given_at.astimezone().date())}. The pictures are added."


def kept_face(repository: Repository, person_id: int) -> Pixels | None:
    """The person's newest kept picture."""
    for template in reversed(repository.templates(person_id)):
        if template.has_crop and (crop := repository.crop(template.template_id)):
            return crop.pixels
    return None


def _unlike_own(found: EnrolmentReview, known: Person | None) -> _Question | None:
    far = found.unlike_own
    if far is None:
        return None
    measured = f"distance {decimal(far.distance)}, limit {decimal(far.threshold)}"
    if known:
        return _Question(
            f"This face is unlike {known.name}’s other pictures: {measured}. Is it really {known.name}?", f"It is {known.name}"
        )
    return _Question(f"The pictures are unlike each other: {measured}. Do they all show one person?", "One person")
