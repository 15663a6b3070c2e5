"""The enrolled people: searching, renaming, merging, and removing with undo. No Qt here."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from facekit import quality
from facekit.errors import FacekitError, PersonNotFoundError
from facekit.store.base import Repository
from facekit.types import Exclusion, Person, Pixels, Template
from ui.language import count_words, day_and_time
from ui.pages.people.state import Detail, ExclusionRow, PeopleState, PersonRow, TemplateRow
from ui.ports import Clock
from ui.session import Session

_FACES_KEPT = 400


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """What is kept of one person."""

    templates: tuple[tuple[Template, Pixels | None], ...]
    exclusions: tuple[Exclusion, ...]


class PeoplePresenter:
    """Turns the session's people and what is chosen among them into one PeopleState after another.

    Args:
        account: Who records a change of consent.
    """

    def __init__(self, *, session: Session, clock: Clock, account: str, show: Callable[[PeopleState], None]) -> None:
        self._session = session
        self._clock = clock
        self._account = account
        self._show_state = show
        self._known: dict[int, Person] = {}
        self._removed: list[Person] = []
        self._asked_for: set[int] = set()
        self._turn = 0
        self._before: tuple[int, str] = (-1, "")
        self.state = PeopleState()
        session.observe(self._changed)
        self._changed()

    def search(self, query: str) -> None:
        """List only those in whose names every word of the query occurs."""
        self._show(query=query)
        self.choose(self.state.chosen)

    def choose(self, person_ids: Iterable[int]) -> None:
        """Show these people, and forget what was asked about others."""
        wanted = set(person_ids)
        chosen = tuple(row.person_id for row in self.state.rows if row.person_id in wanted)
        self._turn += 1
        self._show(chosen=chosen, detail=self._bare_detail(chosen))
        if len(chosen) == 1:
            self._session.read(partial(_kept_of, person_id=chosen[0]), partial(self._loaded, self._turn), self._not_loaded)

    def want_faces(self, person_ids: Iterable[int]) -> None:
        """Load a kept picture of each of these people, as far as there is one."""
        missing = [person_id for person_id in person_ids if person_id in self._known and person_id not in self._asked_for]
        self._asked_for.update(missing)
        if missing:
            self._session.read(partial(_faces_of, person_ids=missing), self._faces_loaded, self._session.fail)

    def rename(self, person_id: int, name: str) -> None:
        """Give a person another name; where that fails, the list shows the old one again."""
        self._session.change(lambda repository: repository.rename(person_id, name), self._renamed, self._failed)

    def set_allows_training(self, allows_training: bool) -> None:
        """Record that the chosen person agrees to their kept pictures being trained on, or does no longer."""
        person = self._known.get(self.state.detail.person_id) if self.state.detail else None
        if person is None:
            return
        agreed = person.consent.with_training(given_at=self._clock.now(), recorded_by=self._account)
        consent = agreed if allows_training else person.consent.without_training()
        self._session.change(lambda repository: repository.change_consent(person.person_id, consent), self._consent_changed, self._failed)

    def merge(self, person_id: int) -> None:
        """Make one person of the two that are chosen; this one's name and consent stay."""
        others = [row.person_id for row in self.state.pair if row.person_id != person_id]
        if len(others) == 1:
            self._session.change(
                lambda repository: repository.merge(person_id, others[0]), partial(self._merged, self._name(others[0])), self._failed
            )

    def remove(self) -> None:
        """Set the chosen people aside; until the window closes they can be brought back."""
        for person_id in self.state.chosen:
            if person := self._known.get(person_id):
                self._session.change(partial(_set_aside, person_id=person_id), partial(self._set_aside, person), self._failed)

    def undo(self) -> None:
        """Bring back whom was removed last."""
        if self._removed:
            person = self._removed[-1]
            self._session.change(
                lambda repository: repository.put_back(person.person_id), self._put_back, partial(self._not_put_back, person)
            )

    def finish_removal(self) -> None:
        """Delete for good whoever can still be brought back."""
        gone, self._removed = tuple(self._removed), []
        if gone:
            self._show()
            self._session.change(
                partial(_delete, person_ids=[person.person_id for person in gone]), lambda _: self._deleted(gone), self._session.fail
            )

    def ask_about(self, template_id: int) -> None:
        """Ask whether this template is to be deleted; 0: do not ask any more."""
        if self.state.detail:
            self._show(detail=replace(self.state.detail, asks_about=template_id))

    def remove_template(self) -> None:
        """Delete the template that was asked about."""
        if (detail := self.state.detail) and detail.asks_about:
            self._session.change(
                partial(_remove_template, template_id=detail.asks_about),
                lambda _: self._session.say(f"The template of {detail.name} is deleted."),
                self._failed,
            )

    def take_back(self, exclusion_id: int) -> None:
        """Forget that a face is not the chosen person."""
        if detail := self.state.detail:
            self._session.change(
                lambda repository: repository.remove_exclusion(exclusion_id),
                lambda _: self._session.say(f"It is taken back that the face is not {detail.name}."),
                self._failed,
            )

    def _loaded(self, turn: int, found: _Kept) -> None:
        if turn == self._turn and self.state.detail:
            rows = tuple(self._template_row(template, pixels) for template, pixels in found.templates)
            excluded = tuple(self._exclusion_row(exclusion) for exclusion in found.exclusions)
            self._show(
                detail=replace(self.state.detail, templates=rows, exclusions=excluded, is_loaded=True, can_remove_template=len(rows) > 1)
            )

    def _not_loaded(self, error: FacekitError) -> None:
        if not isinstance(error, PersonNotFoundError):  # removed meanwhile: the list will follow
            self._session.fail(error)

    def _faces_loaded(self, found: dict[int, Pixels | None]) -> None:
        faces = {**self.state.faces, **found}
        for person_id in list(faces)[: max(0, len(faces) - _FACES_KEPT)]:
            del faces[person_id]
            self._asked_for.discard(person_id)
        self._show(faces=faces)

    def _renamed(self, person: Person) -> None:
        self._session.say(f"The name is now {person.name}.")

    def _consent_changed(self, person: Person) -> None:
        may = "may be trained on" if person.consent.covers_training else "are not trained on any more, and copies made for it are deleted"
        self._session.say(f"{person.name}’s pictures {may}.")

    def _merged(self, other: str, person: Person) -> None:
        self._session.say(f"{other} is merged into {person.name}, who has {count_words(person.template_count, 'template')} now.")
        self.choose((person.person_id,))

    def _set_aside(self, person: Person, _: None) -> None:
        self._removed.append(person)
        self._show()

    def _put_back(self, person: Person) -> None:
        self._removed = [gone for gone in self._removed if gone.person_id != person.person_id]
        self._session.say(f"{person.name} is back.")
        self._show()
        self.choose((person.person_id,))

    def _not_put_back(self, person: Person, error: FacekitError) -> None:
        if isinstance(error, PersonNotFoundError):
            self._removed.remove(person)
            error = FacekitError(f"{person.name} cannot be brought back:", hint="another window or command has finished the removal.")
        self._failed(error)

    def _deleted(self, people: tuple[Person, ...]) -> None:
        self._session.say(f"{_names(people)} and all that was kept of them are deleted.")

    def _failed(self, error: FacekitError) -> None:
        self._session.fail(error)
        self._show()

    def _changed(self) -> None:
        """The list may be another; what is chosen is looked at again only where it is."""
        known = {person.person_id: person for person in self._session.people}
        before, self._before = self._before, (self._session.gallery_revision, self._session.settings.language)
        is_same = known == self._known and self._session.is_open == self.state.is_loaded and before == self._before
        if is_same and self._session.store_trouble == self.state.trouble:
            return
        stale = {person_id for person_id, person in self._known.items() if known.get(person_id) != person}
        self._known = known
        self._asked_for -= stale
        self._show(faces={person_id: face for person_id, face in self.state.faces.items() if person_id not in stale})
        self.choose(self.state.chosen)

    def _show(self, **changes: object) -> None:
        state = replace(self.state, **changes)  # type: ignore[arg-type]  # the names are those of PeopleState
        words = _folded(state.query).split()
        found = [person for person in self._known.values() if all(word in _folded(person.name) for word in words)]
        rows = tuple(_row(person, needs_picture=person in self._session.needing) for person in found)
        chosen = tuple(row for row in rows if row.person_id in state.chosen)
        self.state = replace(
            state,
            rows=rows,
            total=len(self._known),
            is_loaded=self._session.is_open,
            chosen=tuple(row.person_id for row in chosen),
            pair=chosen if len(chosen) == 2 else (),
            removed=_removed_words(self._removed),
            trouble=self._session.store_trouble,
        )
        self._show_state(self.state)

    def _bare_detail(self, chosen: tuple[int, ...]) -> Detail | None:
        """What is known at once; the templates of the person shown before stay until they are read anew."""
        if len(chosen) != 1:
            return None
        person, before = self._known[chosen[0]], self.state.detail
        is_same = before is not None and before.person_id == person.person_id
        consent = person.consent
        pictures = "Face pictures may be kept." if consent.keep_crops else "No face pictures are kept."
        return Detail(
            person.person_id,
            person.name,
            consent.text,
            f"Given {day_and_time(consent.given_at)}, recorded by {consent.recorded_by}. {pictures}",
            consent.covers_training,
            consent.keep_crops,
            before.templates if before and is_same else (),
            before.exclusions if before and is_same else (),
            is_loaded=bool(before and is_same and before.is_loaded),
            can_remove_template=person.template_count > 1,
            note=self._note(person),
        )

    def _note(self, person: Person) -> str:
        if person not in self._session.needing:
            return ""
        until = "nobody recognises them" if person in self._session.lost else "the encoder before goes on recognising them"
        return f"Needs a new picture: none is kept that the encoder in use could be shown. Until then {until}."

    def _template_row(self, template: Template, pixels: Pixels | None) -> TemplateRow:
        notes = [quality.advice(issue) for issue in template.quality.issues]
        card = self._session.card
        if card is not None and card.key not in template.keys:
            notes.append(f"made by {template.keys[0].encoder_id}, not by the encoder in use")
        return TemplateRow(template.template_id, f"{day_and_time(template.created_at)}\n{template.source}", ", ".join(notes), pixels)

    def _exclusion_row(self, exclusion: Exclusion) -> ExclusionRow:
        key = exclusion.embedding.key
        is_used = any(card.key == key for card in self._session.cards) or not self._session.cards
        note = "" if is_used else f"made by {key.encoder_id}: not used by the encoder in use"
        return ExclusionRow(exclusion.exclusion_id, f"{day_and_time(exclusion.created_at)}\n{exclusion.source}", note)

    def _name(self, person_id: int) -> str:
        return self._known[person_id].name


