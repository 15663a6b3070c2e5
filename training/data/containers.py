"""Pictures in a zip or a folder, by name. Lists and reads bytes; decodes nothing."""

from __future__ import annotations

import os
import zipfile
from functools import lru_cache
from pathlib import Path, PurePosixPath

_SUFFIXES = frozenset({".webp", ".jpg", ".jpeg", ".png"})


def picture_files(container: Path) -> list[str]:
    """The names inside a zip or folder, with "/", sorted."""
    if container.suffix == ".zip":
        with zipfile.ZipFile(container) as archive:
            return sorted(name for name in archive.namelist() if PurePosixPath(name).suffix.lower() in _SUFFIXES)
    return sorted(file.relative_to(container).as_posix() for file in container.rglob("*") if file.suffix.lower() in _SUFFIXES)


def bytes_of(container: Path, file: str) -> bytes:
    """What that file holds; safe in forked workers."""
    if container.suffix == ".zip":
        return _archive(container, os.getpid()).read(file)
    return (container / file).read_bytes()


@lru_cache(maxsize=32)
def _archive(path: Path, process: int) -> zipfile.ZipFile:  # a forked worker must not share the file's position
    return zipfile.ZipFile(path)
