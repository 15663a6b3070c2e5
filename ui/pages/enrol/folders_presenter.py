"""Enrolling a folder of folders, one a person: everything is looked at and shown before anything is stored. No Qt here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from facekit.engine.port import EnginePort
from facekit.enrolment import enrol
from facekit.errors import FacekitError, ImageError, StoreError
from facekit.imaging import person_folders, read_image
from facekit.quality import advice
from facekit.sampling import CheckedPicture, PersonPlan, check_picture, person_name, plan_person
from facekit.store.base import Repository
from facekit.types import Consent, Person, Pixels, Sample
from ui.enrolment import consent_text
from ui.language import count_words, decimal, whole
from ui.pages.enrol.state import FoldersState, ImportStep, PersonRow
from ui.ports import Clock, Tasks
from ui.session import Session

CONSENT_TEXT = (
    "Everyone in these folders agrees that this computer keeps measurements of their face, to recognise them, until they are removed."
)
_ENOUGH_TO_GUESS = 3
_AT_ONCE = 10
"""Persons stored before the window is told: the gallery is read anew each time."""


@dataclass(slots=True)
class _Reading:
    """One folder while its pictures are looked at.

    Args:
        waiting: The pictures that were not looked at yet, and whose they are.
        checked: The pictures so far of the person at hand.
    """

    waiting: Iterator[tuple[str, Path, bool]]
    checked: list[CheckedPicture] = field(default_factory=list)


@dataclass(slots=True)
class _Row:
    """A person's plan, and what the one at the keyboard and the store made of it."""

    plan: PersonPlan
    details: str
    is_included: bool
    result: str = ""
    is_stored: bool = False


