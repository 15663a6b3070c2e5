"""Between the rows of the tables and the library's values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Row

from facekit.store.base import ChangeKind, EncoderChange, Event, NewChange, NewTemplate
from facekit.store.checks import plain_text
from facekit.types import Consent, Embedding, EncoderKey, Exclusion, FloatArray, Outcome, Person, Quality, QualityIssue, Template

_STORED_FLOAT = np.dtype("<f4")
_MEASURES = ("eye_distance", "sharpness", "brightness", "light_balance", "yaw", "pitch", "roll")


def consent_row(person_id: int, consent: Consent) -> dict[str, Any]:
    """A row of `consents`."""
    return {
        "person_id": person_id,
        "text": plain_text(consent.text),
        "given_at": consent.given_at,
        "recorded_by": plain_text(consent.recorded_by),
        "keep_crops": consent.keep_crops,
    }


def template_row(person_id: int, new: NewTemplate, created_at: datetime) -> dict[str, Any]:
    """A row of `templates`."""
    return {
        "person_id": person_id,
        **{name: float(getattr(new.quality, name)) for name in _MEASURES},
        "issues": ",".join(new.quality.issues),
        "created_at": created_at,
        "source": plain_text(new.source),
    }


def vector_row(template_id: int, embedding: Embedding) -> dict[str, Any]:
    """A row of `vectors`."""
    return {"template_id": template_id, **_vector(embedding)}


def exclusion_row(person_id: int, embedding: Embedding, created_at: datetime, source: str) -> dict[str, Any]:
    """A row of `exclusions`."""
    return {"person_id": person_id, **_vector(embedding), "created_at": created_at, "source": plain_text(source)}


def change_row(change: NewChange, changed_at: datetime) -> dict[str, Any]:
    """A row of `encoder_changes`."""
    return {
        "changed_at": changed_at,
        "kind": change.kind.value,
        "old_encoder_id": change.old.encoder_id,
        "old_weights_hash": change.old.weights_hash,
        "new_encoder_id": change.new.encoder_id,
        "new_weights_hash": change.new.weights_hash,
        "evidence": change.evidence,
        "reason": plain_text(change.reason),
    }


def to_change(row: Row[Any]) -> EncoderChange:
    """The entry of a row of `encoder_changes`."""
    old, new = EncoderKey(row.old_encoder_id, row.old_weights_hash), EncoderKey(row.new_encoder_id, row.new_weights_hash)
    return EncoderChange(row.changed_at, NewChange(ChangeKind(row.kind), old, new, row.evidence, row.reason))


def to_person(row: Row[Any]) -> Person:
    """The person of a row of `persons` joined with `consents` and a count."""
    consent = Consent(row.text, row.given_at, row.recorded_by, row.keep_crops)
    return Person(row.id, row.name, row.created_at, consent, row.template_count)


def to_embedding(row: Row[Any]) -> Embedding:
    """The embedding of a row of `vectors` or `exclusions`."""
    return Embedding(to_matrix([row.vector], row.vector_size)[0], EncoderKey(row.encoder_id, row.weights_hash))


def to_exclusion(row: Row[Any]) -> Exclusion:
    """The value of a row of `exclusions`."""
    return Exclusion(row.id, row.person_id, to_embedding(row), row.created_at, row.source)


def to_template(row: Row[Any], embeddings: Sequence[Embedding]) -> Template:
    """The template of a row of `templates` with `has_crop`."""
    issues = tuple(QualityIssue(issue) for issue in row.issues.split(",") if issue)
    quality = Quality(**{name: getattr(row, name) for name in _MEASURES}, issues=issues)
    return Template(row.id, row.person_id, tuple(embeddings), quality, row.created_at, row.source, bool(row.has_crop))


def to_matrix(vectors: Iterable[bytes], size: int) -> FloatArray:
    """N×size float32 of stored vectors. Raises ValueError where their bytes do not make whole rows."""
    rows = tuple(vectors)
    return np.frombuffer(b"".join(rows), _STORED_FLOAT).reshape(len(rows), size).astype(np.float32, copy=False)


def to_event(row: Row[Any]) -> Event:
    """The sighting of a row of `events`."""
    return Event(row.id, row.seen_at, row.seen_until or row.seen_at, Outcome(row.outcome), row.person_id, row.distance, row.source)


def _vector(embedding: Embedding) -> dict[str, Any]:
    return {
        "encoder_id": embedding.key.encoder_id,
        "weights_hash": embedding.key.weights_hash,
        "vector": embedding.vector.astype(_STORED_FLOAT).tobytes(),
        "vector_size": len(embedding.vector),
    }
