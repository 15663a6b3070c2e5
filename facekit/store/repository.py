"""The Repository protocol in SQL. Every public method is one transaction; no row and no SQLAlchemy type leaves this module."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, Select, delete, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from facekit.errors import StoreError
from facekit.imaging import decode, encode_png
from facekit.matching.gallery import Gallery, disjoint
from facekit.store import exclusions, moves
from facekit.store.aside import AsideLock
from facekit.store.backups import delete_backups
from facekit.store.base import Coverage, EncoderChange, Event, NewChange, NewTemplate
from facekit.store.checks import (
    check_consent,
    check_size,
    check_templates,
    check_two,
    clean_name,
    hidden_key,
    last_template,
    name_key,
    name_taken,
    no_person,
    no_person_named,
    no_template,
    plain_text,
)
from facekit.store.connection import damaged, empty_journal, translated, writer
from facekit.store.forgetting import forget_copies, note_copies
from facekit.store.moves import is_enrolled, is_known_to, made_by, vector_size
from facekit.store.rows import consent_row, template_row, to_embedding, to_event, to_matrix, to_person, to_template, vector_row
from facekit.store.schema import consents, crops, events, persons, revision, templates, vectors
from facekit.store.schema import exclusions as said_not
from facekit.types import AlignedFace, Consent, Embedding, EncoderKey, Exclusion, Outcome, Person, Template

logger = logging.getLogger(__name__)

_template_count = select(func.count()).where(templates.c.person_id == persons.c.id).scalar_subquery()
_PEOPLE: Select[Any] = select(persons, consents, _template_count.label("template_count")).join(consents).where(is_enrolled)
_TEMPLATES: Select[Any] = select(templates, exists().where(crops.c.template_id == templates.c.id).label("has_crop"))


class SqlRepository:
    """Enrolled persons in a SQL database; see facekit.store.base.Repository. Safe to share between threads.

    Deleting deletes: removed bytes are overwritten in the file, the journal that may hold older copies of them is emptied, and
    the backups of earlier migrations and the copies for a training, which would hold them too, are deleted.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = writer(engine)
        self._database = str(engine.url.database)
        self._aside = AsideLock(Path(self._database))
        self._is_closed = False

    def enrol(self, name: str, consent: Consent, templates: Sequence[NewTemplate]) -> Person:
        """A new person with their first templates; see Repository.enrol."""
        name = clean_name(name)
        check_consent(consent)
        sizes = check_templates(templates)
        with self._changing() as connection:
            person_id = _insert_person(connection, name)
            connection.execute(insert(consents), consent_row(person_id, consent))
            _insert_templates(connection, person_id, templates, sizes, keep_crops=consent.keep_crops)
            return _person(connection, person_id)

    def add_templates(self, person_id: int, templates: Sequence[NewTemplate]) -> Person:
        """More templates for an enrolled person; see Repository.add_templates."""
        sizes = check_templates(templates)
        with self._changing() as connection:
            keep_crops = _person(connection, person_id).consent.keep_crops
            _insert_templates(connection, person_id, templates, sizes, keep_crops=keep_crops)
            return _person(connection, person_id)

    def people(self) -> tuple[Person, ...]:
        """Everyone, by name without regard to case."""
        with self._reading() as connection:
            return tuple(to_person(row) for row in connection.execute(_PEOPLE.order_by(persons.c.name_key)))

    def person(self, person_id: int) -> Person:
        """One person; see Repository.person."""
        with self._reading() as connection:
            return _person(connection, person_id)

    def find(self, name: str) -> Person:
        """The person of that name; see Repository.find."""
        with self._reading() as connection:
            row = connection.execute(_PEOPLE.where(persons.c.name_key == plain_text(name_key(name)))).first()
            if row is None:
                raise no_person_named(name, connection.execute(select(persons.c.name)).scalars())
            return to_person(row)

    def change_consent(self, person_id: int, consent: Consent) -> Person:
        """The person with this consent in place of the former; see Repository.change_consent."""
        check_consent(consent)
        with self._erasing() as connection:
            _person(connection, person_id)
            connection.execute(update(consents).where(consents.c.person_id == person_id).values(consent_row(person_id, consent)))
            if not consent.keep_crops:
                _delete_crops(connection, person_id)
            return _person(connection, person_id)

    def rename(self, person_id: int, name: str) -> Person:
        """The person under another name; see Repository.rename."""
        name = clean_name(name)
        with self._erasing() as connection:
            _person(connection, person_id)
            _rename(connection, person_id, name)
            return _person(connection, person_id)

    def remove(self, person_id: int) -> None:
        """Delete the person and all that is theirs; see Repository.remove."""
        with self._erasing() as connection:
            if connection.execute(delete(persons).where(persons.c.id == person_id)).rowcount == 0:
                raise no_person(person_id)

    def set_aside(self, person_id: int) -> None:
        """Hide the person until put_back or remove; see Repository.set_aside."""
        with translated(self._database):
            self._aside.hold()
        with self._changing() as connection:
            _person(connection, person_id)
            hidden = {"removed_at": datetime.now(UTC), "name_key": hidden_key(person_id)}
            connection.execute(update(persons).where(persons.c.id == person_id).values(hidden))

    def put_back(self, person_id: int) -> Person:
        """A person who was set aside, as before; see Repository.put_back."""
        with self._changing() as connection:
            name = connection.execute(select(persons.c.name).where(persons.c.id == person_id, ~is_enrolled)).scalar()
            if name is None:
                raise no_person(person_id)
            _rename(connection, person_id, name, removed_at=None)
            return _person(connection, person_id)

    def merge(self, person_id: int, other_id: int) -> Person:
        """The first person with all of the second; see Repository.merge."""
        check_two(person_id, other_id)
        with self._erasing() as connection:
            keep_crops = _person(connection, person_id).consent.keep_crops
            _person(connection, other_id)
            if not keep_crops:
                _delete_crops(connection, other_id)
            connection.execute(delete(said_not).where(said_not.c.person_id.in_([person_id, other_id])))
            for table in (templates, events):
                connection.execute(update(table).where(table.c.person_id == other_id).values(person_id=person_id))
            connection.execute(delete(persons).where(persons.c.id == other_id))
            return _person(connection, person_id)

    def templates(self, person_id: int) -> tuple[Template, ...]:
        """A person's templates of every encoder, oldest first; PersonNotFoundError for an unknown person."""
        with self._reading() as connection:
            _person(connection, person_id)
            theirs = select(vectors).join(templates).where(templates.c.person_id == person_id).order_by(vectors.c.id)
            embeddings: dict[int, list[Embedding]] = {}
            for row in connection.execute(theirs):
                embeddings.setdefault(row.template_id, []).append(to_embedding(row))
            rows = connection.execute(_TEMPLATES.where(templates.c.person_id == person_id).order_by(templates.c.id))
            return tuple(to_template(row, embeddings.get(row.id, [])) for row in rows)

    def remove_template(self, template_id: int) -> None:
        """Delete one template and its crop; see Repository.remove_template."""
        with self._erasing() as connection:
            owner = select(templates.c.person_id).join(persons).where(templates.c.id == template_id, is_enrolled)
            person_id = connection.execute(owner).scalar()
            if person_id is None:
                raise no_template(template_id)
            if _person(connection, person_id).template_count == 1:
                raise last_template(template_id)
            connection.execute(delete(templates).where(templates.c.id == template_id))

    def crop(self, template_id: int) -> AlignedFace | None:
        """The kept aligned picture, lossless, or None."""
        with self._reading() as connection:
            chosen = select(crops.c.png).select_from(crops.join(templates).join(persons)).where(crops.c.template_id == template_id)
            png = connection.execute(chosen.where(is_enrolled)).scalar()
        return None if png is None else AlignedFace(decode(png, name=f"the crop of template {template_id}"))

    def note_copies(self, folder: Path) -> None:
        """Remember that crops are copied to this folder; see Repository.note_copies."""
        with self._writing() as connection:
            note_copies(connection, folder.absolute())

    def exclude(self, person_id: int, embedding: Embedding, source: str) -> Exclusion:
        """Remember that a face is not this person; see Repository.exclude."""
        with self._changing() as connection:
            _person(connection, person_id)
            return exclusions.exclude(connection, person_id, embedding, source)

    def exclusions(self, person_id: int) -> tuple[Exclusion, ...]:
        """The faces that were said not to be a person, oldest first."""
        with self._reading() as connection:
            _person(connection, person_id)
            return exclusions.of_person(connection, person_id)

    def remove_exclusion(self, exclusion_id: int) -> None:
        """Take back that a face is not somebody; see Repository.remove_exclusion."""
        with self._erasing() as connection:
            exclusions.take_back(connection, exclusion_id)

    def gallery(self, key: EncoderKey) -> Gallery:
        """All templates of one encoder with one weight hash; see Repository.gallery."""
        return self.galleries((key,))[0]

    def galleries(self, keys: Sequence[EncoderKey]) -> tuple[Gallery, ...]:
        """A gallery an encoder, nobody in two; see Repository.galleries."""
        with self._reading() as connection:
            return disjoint(self._gallery(connection, key) for key in keys)

    def people_without(self, keys: Sequence[EncoderKey]) -> tuple[Person, ...]:
        """Those who have no template of any of these encoders, by name."""
        with self._reading() as connection:
            return _people_without(connection, keys)

    def coverage(self, key: EncoderKey) -> Coverage:
        """How far what is enrolled has moved to this encoder."""
        with self._reading() as connection:
            return moves.coverage(connection, key, _people_without(connection, [key]))

    def add_embeddings(self, made: Sequence[tuple[int, Embedding]]) -> int:
        """Store what another encoder made of stored templates; see Repository.add_embeddings."""
        with self._changing() as connection:
            return moves.add_embeddings(connection, made)

    def active_encoder(self) -> EncoderKey | None:
        """The one that the newest change made active; None while nothing was ever changed."""
        with self._reading() as connection:
            return moves.active(connection)

    def encoder_changes(self) -> tuple[EncoderChange, ...]:
        """The record of changes, the newest first."""
        with self._reading() as connection:
            return moves.changes(connection)

    def switch_encoder(self, change: NewChange) -> EncoderChange:
        """Make another encoder the active one and record why; see Repository.switch_encoder."""
        with self._changing() as connection:
            return moves.switch(connection, change)

    def release_encoder(self, key: EncoderKey, active: EncoderKey) -> int:
        """Delete what an encoder made, and record it; see Repository.release_encoder."""
        with self._erasing() as connection:
            exclusions.forget(connection, key)
            return moves.release(connection, key, active)

    def encoder_counts(self) -> dict[EncoderKey, int]:
        """How many templates each encoder has."""
        by_encoder = (vectors.c.encoder_id, vectors.c.weights_hash)
        with self._reading() as connection:
            counted = select(*by_encoder, func.count()).select_from(vectors.join(templates).join(persons)).where(is_enrolled)
            rows = connection.execute(counted.group_by(*by_encoder).order_by(*by_encoder))
            return {EncoderKey(encoder_id, weights_hash): count for encoder_id, weights_hash, count in rows}

    def add_event(
        self,
        outcome: Outcome,
        source: str,
        *,
        person_id: int | None = None,
        distance: float | None = None,
        seen: tuple[datetime, datetime] | None = None,
    ) -> int:
        """Record a sighting; see Repository.add_event."""
        seen_at, seen_until = seen or (datetime.now(UTC), None)
        row = {"outcome": outcome.value, "source": plain_text(source), "person_id": person_id, "distance": distance}
        with self._writing() as connection:
            if person_id is not None:
                _person(connection, person_id)
            inserting = insert(events).returning(events.c.id)
            return int(connection.execute(inserting, {"seen_at": seen_at, "seen_until": seen_until, **row}).scalar_one())

    def change_event(
        self, event_id: int, outcome: Outcome, *, person_id: int | None, distance: float | None, seen: tuple[datetime, datetime]
    ) -> bool:
        """Say of a sighting what is known now; see Repository.change_event."""
        row = {"seen_at": seen[0], "seen_until": seen[1], "outcome": outcome.value, "person_id": person_id, "distance": distance}
        with self._writing() as connection:
            if person_id is not None:
                _person(connection, person_id)
            return connection.execute(update(events).where(events.c.id == event_id).values(row)).rowcount == 1

    def remove_event(self, event_id: int) -> None:
        """Delete one sighting; see Repository.remove_event."""
        with self._writing() as connection:
            connection.execute(delete(events).where(events.c.id == event_id))

    def events(self, *, limit: int = 1000, person_id: int | None = None, outcome: Outcome | None = None) -> tuple[Event, ...]:
        """The newest sightings first; see Repository.events."""
        chosen = select(events).order_by(events.c.seen_at.desc(), events.c.id.desc()).limit(limit)
        if person_id is not None:
            chosen = chosen.where(events.c.person_id == person_id)
        if outcome is not None:
            chosen = chosen.where(events.c.outcome == outcome.value)
        with self._reading() as connection:
            return tuple(to_event(row) for row in connection.execute(chosen))

    def remove_events(self, *, before: datetime | None = None) -> int:
        """Delete every sighting, or the older ones; see Repository.remove_events."""
        chosen = delete(events) if before is None else delete(events).where(events.c.seen_at < before)
        with self._erasing(self._writing) as connection:
            return connection.execute(chosen).rowcount

    def close(self) -> None:
        """Let go of the database. Further calls raise StoreError."""
        self._is_closed = True
        self._engine.dispose()
        self._aside.release()

    def _gallery(self, connection: Connection, key: EncoderKey) -> Gallery:
        columns = select(templates.c.id, templates.c.person_id, vectors.c.vector).select_from(vectors.join(templates).join(persons))
        chosen = columns.where(made_by(key), is_enrolled).order_by(templates.c.id)
        current = connection.execute(select(revision.c.value)).scalar_one()
        size = vector_size(connection, key) or 0
        rows = connection.execute(chosen).all()
        ids, owners, stored = zip(*rows, strict=True) if rows else ((), (), ())
        try:
            excluded = exclusions.of_encoder(connection, key, size)
            return Gallery(key, to_matrix(stored, size), np.array(ids, np.int64), np.array(owners, np.int64), current, *excluded)
        except ValueError as error:
            raise damaged(self._database, f"holds templates of {key} that are not whole") from error

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database."""
        with self._transaction(self._engine) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that may write."""
        with self._transaction(self._writer) as connection:
            yield connection

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        """A transaction that changes what is enrolled, and says so in the revision."""
        with self._writing() as connection:
            yield connection
            connection.execute(update(revision).values(value=revision.c.value + 1))

    @contextmanager
    def _erasing(self, changing: Callable[[], AbstractContextManager[Connection]] | None = None) -> Iterator[Connection]:
        """A change, of what is enrolled unless said otherwise, after which the old values are nowhere any more."""
        with (changing or self._changing)() as connection:
            yield connection
            # Before the commit: if a copy cannot be deleted nothing is removed, and nobody is told that they were forgotten.
            delete_backups(Path(self._database))
            forget_copies(connection)
        with translated(self._database):
            if not empty_journal(self._engine):
                logger.warning("the journal of %s still holds removed bytes until another program closes it", self._database)

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Connection]:
        if self._is_closed:
            raise StoreError(f"The database {self._database} is closed.", hint="Open it again.")
        with translated(self._database), engine.begin() as connection:
            yield connection


