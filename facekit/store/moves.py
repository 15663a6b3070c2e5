"""The SQL behind a gallery's move from one encoder to another, on a transaction that facekit.store.repository has begun."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, false, func, insert, or_, select

from facekit.store.base import ChangeKind, Coverage, EncoderChange, NewChange
from facekit.store.checks import check_embedding, check_release, check_size, check_switch
from facekit.store.rows import change_row, to_change, vector_row
from facekit.store.schema import crops, encoder_changes, persons, templates, vectors
from facekit.types import Embedding, EncoderKey, Person

is_enrolled = persons.c.removed_at.is_(None)


def made_by(key: EncoderKey) -> ColumnElement[bool]:
    """Whether a row of `vectors` is of that encoder."""
    return (vectors.c.encoder_id == key.encoder_id) & (vectors.c.weights_hash == key.weights_hash)


def is_known_to(keys: Sequence[EncoderKey]) -> ColumnElement[bool]:
    """Whether a row of `persons` has a template of any of these encoders."""
    return persons.c.id.in_(_owners(or_(false(), *map(made_by, keys))))


def _owners(chosen: ColumnElement[bool]) -> Select[tuple[int]]:
    """The ids of the persons of some rows of `vectors`: once for all, as a subquery a person takes minutes in a large gallery."""
    return select(templates.c.person_id).select_from(vectors.join(templates)).where(chosen)


def vector_size(connection: Connection, key: EncoderKey) -> int | None:
    """How many numbers the stored vectors of an encoder have; None where it has none."""
    return connection.execute(select(vectors.c.vector_size).where(made_by(key)).limit(1)).scalar()


def coverage(connection: Connection, key: EncoderKey, without: Sequence[Person]) -> Coverage:
    """See Repository.coverage.

    Args:
        without: Everyone whom the encoder does not know, by name.
    """
    people = connection.execute(select(func.count()).select_from(persons).where(is_enrolled)).scalar_one()
    made = select(vectors.c.template_id).where(made_by(key))
    with_crops = templates.join(persons).join(crops)
    waiting = select(templates.c.id).select_from(with_crops).where(is_enrolled, templates.c.id.not_in(made)).order_by(templates.c.id)
    pictured = set(connection.execute(select(templates.c.person_id).select_from(templates.join(crops))).scalars())
    needing = tuple(person for person in without if person.person_id not in pictured)
    return Coverage(people, people - len(without), tuple(connection.execute(waiting).scalars()), needing)


def add_embeddings(connection: Connection, made: Sequence[tuple[int, Embedding]]) -> int:
    """See Repository.add_embeddings."""
    added = 0
    for template_id, embedding in made:
        check_embedding(embedding)
        check_size(embedding.key, vector_size(connection, embedding.key) or len(embedding.vector), len(embedding.vector))
        known = exists().where(vectors.c.template_id == template_id, made_by(embedding.key))
        if connection.execute(select(templates.c.id).where(templates.c.id == template_id, ~known)).first():
            connection.execute(insert(vectors), vector_row(template_id, embedding))
            added += 1
    return added


def changes(connection: Connection, *, limit: int | None = None) -> tuple[EncoderChange, ...]:
    """The record, the newest first."""
    return tuple(to_change(row) for row in connection.execute(select(encoder_changes).order_by(encoder_changes.c.id.desc()).limit(limit)))


def active(connection: Connection) -> EncoderKey | None:
    """The encoder that the newest change made active."""
    newest = changes(connection, limit=1)
    return newest[0].change.new if newest else None


def switch(connection: Connection, change: NewChange) -> EncoderChange:
    """See Repository.switch_encoder: one row."""
    check_switch(change, active(connection))
    return _record(connection, change)


def release(connection: Connection, key: EncoderKey, in_use: EncoderKey) -> int:
    """See Repository.release_encoder. Templates that no encoder knows any more go too: they can never be compared again."""
    only_known = select(persons.c.name).where(is_known_to([key]), persons.c.id.not_in(_owners(~made_by(key))))
    lost: list[Any] = list(connection.execute(only_known.order_by(persons.c.name)).scalars())
    check_release(key, in_use, lost)
    count = connection.execute(delete(vectors).where(made_by(key))).rowcount
    connection.execute(delete(templates).where(templates.c.id.not_in(select(vectors.c.template_id))))
    _record(connection, NewChange(ChangeKind.RELEASE, key, in_use))
    return int(count)


def _record(connection: Connection, change: NewChange) -> EncoderChange:
    entry = EncoderChange(datetime.now(UTC), change)
    connection.execute(insert(encoder_changes), change_row(change, entry.changed_at))
    return entry
