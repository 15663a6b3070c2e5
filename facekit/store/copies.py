"""Copies of kept crops that a training reads, in folders that the store knows of: what goes from the store goes from them too.

A folder of copies has a folder a person; files at its top are what was made of all the pictures, and go with the first that goes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from facekit.errors import StoreError
from facekit.store.erasing import erase

_STEM = re.compile(r"gallery-(\d+)")


def copy_stem(template_id: int) -> str:
    """How the copy of a template's crop is called, without its ending."""
    return f"gallery-{template_id:08d}"


def delete_copies(folders: Iterable[Path], kept: Collection[int]) -> None:
    """Overwrite and delete what is in these folders of other templates than the `kept` ones, by their ids.

    Of a person of whom no copy is left, their other pictures there go too.

    Raises:
        StoreError: A file cannot be deleted.
    """
    for folder in folders:
        gone = [file for file in folder.glob("*/gallery-*") if _template_id(file) not in kept]
        for file in (*gone, *(_top(folder) if gone else ())):
            erase(file)
        for person in {file.parent for file in gone}:
            if not any(person.glob("gallery-*")):
                _delete_person(person)


def _template_id(copy: Path) -> int | None:
    found = _STEM.fullmatch(copy.stem)
    return int(found[1]) if found else None


def _top(folder: Path) -> list[Path]:
    return [file for file in folder.iterdir() if file.is_file()]


def _delete_person(folder: Path) -> None:
    for file in folder.iterdir():
        erase(file)
    try:
        folder.rmdir()
    except OSError as error:
        raise StoreError(f"The folder {folder} cannot be deleted: {error.strerror}.", hint="Delete it by hand, then try again.") from error
