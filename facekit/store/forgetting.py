"""Which folders have copies of crops, in SQL, so that what is deleted in the database goes there too."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from facekit.store.copies import delete_copies
from facekit.store.schema import consents, copies, crops, persons, templates
from facekit.types import TRAINING_CLAUSE


def note_copies(connection: Connection, folder: Path) -> None:
    """Remember that crops are copied there."""
    if connection.execute(select(copies).where(copies.c.folder == str(folder))).first() is None:
        connection.execute(insert(copies), {"folder": str(folder)})


def forget_copies(connection: Connection) -> None:
    """Delete the copies of crops that are gone, or that may not be trained on any more; forget folders that are not there any more."""
    folders = [Path(folder) for folder in connection.execute(select(copies.c.folder)).scalars()]
    for folder in folders:
        if not folder.is_dir():
            connection.execute(delete(copies).where(copies.c.folder == str(folder)))
    if folders:
        agreed = consents.c.keep_crops & consents.c.text.contains(TRAINING_CLAUSE, autoescape=True)
        joined = crops.join(templates).join(persons).join(consents)
        kept = set(connection.execute(select(crops.c.template_id).select_from(joined).where(agreed)).scalars())
        delete_copies(folders, kept)
