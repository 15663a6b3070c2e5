"""The list of enrolled people: renaming and removing. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from facekit.errors import FacekitError
from facekit.store.base import Repository
from facekit.types import Person
from ui.session import Session


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the list; the texts are ready to be shown."""

    person_id: int
    name: str
    template_count: int
    enrolled: str


@dataclass(frozen=True, slots=True)
class PeopleState:
    """The People page.

    Args:
        is_loaded: False until the store has answered for the first time.
        question: Asked before a removal; empty when none is pending.
    """

    rows: tuple[PersonRow, ...] = ()
    is_loaded: bool = False
    question: str = ""


class PeoplePresenter:
    """Turns the session's people into one PeopleState after another."""

    def __init__(self, *, session: Session, show: Callable[[PeopleState], None]) -> None:
        self._session = session
        self._show_state = show
        self._pending: PersonRow | None = None
        self.state = PeopleState()
        session.observe(self._changed)

    def refresh(self) -> None:
        """Read the list again."""
        self._session.refresh()

    def rename(self, person_id: int, name: str) -> None:
        """Give a person another name; where that fails, the list shows the old one again."""
        self._session.change(partial(_rename, person_id=person_id, name=name), self._renamed, self._failed)

    def ask_to_remove(self, person_id: int) -> None:
        """Ask whether this person is really to be removed."""
        self._pending = next((row for row in self.state.rows if row.person_id == person_id), None)
        self._show()

    def keep(self) -> None:
        """Do not remove anybody."""
        self._pending = None
        self._show()

    def remove(self) -> None:
        """Remove the person that was asked about."""
        if row := self._pending:
            self._pending = None
            self._session.change(
                lambda repository: repository.remove(row.person_id),
                lambda _: self._session.say(f"{row.name} and all that was kept of them are deleted."),
                self._failed,
            )

    def _renamed(self, person: Person) -> None:
        self._session.say(f"The name is now {person.name}.")

    def _failed(self, error: FacekitError) -> None:
        self._session.fail(error)
        self._show()

    def _changed(self) -> None:
        self.state = replace(self.state, rows=tuple(_row(person) for person in self._session.people), is_loaded=self._session.is_open)
        if self._pending not in self.state.rows:
            self._pending = None
        self._show()

    def _show(self) -> None:
        self.state = replace(self.state, question=_question(self._pending) if self._pending else "")
        self._show_state(self.state)


def _rename(repository: Repository, *, person_id: int, name: str) -> Person:
    return repository.rename(person_id, name)


def _row(person: Person) -> PersonRow:
    return PersonRow(person.person_id, person.name, person.template_count, f"{person.created_at.astimezone():%d %b %Y, %H:%M}")


def _question(row: PersonRow) -> str:
    templates = f"{row.template_count} template{'' if row.template_count == 1 else 's'}"
    return f"Remove {row.name} with {templates}? All that was kept of this person is deleted for good."
