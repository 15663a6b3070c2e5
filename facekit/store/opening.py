"""From a path to an engine that can be relied on: private file, integrity check, right program, newest schema, writable."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, Engine, delete, inspect
from sqlalchemy.exc import DBAPIError

from facekit.errors import StoreError
from facekit.paths import private_dir
from facekit.store.aside import nobody_holds
from facekit.store.backups import delete_backups, make_backup
from facekit.store.connection import (
    connect,
    damaged,
    empty_journal,
    has_broken_references,
    is_whole,
    store_error,
    translated,
    use_journal,
    writer,
)
from facekit.store.forgetting import forget_copies
from facekit.store.migrations import REVISIONS, current_revision, migrate
from facekit.store.schema import persons


def open_engine(path: Path, *, busy_timeout_s: float) -> Engine:
    """An engine on the database, checked and of the newest schema. Raises what facekit.store.open_repository promises."""
    path = path.absolute()
    _make_private(path)
    engine = connect(path, busy_timeout_s=busy_timeout_s)
    try:
        with translated(str(path)):
            revision = _check(engine, path)
            use_journal(engine)
            if revision != REVISIONS[-1]:
                _migrate(path, busy_timeout_s=busy_timeout_s)
            _finish_removals(engine, path)  # a read-only file is told of now, not at the first enrolment
            empty_journal(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _finish_removals(engine: Engine, path: Path) -> None:
    """Delete whoever was set aside by a program that ended before it could; nobody while one lives that may put them back."""
    with nobody_holds(path) as is_over, writer(engine).begin() as connection:
        if not is_over:
            return
        if connection.execute(delete(persons).where(persons.c.removed_at.is_not(None))).rowcount:
            delete_backups(path)
            forget_copies(connection)


def _make_private(path: Path) -> None:
    """Make the file if it is missing; either way, let nobody but its owner read it. SQLite gives its journal the same mode."""
    try:
        private_dir(path.parent)
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o600))
        for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            if file.exists() and file.stat().st_mode & 0o077:
                file.chmod(0o600)
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be opened: {error.strerror}.", hint="Look whether you may write there, or name another database."
        ) from error


def _check(engine: Engine, path: Path) -> str | None:
    """The version of the schema, None for an empty file. Raises StoreError for a file that is damaged or not for us."""
    with engine.begin() as connection:
        if not is_whole(connection):
            raise damaged(str(path), "failed its integrity check")
        revision = current_revision(connection)
        if revision is None and inspect(connection).get_table_names():
            raise StoreError(f"The database {path} belongs to another program.", hint="Name another file.")
        if revision is not None and revision not in REVISIONS:
            raise StoreError(
                f"The database {path} was written by a newer version of Facekit (schema {revision}, this version knows {REVISIONS[-1]}).",
                hint="Update Facekit, or name another database.",
            )
        return revision


def _migrate(path: Path, *, busy_timeout_s: float) -> None:
    """Bring the file to the newest schema, all of it or nothing, with a backup of what was there before."""
    engine = connect(path, busy_timeout_s=busy_timeout_s, foreign_keys=False)
    try:
        with writer(engine).begin() as connection:
            revision = current_revision(connection)  # again, now that nobody else can write
            if revision == REVISIONS[-1]:
                return
            backup = _backup(engine, path, revision) if revision else None
            _migrate_whole(connection, path, revision)
    finally:
        engine.dispose()
    delete_backups(path, keep=backup)


def _backup(engine: Engine, path: Path, revision: str) -> Path:
    """By a connection of its own, which sees the database as it was before the transaction under way."""
    with closing(engine.raw_connection()) as connection:
        return make_backup(path, cast(sqlite3.Connection, connection.driver_connection), revision=revision)


def _migrate_whole(connection: Connection, path: Path, revision: str | None) -> None:
    undone = f"Its migration from version {revision or 'none'} to {REVISIONS[-1]} was undone."
    try:
        migrate(connection)
    except DBAPIError as error:
        cause = store_error(str(path), error.orig or error)
        raise type(cause)(f"{cause.message} {undone}", hint=cause.hint) from error
    if has_broken_references(connection):
        raise StoreError(
            f"The new schema of {path} would lose references. {undone}", hint="Report this with the log; the database is as it was."
        )
