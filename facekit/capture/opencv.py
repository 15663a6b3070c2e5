"""cv2.VideoCapture made safe: it lives on a thread of its own, no call of it can hang the caller, and BGR becomes RGB here.

Messages for people are made by the sources, which know what the device is.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Event, Thread
from typing import Protocol, TypeVar

import cv2
import numpy as np

from facekit.errors import CaptureError
from facekit.types import AnyArray, Pixels

T = TypeVar("T")

_RELEASE_TIMEOUT_S = 1.0
_CALL_TIMEOUT_S = 2.0

if "OPENCV_LOG_LEVEL" not in os.environ:
    # What OpenCV prints on stderr about a device, the source says in its CaptureError.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


class VideoCapture(Protocol):
    """What is used of cv2.VideoCapture."""

    def isOpened(self) -> bool: ...
    def read(self) -> tuple[bool, AnyArray]: ...
    def get(self, propId: int, /) -> float: ...
    def release(self) -> None: ...


class Capture:
    """A cv2.VideoCapture on a daemon thread of its own.

    A driver or server that hangs holds up that thread alone: the caller gets a TimeoutError, and the device is released
    when the call comes back. Some back-ends (AVFoundation) also want every call on one and the same thread.

    Args:
        make: Makes the cv2.VideoCapture; called on the thread, may hang.
        name: For the list of threads.
    """

    def __init__(self, make: Callable[[], VideoCapture], name: str) -> None:
        self._make = make
        self._name = name
        self._calls: SimpleQueue[Callable[[VideoCapture], None] | None] = SimpleQueue()
        self._released = Event()

    def open(self, timeout_s: float) -> bool:
        """Whether the device was opened.

        Raises:
            TimeoutError: It hangs; this Capture is of no more use.
        """
        Thread(target=self._serve, name=f"capture {self._name}", daemon=True).start()
        return self._call(lambda device: bool(device.isOpened()), timeout_s)

    def read(self, timeout_s: float) -> Pixels | None:
        """The next picture, H×W×3 uint8 RGB; None at the end, or when the device gives none.

        Raises:
            TimeoutError: It hangs; this Capture is of no more use.
        """
        return self._call(_read_rgb, timeout_s)

    def get(self, property_id: int) -> float:
        """A property (cv2.CAP_PROP_…), 0 where the device does not know it."""
        return self._call(lambda device: float(device.get(property_id)), _CALL_TIMEOUT_S)

    def close(self) -> None:
        """Release the device; waits a moment for it, so that it can be opened again at once."""
        self._calls.put(None)
        self._released.wait(_RELEASE_TIMEOUT_S)

    def _call(self, work: Callable[[VideoCapture], T], timeout_s: float) -> T:
        reply: Future[T] = Future()
        self._calls.put(lambda device: _answer(reply, device, work))
        return reply.result(timeout_s)

    def _serve(self) -> None:
        device = self._make()
        while (call := self._calls.get()) is not None:
            call(device)
        device.release()
        self._released.set()


def _answer(reply: Future[T], device: VideoCapture, work: Callable[[VideoCapture], T]) -> None:
    try:
        reply.set_result(work(device))
    except cv2.error as error:
        reply.set_exception(CaptureError(f"OpenCV: {str(error).strip()}."))


def _read_rgb(device: VideoCapture) -> Pixels | None:
    is_read, picture = device.read()
    return to_rgb(picture) if is_read else None


def to_rgb(picture: AnyArray) -> Pixels:
    """H×W×3 uint8 RGB, contiguous, of what OpenCV gave: BGR, BGRA or grey."""
    channels = picture.shape[2] if picture.ndim == 3 else 1
    code = {1: cv2.COLOR_GRAY2RGB, 4: cv2.COLOR_BGRA2RGB}.get(channels, cv2.COLOR_BGR2RGB)
    return np.asarray(cv2.cvtColor(picture, code), dtype=np.uint8)
