"""What can be said of a database without changing it."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import func, select

from facekit.errors import StoreError
from facekit.store.connection import connect, damaged, is_whole, translated
from facekit.store.migrations import REVISIONS, current_revision
from facekit.store.moves import active
from facekit.store.schema import persons, templates
from facekit.types import EncoderKey

_PATIENCE_S = 1.0


def recorded_encoder(path: Path) -> EncoderKey | None:
    """The active encoder of the newest change in a database; None where nothing was changed, or there is no database of this version.

    Raises:
        StoreError: It cannot be read.
    """
    if not path.exists():
        return None
    engine = connect(path, busy_timeout_s=_PATIENCE_S)
    try:
        with translated(str(path)), engine.begin() as connection:
            return active(connection) if current_revision(connection) == REVISIONS[-1] else None
    finally:
        engine.dispose()


def inspect_database(path: Path) -> str:
    """Path, schema version, and how many people and templates are in it, in a sentence; nothing is made or migrated.

    Raises:
        StoreError: It cannot be read, is damaged, belongs to another program, or was written by a newer version.
    """
    if not path.exists():
        home = next(folder for folder in path.absolute().parents if folder.exists())
        if not os.access(home, os.W_OK):
            raise StoreError(f"The database {path} cannot be made: {home} may not be written to.", hint="Name another place with --db.")
        return f"{path}: not there yet, made with schema {REVISIONS[-1]} at the first enrolment"
    engine = connect(path, busy_timeout_s=_PATIENCE_S)
    try:
        with translated(str(path)), engine.begin() as connection:
            if not is_whole(connection):
                raise damaged(str(path), "failed its integrity check")
            revision = current_revision(connection)
            if revision not in REVISIONS:
                raise StoreError(
                    f"The database {path} has schema {revision}, unknown to this version.", hint="Update Facekit, or name another."
                )
            if revision != REVISIONS[-1]:
                return f"{path}: schema {revision}, brought to {REVISIONS[-1]} when it is next opened"
            enrolled = persons.c.removed_at.is_(None)
            people = connection.scalar(select(func.count()).select_from(persons).where(enrolled))
            stored = connection.scalar(select(func.count()).select_from(templates.join(persons)).where(enrolled))
            return f"{path}: schema {revision}, whole; {people} people, {stored} templates"
    finally:
        engine.dispose()
