"""The engine: how a SQLite file is opened, how a transaction begins, and what its errors are called. All PRAGMAs live here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from facekit.errors import StoreBusyError, StoreDamagedError, StoreError
from facekit.store.backups import list_backups

_PRAGMAS = (
    "synchronous = FULL",  # the journal reaches the disk before a commit returns: what is acknowledged survives a kill and a power cut
    "fullfsync = ON",  # macOS: through the disk's own cache as well; nothing elsewhere
    "secure_delete = ON",  # deleted bytes are overwritten with zeros
    "temp_store = MEMORY",  # no templates in temporary files
)
_WRITES = {"facekit_writes": True}

_FAILURES: dict[int, tuple[type[StoreError], str, str]] = {
    sqlite3.SQLITE_BUSY: (StoreBusyError, "is in use by another program", "Close the other program, or wait for it, and try again."),
    sqlite3.SQLITE_LOCKED: (StoreBusyError, "is in use by another program", "Close the other program, or wait for it, and try again."),
    sqlite3.SQLITE_READONLY: (StoreError, "is read-only", "Get write permission for the file and its folder, or name another database."),
    sqlite3.SQLITE_PERM: (StoreError, "is read-only", "Get write permission for the file and its folder, or name another database."),
    sqlite3.SQLITE_CANTOPEN: (StoreError, "cannot be opened", "Look whether its folder is there and whether you may write in it."),
    sqlite3.SQLITE_FULL: (StoreError, "has no room left on its disk; nothing was changed", "Free some space and try again."),
    sqlite3.SQLITE_IOERR: (StoreError, "cannot be read or written", "Look whether its disk is full, failing or no longer connected."),
}
_DAMAGE = {sqlite3.SQLITE_CORRUPT: "is damaged", sqlite3.SQLITE_NOTADB: "is not a database, or its beginning is damaged"}


def connect(path: Path, *, busy_timeout_s: float, foreign_keys: bool = True) -> Engine:
    """An engine on the file; nothing is opened yet. A migration rebuilds tables and so wants `foreign_keys` off."""
    # isolation_level None: the transactions below are ours, not those that the sqlite3 module begins on a guess.
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": busy_timeout_s, "isolation_level": None})
    configure(engine, foreign_keys=foreign_keys)
    return engine


def configure(engine: Engine, *, foreign_keys: bool = True) -> None:
    """Give the engine what SQLite needs to be told; other databases need nothing."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def tune(connection: sqlite3.Connection, _record: Any) -> None:
        for pragma in (*_PRAGMAS, f"foreign_keys = {'ON' if foreign_keys else 'OFF'}"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE: a writer waits for its turn at the start, where waiting is possible, and never loses half-way.
        writes = connection.get_execution_options().get("facekit_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def writer(engine: Engine) -> Engine:
    """The same engine with its connections, for transactions that write."""
    return engine.execution_options(**_WRITES)


def is_whole(connection: Connection) -> bool:
    """Whether every page of the database can be read and is in order."""
    if connection.dialect.name != "sqlite":
        return True
    return connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok"


def has_broken_references(connection: Connection) -> bool:
    """Whether a row points to another that is not there."""
    if connection.dialect.name != "sqlite":
        return False
    return connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None


def use_journal(engine: Engine) -> None:
    """Let the file keep a write-ahead journal: readers and one writer at once. The file remembers it."""
    _outside_transaction(engine, "PRAGMA journal_mode = WAL")


def empty_journal(engine: Engine) -> bool:
    """Whether the write-ahead journal, which holds older versions of changed pages, could be written back and cut to nothing.

    Not while another program is in the middle of a transaction for longer than the busy timeout.
    """
    answer = _outside_transaction(engine, "PRAGMA wal_checkpoint(TRUNCATE)")
    return not answer or answer[0] == 0  # 1: busy


def _outside_transaction(engine: Engine, pragma: str) -> tuple[Any, ...]:
    """The row that the pragma answers; nothing on other databases than SQLite."""
    if engine.dialect.name != "sqlite":
        return ()
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(pragma)
        return tuple(cursor.fetchone() or ())


@contextmanager
def translated(database: str) -> Iterator[None]:
    """Database errors come out as StoreError and its kinds, with the file's name and what to do."""
    try:
        yield
    except DBAPIError as error:
        raise store_error(database, error.orig or error) from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise store_error(database, error) from error


def store_error(database: str, error: BaseException) -> StoreError:
    """The library's error for one of the database."""
    code = getattr(error, "sqlite_errorcode", -1) & 0xFF  # the low byte is the kind, the rest says more
    if code in _DAMAGE:
        return damaged(database, _DAMAGE[code])
    kind, what, hint = _FAILURES.get(code, (StoreError, f"refused: {error}", "The log says more."))
    return kind(f"The database {database} {what}.", hint=hint)


def damaged(database: str, what: str) -> StoreDamagedError:
    """The error for a damaged database; its hint names the backups."""
    backups = ", ".join(str(path) for path in list_backups(Path(database)))
    hint = f"Put a backup in its place: {backups}." if backups else "No backup lies beside it: move it away to start with an empty one."
    return StoreDamagedError(f"The database {database} {what}.", hint=hint)
