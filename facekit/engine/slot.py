"""One picture in shared memory: the window's process writes and owns the segment, the engine's process reads it by name."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import numpy as np

from facekit.errors import EngineError
from facekit.types import Pixels

_LINUX_FOLDER = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class SlotPicture:
    """Where a picture lies.

    Args:
        segment: The name of the shared memory.
        height: Pixels.
        width: Pixels.
    """

    segment: str
    height: int
    width: int


class SlotWriter:
    """The owner of the slot: writes one picture at a time, makes a larger segment when one is needed, removes it at the end."""

    def __init__(self) -> None:
        self._memory: SharedMemory | None = None

    def write(self, pixels: Pixels) -> SlotPicture:
        """Copy an H×W×3 uint8 RGB picture into the slot; what lay there before is gone.

        Raises:
            EngineError: The system has no shared memory left for a picture of this size.
        """
        memory = self._room_for(pixels)
        np.copyto(np.ndarray(pixels.shape, np.uint8, memory.buf), pixels)
        return SlotPicture(memory.name, pixels.shape[0], pixels.shape[1])

    def close(self) -> None:
        """Remove the segment. A later write makes another."""
        if self._memory is not None:
            self._memory.close()
            self._memory.unlink()
            self._memory = None

    def _room_for(self, pixels: Pixels) -> SharedMemory:
        if self._memory is None or self._memory.size < pixels.nbytes:
            self.close()
            try:
                self._memory = _create(max(1, pixels.nbytes))
            except OSError as error:
                raise EngineError(
                    f"No shared memory for a picture of {pixels.shape[1]}×{pixels.shape[0]} pixels: {error}.",
                    hint="Use a smaller picture, or give the system more shared memory.",
                ) from error
        return self._memory


class SlotReader:
    """The other side: opens segments by name and never removes them."""

    def __init__(self) -> None:
        self._memory: SharedMemory | None = None

    def read(self, picture: SlotPicture) -> Pixels:
        """A copy of the picture, H×W×3 uint8 RGB: the segment may be replaced while the copy is still in use."""
        if self._memory is None or self._memory.name != picture.segment:
            self.close()
            # The parent's resource tracker is ours too in a child of multiprocessing, and knows the segment already: nothing is
            # tracked twice, and nobody but the parent removes it. A plain subprocess would have a tracker that removes it at exit.
            self._memory = SharedMemory(picture.segment)
        return np.ndarray((picture.height, picture.width, 3), np.uint8, self._memory.buf).copy()

    def close(self) -> None:
        """Let go of the segment."""
        if self._memory is not None:
            self._memory.close()
            self._memory = None


def _create(size: int) -> SharedMemory:
    """A new segment whose memory is really there: writing to one that is only promised would end the process with SIGBUS."""
    memory = SharedMemory(f"facekit-{os.getpid()}-{secrets.token_hex(4)}", create=True, size=size)
    file = _LINUX_FOLDER / memory.name
    try:
        if file.exists():
            with file.open("r+b") as segment:
                os.posix_fallocate(segment.fileno(), 0, size)
    except OSError:
        memory.close()
        memory.unlink()
        raise
    return memory
