"""The SQL behind faces that were said not to be somebody, on a transaction that facekit.store.repository has begun."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection, delete, insert, select

from facekit.matching.gallery import IdArray
from facekit.store.checks import check_embedding, check_size, no_exclusion
from facekit.store.moves import is_enrolled, vector_size
from facekit.store.rows import exclusion_row, to_exclusion, to_matrix
from facekit.store.schema import exclusions, persons
from facekit.types import Embedding, EncoderKey, Exclusion, FloatArray


def exclude(connection: Connection, person_id: int, embedding: Embedding, source: str) -> Exclusion:
    """See Repository.exclude; the person is there."""
    check_embedding(embedding)
    size = len(embedding.vector)
    check_size(embedding.key, vector_size(connection, embedding.key) or size, size)
    row = exclusion_row(person_id, embedding, datetime.now(UTC), source)
    inserted = connection.execute(insert(exclusions).returning(exclusions.c.id), row).scalar_one()
    return to_exclusion(connection.execute(select(exclusions).where(exclusions.c.id == inserted)).one())


def of_person(connection: Connection, person_id: int) -> tuple[Exclusion, ...]:
    """See Repository.exclusions; the person is there."""
    rows = connection.execute(select(exclusions).where(exclusions.c.person_id == person_id).order_by(exclusions.c.id))
    return tuple(to_exclusion(row) for row in rows)


def take_back(connection: Connection, exclusion_id: int) -> None:
    """See Repository.remove_exclusion."""
    enrolled = select(persons.c.id).where(is_enrolled)
    gone = delete(exclusions).where(exclusions.c.id == exclusion_id, exclusions.c.person_id.in_(enrolled))
    if connection.execute(gone).rowcount == 0:
        raise no_exclusion(exclusion_id)


def of_encoder(connection: Connection, key: EncoderKey, size: int) -> tuple[FloatArray, IdArray]:
    """(K, size) its vectors of faces that are not somebody, and (K,) whom they are not."""
    chosen = select(exclusions.c.vector, exclusions.c.person_id).join(persons).where(is_enrolled).order_by(exclusions.c.id)
    made = chosen.where(
        exclusions.c.encoder_id == key.encoder_id, exclusions.c.weights_hash == key.weights_hash, exclusions.c.vector_size == size
    )
    rows = connection.execute(made).all()
    return to_matrix([vector for vector, _ in rows], size), np.array([person for _, person in rows], np.int64)


def forget(connection: Connection, key: EncoderKey) -> None:
    """Delete what an encoder that is let go made of them."""
    connection.execute(delete(exclusions).where(exclusions.c.encoder_id == key.encoder_id, exclusions.c.weights_hash == key.weights_hash))