def _person(connection: Connection, person_id: int) -> Person:
    row = connection.execute(_PEOPLE.where(persons.c.id == person_id)).first()
    if row is None:
        raise no_person(person_id)
    return to_person(row)


def _delete_crops(connection: Connection, person_id: int) -> None:
    theirs = select(templates.c.id).where(templates.c.person_id == person_id)
    connection.execute(delete(crops).where(crops.c.template_id.in_(theirs)))


def _people_without(connection: Connection, keys: Sequence[EncoderKey]) -> tuple[Person, ...]:
    rows = connection.execute(_PEOPLE.where(~is_known_to(keys)).order_by(persons.c.name_key))
    return tuple(to_person(row) for row in rows)


def _rename(connection: Connection, person_id: int, name: str, **changes: Any) -> None:
    try:
        connection.execute(update(persons).where(persons.c.id == person_id).values(name=name, name_key=name_key(name), **changes))
    except IntegrityError as error:
        raise name_taken(name) from error


def _insert_person(connection: Connection, name: str) -> int:
    row = {"name": name, "name_key": name_key(name), "created_at": datetime.now(UTC)}
    try:
        return int(connection.execute(insert(persons).returning(persons.c.id), row).scalar_one())
    except IntegrityError as error:
        raise name_taken(name) from error


def _insert_templates(
    connection: Connection, person_id: int, new: Sequence[NewTemplate], sizes: dict[EncoderKey, int], *, keep_crops: bool
) -> None:
    for key, size in sizes.items():
        check_size(key, vector_size(connection, key) or size, size)
    now = datetime.now(UTC)
    inserting = insert(templates).returning(templates.c.id, sort_by_parameter_order=True)
    ids = connection.execute(inserting, [template_row(person_id, template, now) for template in new]).scalars().all()
    made = [vector_row(template_id, template.embedding) for template_id, template in zip(ids, new, strict=True)]
    connection.execute(insert(vectors), made)
    kept = [
        {"template_id": template_id, "png": encode_png(template.crop.pixels)}
        for template_id, template in zip(ids, new, strict=True)
        if keep_crops and template.crop is not None
    ]
    if kept:
        connection.execute(insert(crops), kept)
