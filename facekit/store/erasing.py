"""A file deleted so that its bytes are not left on the disk under no name."""

from __future__ import annotations

import os
from pathlib import Path

from facekit.errors import StoreError

_CHUNK = 1 << 20


def erase(file: Path) -> None:
    """Overwrite the file, then delete it; nothing where another program has deleted it.

    Raises:
        StoreError: It cannot be deleted.
    """
    try:
        with file.open("r+b") as opened:
            size = file.stat().st_size
            for start in range(0, size, _CHUNK):
                opened.write(bytes(min(_CHUNK, size - start)))
            os.fsync(opened.fileno())
        file.unlink(missing_ok=True)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"{file} cannot be deleted: {error.strerror}.", hint="Delete it by hand, then try again.") from error
