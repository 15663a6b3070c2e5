"""Whoever is set aside can be put back as long as the program lives that did it: it holds a lock, which the system lets go when it ends.

The lock is SQLite's own, on an empty file beside the database, and so is the same on every system.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


class AsideLock:
    """Held from the first person set aside until the database is closed; several programs may hold it at a time."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._starting = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def hold(self) -> None:
        """Let no other program finish the removals."""
        with self._starting:
            if self._connection is None:
                if not (file := _lock_file(self._database)).exists():  # opening a file that is locked here would let the lock go
                    file.touch(mode=0o600)
                self._connection = _connect(self._database, timeout=5.0)
                self._connection.execute("BEGIN")
                self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # a lock for reading, until the connection goes

    def release(self) -> None:
        """Whoever is still set aside may be deleted."""
        with self._starting:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


@contextmanager
def nobody_holds(database: Path) -> Iterator[bool]:
    """Whether no living program has somebody set aside; none can begin to while this lasts."""
    if not _lock_file(database).exists():
        yield True
        return
    with closing(_connect(database, timeout=0.0)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            yield False
        else:
            yield True


def _connect(database: Path, *, timeout: float) -> sqlite3.Connection:
    return sqlite3.connect(_lock_file(database), timeout=timeout, isolation_level=None, check_same_thread=False)


def _lock_file(database: Path) -> Path:
    return database.with_name(f"{database.name}-aside")
