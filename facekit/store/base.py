"""What every store of enrolled persons promises. The SQL behind it and the fake for tests pass one contract suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from facekit.matching.gallery import Gallery
from facekit.types import AlignedFace, Consent, Embedding, EncoderKey, Exclusion, Outcome, Person, Quality, Template


@dataclass(frozen=True, slots=True, eq=False)
class NewTemplate:
    """A template that is to be stored.

    Args:
        source: What it was made from: a file's name, "camera NAME"; never a full path.
        crop: The aligned picture; stored only where the person's consent says keep_crops.
    """

    embedding: Embedding
    quality: Quality
    source: str
    crop: AlignedFace | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One sighting.

    Args:
        seen_at, seen_until: From when to when the face was in view.
        person_id: None for a face that was not recognized, and after the person was removed.
        distance: d to the nearest template; None where nothing was compared.
    """

    event_id: int
    seen_at: datetime
    seen_until: datetime
    outcome: Outcome
    person_id: int | None
    distance: float | None
    source: str


class ChangeKind(StrEnum):
    """What was done about the encoder."""

    PROMOTE = "promote"
    ROLL_BACK = "roll_back"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class NewChange:
    """A change of encoder that is to be recorded.

    Args:
        old: The active one until then; of a release, the one that is let go.
        new: The active one from then on.
        evidence: What spoke for it, as JSON; empty where nothing was measured.
        reason: Typed by the person who forced it; empty where nothing was forced.
    """

    kind: ChangeKind
    old: EncoderKey
    new: EncoderKey
    evidence: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EncoderChange:
    """One entry of the record."""

    changed_at: datetime
    change: NewChange


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far what is enrolled has moved to an encoder.

    Args:
        people: How many are enrolled.
        across: How many of them the encoder knows.
        to_encode: The ids of the templates that it has not made and whose crops are kept, oldest first.
        needing: Those whom it does not know and of whom no crop is kept, by name: it takes a new picture.
    """

    people: int
    across: int
    to_encode: tuple[int, ...]
    needing: tuple[Person, ...]


class Repository(Protocol):
    """Enrolled persons, their templates, crops and sightings.

    Every method is one transaction: afterwards all of it is stored, or none. Names are unique without regard to case and
    surrounding space. All may raise StoreError and its kinds.
    """

    def enrol(self, name: str, consent: Consent, templates: Sequence[NewTemplate]) -> Person:
        """A new person with their first templates.

        Raises:
            PersonExistsError: The name is taken.
            ConsentMissingError: The consent has no text.
            ValueError: No template, or an empty name.
        """
        ...

    def add_templates(self, person_id: int, templates: Sequence[NewTemplate]) -> Person:
        """More templates for an enrolled person; crops only as their consent allows.

        Raises:
            PersonNotFoundError: No such person.
        """
        ...

    def people(self) -> tuple[Person, ...]:
        """Everyone, by name without regard to case."""
        ...

    def person(self, person_id: int) -> Person:
        """One person. Raises PersonNotFoundError."""
        ...

    def find(self, name: str) -> Person:
        """The person of that name. Raises PersonNotFoundError, with the nearest names in the hint."""
        ...

    def change_consent(self, person_id: int, consent: Consent) -> Person:
        """The person with this consent in place of the former; crops and copies of them that it does not allow are deleted.

        Raises:
            PersonNotFoundError: No such person.
            ConsentMissingError: The consent has no text.
        """
        ...

    def rename(self, person_id: int, name: str) -> Person:
        """The person under another name. Raises PersonNotFoundError, PersonExistsError."""
        ...

    def remove(self, person_id: int) -> None:
        """Delete the person, their templates, crops and consent; their events stay without a name. Raises PersonNotFoundError.

        The bytes are overwritten, and copies of the database and of crops that hold them are deleted.
        """
        ...

    def set_aside(self, person_id: int) -> None:
        """Hide the person from every other method, until put_back or remove. Raises PersonNotFoundError.

        Whoever is still set aside when the database is opened after this program has let it go is removed then: a crash brings nobody
        back. Another program that opens it meanwhile changes nothing.
        """
        ...

    def put_back(self, person_id: int) -> Person:
        """A person who was set aside, as before. Raises PersonNotFoundError when removed meanwhile, PersonExistsError."""
        ...

    def merge(self, person_id: int, other_id: int) -> Person:
        """The first person with the templates and sightings of the second, who is removed.

        The first one's name and consent stay; crops only as it allows. What was said not to be either is forgotten: it was said of
        one and may show the other. Raises PersonNotFoundError; ValueError for one and the same.
        """
        ...

    def templates(self, person_id: int) -> tuple[Template, ...]:
        """A person's templates of every encoder, oldest first."""
        ...

    def remove_template(self, template_id: int) -> None:
        """Delete one template and its crop. Raises StoreError for an unknown id or the person's last template."""
        ...

    def crop(self, template_id: int) -> AlignedFace | None:
        """The kept aligned picture, lossless, or None."""
        ...

    def note_copies(self, folder: Path) -> None:
        """Remember that crops are copied to this folder, laid out as facekit.store.copies says: what is deleted here goes there too."""
        ...

    def exclude(self, person_id: int, embedding: Embedding, source: str) -> Exclusion:
        """Remember that a face is not this person, by the template of the encoder that took it for them.

        It goes with the person, with the encoder when that is let go, and when the person is merged.

        Raises:
            PersonNotFoundError: No such person.
            ValueError: A vector that is not of unit length or of another size than the encoder's others.
        """
        ...

    def exclusions(self, person_id: int) -> tuple[Exclusion, ...]:
        """The faces that were said not to be a person, oldest first. Raises PersonNotFoundError."""
        ...

    def remove_exclusion(self, exclusion_id: int) -> None:
        """Take back that a face is not somebody; its bytes are overwritten. Raises StoreError for an unknown id."""
        ...

    def gallery(self, key: EncoderKey) -> Gallery:
        """All templates and exclusions of one encoder with one weight hash, ready to search.

        Its revision grows with every change of the store.
        """
        ...

    def galleries(self, keys: Sequence[EncoderKey]) -> tuple[Gallery, ...]:
        """A gallery an encoder, all of one moment: in each only the people whom no gallery before it has, so that nobody is in two."""
        ...

    def people_without(self, keys: Sequence[EncoderKey]) -> tuple[Person, ...]:
        """Those who have no template of any of these encoders, by name: whom a search by them cannot find."""
        ...

    def coverage(self, key: EncoderKey) -> Coverage:
        """How far what is enrolled has moved to this encoder."""
        ...

    def add_embeddings(self, made: Sequence[tuple[int, Embedding]]) -> int:
        """Store what another encoder made of stored templates, by their ids, beside what they have; how many were new.

        A template that was removed meanwhile is passed over, and so is one that the encoder has made already. Raises ValueError for a
        vector that is not of unit length or of another size than the encoder's others.
        """
        ...

    def active_encoder(self) -> EncoderKey | None:
        """The one that the newest change made active; None while nothing was ever changed: then the program's own is."""
        ...

    def encoder_changes(self) -> tuple[EncoderChange, ...]:
        """The record of changes, the newest first."""
        ...

    def switch_encoder(self, change: NewChange) -> EncoderChange:
        """Make another encoder the active one and record why. Raises StoreError where `change.old` is not the active one any more."""
        ...

    def release_encoder(self, key: EncoderKey, active: EncoderKey) -> int:
        """Delete what an encoder made, and record it; how many embeddings. Their bytes are overwritten.

        Raises:
            StoreError: It is the active one, or the only one that knows somebody: nobody may be lost.
        """
        ...

    def encoder_counts(self) -> dict[EncoderKey, int]:
        """How many templates each encoder has: shows what a change of model would leave behind."""
        ...

    def add_event(
        self,
        outcome: Outcome,
        source: str,
        *,
        person_id: int | None = None,
        distance: float | None = None,
        seen: tuple[datetime, datetime] | None = None,
    ) -> int:
        """Record a sighting; its id. Raises PersonNotFoundError.

        Args:
            seen: From when to when, with time zones; None: now.
        """
        ...

    def change_event(
        self, event_id: int, outcome: Outcome, *, person_id: int | None, distance: float | None, seen: tuple[datetime, datetime]
    ) -> bool:
        """Say of a sighting that goes on what is known now; False where it was removed. Raises PersonNotFoundError."""
        ...

    def remove_event(self, event_id: int) -> None:
        """Delete one sighting, which another has taken up; nothing where it is gone."""
        ...

    def events(self, *, limit: int = 1000, person_id: int | None = None, outcome: Outcome | None = None) -> tuple[Event, ...]:
        """The newest sightings first: all, or those of one person or outcome."""
        ...

    def remove_events(self, *, before: datetime | None = None) -> int:
        """Delete every sighting, or those that began before a moment; how many. The bytes are overwritten."""
        ...

    def close(self) -> None:
        """Let go of the database. Further calls raise StoreError."""
        ...
