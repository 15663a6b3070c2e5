"""The tables. Only types that every SQL database has; what a column means in Python is told by facekit.store.rows."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from facekit.store.checks import NAME_LIMIT

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware going in, aware UTC coming out, also where the database keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment with UTC as its zone."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


# An id is never given twice (sqlite_autoincrement), so that a gallery still held by the engine cannot name the wrong person
# after a removal. PostgreSQL's sequences do the same of themselves.
persons = Table(
    "persons",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(NAME_LIMIT), nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),  # set aside, to be deleted when undoing is over
    sqlite_autoincrement=True,
)

consents = Table(
    "consents",
    metadata,
    Column("person_id", ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True),
    Column("text", Text, nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("keep_crops", Boolean, nullable=False),
)

templates = Table(
    "templates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("persons.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("eye_distance", Double, nullable=False),
    Column("sharpness", Double, nullable=False),
    Column("brightness", Double, nullable=False),
    Column("light_balance", Double, nullable=False),
    Column("yaw", Double, nullable=False),
    Column("pitch", Double, nullable=False),
    Column("roll", Double, nullable=False),
    Column("issues", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("source", Text, nullable=False),
    sqlite_autoincrement=True,
)

# What the encoders made of a template's sample: one row an encoder, so that a gallery can move to another beside the one in use.
vectors = Table(
    "vectors",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("template_id", ForeignKey("templates.id", ondelete="CASCADE"), nullable=False),
    Column("encoder_id", Text, nullable=False),
    Column("weights_hash", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("vector_size", Integer, nullable=False),
    UniqueConstraint("template_id", "encoder_id", "weights_hash"),
    Index("ix_vectors_encoder_id_weights_hash", "encoder_id", "weights_hash"),
)

# The newest row's new encoder is the active one; without a row the program's own default is.
encoder_changes = Table(
    "encoder_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("old_encoder_id", Text, nullable=False),
    Column("old_weights_hash", Text, nullable=False),
    Column("new_encoder_id", Text, nullable=False),
    Column("new_weights_hash", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_autoincrement=True,
)

crops = Table(
    "crops",
    metadata,
    Column("template_id", ForeignKey("templates.id", ondelete="CASCADE"), primary_key=True),
    Column("png", LargeBinary, nullable=False),
)

# Where crops were copied to, for a training: what goes from here must go there too.
copies = Table("copies", metadata, Column("folder", Text, primary_key=True))

# Faces that were said not to be the person, each by the encoder that took it for them. No picture: whoever it shows agreed to nothing.
exclusions = Table(
    "exclusions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("persons.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("encoder_id", Text, nullable=False),
    Column("weights_hash", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("vector_size", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("source", Text, nullable=False),
    sqlite_autoincrement=True,
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False, index=True),
    Column("seen_until", UtcDateTime),  # NULL: one moment
    Column("outcome", String(32), nullable=False),
    Column("person_id", ForeignKey("persons.id", ondelete="SET NULL"), index=True),
    Column("distance", Double),
    Column("source", Text, nullable=False),
    sqlite_autoincrement=True,
)

# One row: how often what is enrolled has changed. Sightings do not count, they change no gallery.
revision = Table(
    "revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", Integer, nullable=False),
)
