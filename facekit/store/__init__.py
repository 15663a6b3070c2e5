"""Enrolled persons, their templates, crops and sightings, kept in one SQLite file.

The contract is in facekit.store.base; SQLAlchemy stays inside this package and is loaded by open_repository, not by importing the contract.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from facekit.store.repository import SqlRepository

__all__ = ["BUSY_TIMEOUT_S", "open_repository"]

BUSY_TIMEOUT_S = 5.0
"""How long a call waits for another program's transaction before it raises StoreBusyError."""


def open_repository(path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> SqlRepository:
    """The repository kept in `path`: made if it is missing, checked for damage, brought to this version's schema.

    Raises:
        StoreDamagedError: The file is not a database or its integrity check failed.
        StoreBusyError: Another program holds it for longer than `busy_timeout_s`.
        StoreError: It cannot be read or written, belongs to a newer version or to another program, or its migration failed.
    """
    # Here, not above: SQLAlchemy takes most of a second to load, and whoever wants the contract alone needs none of it.
    from facekit.store.opening import open_engine
    from facekit.store.repository import SqlRepository

    return SqlRepository(open_engine(path, busy_timeout_s=busy_timeout_s))
