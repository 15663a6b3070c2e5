"""Copies of the database made before a migration, `<db>.backup-<revision>-<timestamp>`, readable by their owner alone.

They live until the next migration has succeeded, or until anything is removed: a person who asked to be forgotten must not
live on in a copy.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from facekit.store.erasing import erase


def list_backups(database: Path) -> tuple[Path, ...]:
    """The backups beside the database, oldest first."""
    prefix = f"{database.name}.backup-"
    if not database.parent.is_dir():
        return ()
    found = [path for path in database.parent.iterdir() if path.name.startswith(prefix)]
    return tuple(sorted(found, key=lambda path: path.name.rpartition("-")[2]))


def make_backup(database: Path, source: sqlite3.Connection, *, revision: str) -> Path:
    """The new backup, a whole copy of `source` by SQLite's own backup, or none at all when it fails."""
    backup = database.with_name(f"{database.name}.backup-{revision}-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}")
    os.close(os.open(backup, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(sqlite3.connect(backup)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, with no journal beside it
    except BaseException:
        backup.unlink()
        raise
    return backup


def delete_backups(database: Path, *, keep: Path | None = None) -> None:
    """Overwrite and delete the database's backups, but for `keep`.

    Raises:
        StoreError: One cannot be deleted.
    """
    for backup in list_backups(database):
        if backup != keep:
            erase(backup)