class FoldersPresenter:
    """One import at a time; it goes on while other pages are in front.

    Args:
        account: Who records the consent.
        show: Is given every new state.
    """

    def __init__(
        self, *, session: Session, engine: EnginePort, tasks: Tasks, clock: Clock, account: str, show: Callable[[FoldersState], None]
    ) -> None:
        self._session = session
        self._engine = engine
        self._tasks = tasks
        self._clock = clock
        self._account = account
        self._show_state = show
        self._turn = 0
        self._began_at = 0.0
        self._rows: list[_Row] = []
        self._to_store: list[int] = []
        self._reading = _Reading(iter(()))
        self.state = FoldersState(consent_text=CONSENT_TEXT)

    def choose(self, folder: Path) -> None:
        """Look at the folders in this one; nothing while another one is worked on."""
        if self.state.step in (ImportStep.READING, ImportStep.STORING):
            return
        if not self._session.searches:
            self._show(trouble="The engine is not ready yet. Choose the folder again in a moment.")
            return
        self.clear()
        self._show(step=ImportStep.READING, folder=str(folder), progress=f"Looking into {folder.name}")
        self._tasks.run(lambda: person_folders(folder), partial(self._begin, self._turn), partial(self._failed, self._turn))

    def include(self, number: int, is_included: bool) -> None:
        """Whether a person is to be stored."""
        self._rows[number].is_included = is_included
        self._show()

    def set_consent(self, has_consent: bool) -> None:
        """Whether all these people agree."""
        self._show(has_consent=has_consent)

    def set_keeps_crops(self, keeps_crops: bool) -> None:
        """Whether the pictures may be kept beside the measurements."""
        self._allow_training(keeps_crops and self.state.allows_training, keeps_crops=keeps_crops)

    def set_allows_training(self, allows_training: bool) -> None:
        """Whether the pictures may be trained on."""
        self._allow_training(allows_training)

    def cancel(self) -> None:
        """Stop what goes on: reading ends with the persons read so far, storing after the person at hand."""
        if self.state.step is ImportStep.READING:
            self._turn += 1
            self._show(step=ImportStep.REVIEW if self._rows else ImportStep.CHOOSING)
        elif self.state.step is ImportStep.STORING:
            self._to_store.clear()

    def clear(self) -> None:
        """Begin anew; what is stored stays."""
        self._turn += 1
        self._rows.clear()
        self.state = FoldersState(consent_text=CONSENT_TEXT, keeps_crops=self._session.settings.keep_crops)
        self._show()

    def submit(self) -> None:
        """Store everyone who is included, one after the other."""
        if not self.state.can_submit:
            return
        self._to_store = [number for number, row in enumerate(self._rows) if row.is_included]
        self._began_at = self._clock.monotonic()
        consent = Consent(self.state.consent_text, self._clock.now(), self._account, keep_crops=self.state.keeps_crops)
        self._show(step=ImportStep.STORING, total=len(self._to_store), finished=0, trouble="")
        self._store_next(consent)

    def _allow_training(self, allows_training: bool, **changes: object) -> None:
        text = consent_text(CONSENT_TEXT, allows_training=allows_training)
        self._show(allows_training=allows_training, consent_text=text, **changes)

    def _begin(self, turn: int, folders: Mapping[str, tuple[Path, ...]]) -> None:
        if turn != self._turn:
            return
        waiting = ((name, path, path == paths[-1]) for name, paths in folders.items() for path in paths)
        self._reading = _Reading(waiting)
        self._began_at = self._clock.monotonic()
        self._show(total=sum(map(len, folders.values())), finished=0)
        self._read_next(turn)

    def _read_next(self, turn: int) -> None:
        if turn != self._turn:
            return
        following = next(self._reading.waiting, None)
        if following is None:
            self._show(step=ImportStep.REVIEW)
            return
        name, path, is_last = following
        checked = partial(self._looked_at, turn, name, path, is_last)
        self._tasks.run(partial(read_image, path), partial(self._read, turn, checked), checked)

    def _read(self, turn: int, checked: Callable[[tuple[Sample, ...] | FacekitError], None], pixels: Pixels) -> None:
        if turn == self._turn:
            self._engine.take_samples(pixels, checked)

    def _looked_at(self, turn: int, name: str, path: Path, is_last: bool, answer: tuple[Sample, ...] | FacekitError) -> None:
        if turn != self._turn:
            return
        if isinstance(answer, FacekitError) and not isinstance(answer, ImageError):
            self._stop(answer)
            return
        self._reading.checked.append(_checked(path, answer))
        if is_last and not self._plan(name):
            return
        self._show(finished=self.state.finished + 1)
        self._read_next(turn)

    def _plan(self, folder: str) -> bool:
        """Whether the person's pictures could be planned."""
        searches = self._session.searches
        pictures, self._reading.checked = self._reading.checked, []
        name = person_name(folder)
        known = next((person for person in self._session.people if person.name.casefold() == name.casefold()), None)
        try:
            if not searches:
                raise StoreError("The gallery is not there any more.", hint="Choose the folder again when the engine is ready.")
            plan = plan_person(name, pictures, known=known, searches=searches, earlier=[row.plan for row in self._rows])
        except FacekitError as error:  # the encoder was changed on the way
            self._stop(error)
            return False
        self._rows.append(_Row(plan, _details(plan), plan.is_clear))
        return True

    def _stop(self, error: FacekitError) -> None:
        self.cancel()
        self._show(trouble=str(error))

    def _failed(self, turn: int, error: FacekitError) -> None:
        if turn == self._turn:
            self._show(step=ImportStep.CHOOSING, trouble=str(error))

    def _store_next(self, consent: Consent) -> None:
        if not self._to_store:
            self._show(step=ImportStep.DONE)
            return
        rows = [self._rows[number] for number in self._to_store[:_AT_ONCE]]
        del self._to_store[:_AT_ONCE]
        plans = [row.plan for row in rows]
        self._session.change(
            lambda repository: [_enrolled(repository, plan, consent) for plan in plans],
            partial(self._stored, rows, consent),
            partial(self._not_stored, rows, consent),
        )

    def _stored(self, rows: list[_Row], consent: Consent, answers: list[Person | FacekitError]) -> None:
        for row, answer in zip(rows, answers, strict=True):
            if isinstance(answer, FacekitError):
                row.result = f"not enrolled: {answer}"
            else:
                row.is_stored, added = True, count_words(len(row.plan.usable), "picture")
                row.result = f"enrolled: {added} added, {answer.template_count} in all"
        self._show(finished=self.state.finished + len(rows))
        self._store_next(consent)

    def _not_stored(self, rows: list[_Row], consent: Consent, error: FacekitError) -> None:
        self._stored(rows, consent, [error] * len(rows))

    def _show(self, **changes: object) -> None:
        state = replace(self.state, **changes)  # type: ignore[arg-type]  # the names are those of FoldersState
        rows = tuple(self._row(number, row, state.step) for number, row in self._ordered(state.step))
        included = sum(row.is_included for row in rows)
        self.state = replace(
            state,
            rows=rows,
            progress=self._progress(state),
            summary=self._summary(state.step, rows),
            submit=f"Enrol {count_words(included, 'person', 'people')}",
            can_submit=state.step is ImportStep.REVIEW and state.has_consent and included > 0,
        )
        self._show_state(self.state)

    def _ordered(self, step: ImportStep) -> list[tuple[int, _Row]]:
        """Those that ask for a look come first, once all are there; a tick moves nobody."""
        numbered = list(enumerate(self._rows))
        if step is ImportStep.REVIEW:
            return sorted(numbered, key=lambda row: row[1].plan.is_clear)
        return sorted(numbered, key=lambda row: row[1].is_stored) if step is ImportStep.DONE else numbered

    def _row(self, number: int, row: _Row, step: ImportStep) -> PersonRow:
        plan = row.plan
        return PersonRow(
            number,
            plan.name,
            len(plan.usable),
            len(plan.refused),
            len(plan.enrolled),
            row.result or self._remark(plan, step),
            row.details,
            row.is_included,
            bool(plan.usable),
        )

    def _remark(self, plan: PersonPlan, step: ImportStep) -> str:
        doubt, advice = self._doubt(plan)
        if step is ImportStep.DONE:
            return f"left out: {doubt or 'not ticked'}"
        if doubt:
            return f"{doubt}: {advice}" if advice else doubt
        return "enrolled already: these pictures are added" if plan.known else "new"

    def _doubt(self, plan: PersonPlan) -> tuple[str, str]:
        """Why the person is not stored without a word, and when to do it all the same."""
        if not plan.usable:
            return "all pictures are enrolled already" if plan.enrolled else "no picture can be used", ""
        if plan.found.too_like:
            nearest = plan.found.too_like[0]
            name, measured = (
                self._session.name(nearest.person_id),
                f"distance {decimal(nearest.distance)}, limit {decimal(nearest.threshold)}",
            )
            return f"too like {name} ({measured})", "tick it if it is somebody else"
        if plan.earlier:
            return f"too like the folder {plan.earlier}", "tick it if it is somebody else"
        if plan.found.unlike_own is not None:
            whose = f"unlike {plan.known.name}’s other pictures" if plan.known else "pictures unlike each other"
            return f"{whose} (distance {decimal(plan.found.unlike_own.distance)})", "tick it if they show one person"
        return "", ""

    def _progress(self, state: FoldersState) -> str:
        if state.step not in (ImportStep.READING, ImportStep.STORING) or not state.total:
            return state.progress
        what, things = ("Looking at", "pictures") if state.step is ImportStep.READING else ("Enrolling", "people")
        left = ""
        if state.finished >= _ENOUGH_TO_GUESS:
            seconds = (self._clock.monotonic() - self._began_at) / state.finished * (state.total - state.finished)
            left = f" · about {_duration(seconds)} left"
        return f"{what} {whole(state.finished)} of {whole(state.total)} {things}{left}"

    def _summary(self, step: ImportStep, rows: tuple[PersonRow, ...]) -> str:
        if step is ImportStep.DONE:
            stored = [row for row in self._rows if row.is_stored]
            pictures = sum(len(row.plan.usable) for row in stored)
            left = len(self._rows) - len(stored)
            others = f" {count_words(left, 'folder')} left out; the table says why." if left else ""
            return f"{count_words(len(stored), 'person', 'people')} enrolled with {count_words(pictures, 'picture')}.{others}"
        words = {"usable": "usable", "refused": "refused", "enrolled": "enrolled already"}
        counted = {said: sum(getattr(row, part) for row in rows) for part, said in words.items()}
        parts = [count_words(len(rows), "person", "people"), *(f"{whole(count)} {said}" for said, count in counted.items() if count)]
        return " · ".join(parts) if rows else ""


def _enrolled(repository: Repository, plan: PersonPlan, consent: Consent) -> Person | FacekitError:
    """The person stored, each in a transaction of their own, or why not: one who cannot be stored does not keep back the others."""
    try:
        return enrol(repository, plan.name, consent, plan.templates())
    except FacekitError as error:
        return error


def _checked(path: Path, answer: tuple[Sample, ...] | FacekitError) -> CheckedPicture:
    if isinstance(answer, FacekitError):
        return CheckedPicture(path, refusal=answer.message.replace(str(path), "it").rstrip("."))
    return check_picture(path, answer)


def _details(plan: PersonPlan) -> str:
    refused = [f"{picture.path.name}: {picture.refusal}" for picture in plan.refused]
    enrolled = [f"{picture.path.name}: enrolled already" for picture in plan.enrolled]
    poor = [
        f"{picture.path.name}: usable, better: {', '.join(map(advice, picture.sample.quality.issues))}"
        for picture in plan.usable
        if picture.sample is not None and picture.sample.quality.issues
    ]
    return "\n".join((*refused, *enrolled, *poor))


def _duration(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"
