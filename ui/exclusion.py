"""Saying that a face is not who it was taken for: asked once, then remembered. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from facekit.errors import FacekitError
from facekit.matching.decide import Search, probe_for
from facekit.store.base import Repository
from facekit.types import Embedding, Exclusion, Sample
from ui.session import Session


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    person_id: int
    sample: Sample
    source: str


class ExclusionQuestion:
    """One question at a time.

    Args:
        changed: Called when there is another question, or none.
    """

    def __init__(self, *, session: Session, changed: Callable[[], None]) -> None:
        self._session = session
        self._changed = changed
        self._asked: _Asked | None = None

    @property
    def words(self) -> str:
        """What is asked; empty where nothing is."""
        if self._asked is None:
            return ""
        name = self._session.name(self._asked.person_id)
        return (
            f"Remember that this face is not {name}? Its template is kept, no picture. Faces nearer to it than to their own templates "
            "are not called by that name any more. It can be taken back in People."
        )

    def ask(self, person_id: int, sample: Sample, source: str) -> None:
        """Ask whether the face of this sample is to be remembered as not being that person."""
        self._asked = _Asked(person_id, sample, source)
        self._changed()

    def decline(self) -> None:
        """Remember nothing."""
        if self._asked:
            self._asked = None
            self._changed()

    def confirm(self) -> None:
        """Remember it, by the encoder that knows the person."""
        asked, self._asked = self._asked, None
        self._changed()
        search = self._search(asked.person_id) if asked else None
        if asked is None or search is None:
            return
        try:
            embedding = probe_for(search, asked.sample.embeddings)
        except FacekitError as error:  # the encoder was changed since the face was looked at
            self._session.fail(error)
            return
        self._session.change(lambda repository: _exclude(repository, asked, embedding), self._remembered, self._session.fail)

    def _search(self, person_id: int) -> Search | None:
        return next((search for search in self._session.searches if person_id in search.gallery.person_ids), None)

    def _remembered(self, exclusion: Exclusion) -> None:
        self._session.say(f"It is remembered that this face is not {self._session.name(exclusion.person_id)}.")


def _exclude(repository: Repository, asked: _Asked, embedding: Embedding) -> Exclusion:
    return repository.exclude(asked.person_id, embedding, asked.source)
