"""From one version of the schema to the next, with Alembic. A new version: one file in versions/, one row in REVISIONS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, inspect, select, table

if TYPE_CHECKING:
    from alembic.config import Config

LOCATION = Path(__file__).parent
REVISIONS: tuple[str, ...] = ("0001", "0002", "0003", "0004", "0005", "0006")
"""Every version of the schema, oldest first. Kept here so that opening a current database need not load Alembic."""

_VERSION_TABLE = "alembic_version"


def current_revision(connection: Connection) -> str | None:
    """The version of the database's schema; None where there is none recorded."""
    if not inspect(connection).has_table(_VERSION_TABLE):
        return None
    return connection.execute(select(table(_VERSION_TABLE, column("version_num")).c.version_num)).scalar()


def config(connection: Connection) -> Config:
    """Alembic's configuration for this connection, without a file."""
    from alembic.config import Config  # loaded only where there is something to migrate

    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", str(LOCATION).replace("%", "%%"))
    return settings


def migrate(connection: Connection) -> None:
    """Bring the schema to the newest version, inside the transaction that is open on `connection`."""
    from alembic import command

    command.upgrade(config(connection), "head")