def _set_aside(repository: Repository, *, person_id: int) -> None:
    repository.set_aside(person_id)


def _remove_template(repository: Repository, *, template_id: int) -> None:
    repository.remove_template(template_id)


def _delete(repository: Repository, *, person_ids: list[int]) -> None:
    for person_id in person_ids:
        try:
            repository.remove(person_id)
        except PersonNotFoundError:
            continue  # another program was faster


def _kept_of(repository: Repository, *, person_id: int) -> _Kept:
    templates = tuple((template, _pixels(repository, template)) for template in repository.templates(person_id))
    return _Kept(templates, repository.exclusions(person_id))


def _faces_of(repository: Repository, *, person_ids: list[int]) -> dict[int, Pixels | None]:
    found: dict[int, Pixels | None] = {}
    for person_id in person_ids:
        try:
            template = next((template for template in repository.templates(person_id) if template.has_crop), None)
        except PersonNotFoundError:
            continue  # removed meanwhile
        found[person_id] = _pixels(repository, template) if template else None
    return found


def _pixels(repository: Repository, template: Template) -> Pixels | None:
    crop = repository.crop(template.template_id) if template.has_crop else None
    return crop.pixels if crop else None


def _row(person: Person, *, needs_picture: bool) -> PersonRow:
    note = "needs a new picture" if needs_picture else ""
    return PersonRow(person.person_id, person.name, person.template_count, day_and_time(person.created_at), note)


def _names(people: Iterable[Person]) -> str:
    names = [person.name for person in people]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _removed_words(people: list[Person]) -> str:
    if not people:
        return ""
    is_or_are = "is" if len(people) == 1 else "are"
    return f"{_names(people)} {is_or_are} removed. What was kept of them is deleted for good when this window closes."


def _folded(text: str) -> str:
    """Without regard to case and accents."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return bare.casefold()
