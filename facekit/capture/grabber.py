"""A thread that reads a source and keeps the newest frame: newest wins, the rest is dropped and counted, nothing queues."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Condition, Event, Thread, current_thread

from facekit.capture.base import Source
from facekit.errors import CaptureError
from facekit.types import Frame, Pixels

_FIRST_DELAY_S = 0.5
_LONGEST_DELAY_S = 8.0
_CLOSE_TIMEOUT_S = 2.0


class GrabberState(StrEnum):
    """Where a grabber stands."""

    OPENING = "opening"
    RUNNING = "running"
    LOST = "lost"
    """A live source stopped; it is tried again and again."""
    ENDED = "ended"
    """The file or folder is at its end."""
    FAILED = "failed"
    """It could not be opened, or a file is damaged; not tried again."""
    CLOSED = "closed"


_FINAL = frozenset({GrabberState.ENDED, GrabberState.FAILED, GrabberState.CLOSED})


@dataclass(frozen=True, slots=True)
class GrabberStatus:
    """A state with the reason for it: message and hint of the CaptureError, empty where all is well."""

    state: GrabberState
    message: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class GrabberStats:
    """Counts since the start.

    Args:
        frames: Read from the source.
        dropped: Replaced by a newer one before anybody took them.
        fps: Frames a second over the last 30, 0 while none arrive.
        reconnects: Times that a lost source came back.
    """

    frames: int
    dropped: int
    fps: float
    reconnects: int


class Grabber:
    """Reads a source on a daemon thread and keeps the newest frame.

    Args:
        source: Belongs to the grabber from start() on; opened and closed on its thread.
        on_frame: Called with every frame, on the grabber's thread; must be quick.
        on_state: Called with every change of state (it begins as OPENING), on the grabber's thread.
            Neither is called once close() has returned.
        first_delay_s: Pause before a lost live source is tried again; doubles with each failure, up to 8 s.
    """

    def __init__(
        self,
        source: Source,
        *,
        on_frame: Callable[[Frame], None] | None = None,
        on_state: Callable[[GrabberStatus], None] | None = None,
        first_delay_s: float = _FIRST_DELAY_S,
    ) -> None:
        self.source = source
        self._on_frame = on_frame
        self._on_state = on_state
        self._first_delay_s = first_delay_s
        self._delay_s = first_delay_s
        self._closing = Event()
        self._changed = Condition()
        self._status = GrabberStatus(GrabberState.OPENING)
        self._newest: Frame | None = None
        self._is_taken = True
        self._frames = self._dropped = self._reconnects = 0
        self._arrivals: deque[float] = deque(maxlen=30)
        self._thread = Thread(target=self._run, name=f"grabber {source.label}", daemon=True)

    def __enter__(self) -> Grabber:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Open the source and begin, on a thread of its own; once in a grabber's life."""
        self._thread.start()

    def newest(self, after_id: int | None = None, timeout: float = 1.0) -> Frame | None:
        """The newest frame with an id above `after_id`, waited for; None when none comes within `timeout` seconds, or ever."""
        with self._changed:
            self._changed.wait_for(lambda: self._has_newer(after_id) or self._status.state in _FINAL, timeout)
            if not self._has_newer(after_id):
                return None
            self._is_taken = True
            return self._newest

    def stats(self) -> GrabberStats:
        """The counts of this moment."""
        with self._changed:
            return GrabberStats(self._frames, self._dropped, self._fps(), self._reconnects)

    @property
    def status(self) -> GrabberStatus:
        """The state with its reason."""
        return self._status

    @property
    def state(self) -> GrabberState:
        """The state alone."""
        return self._status.state

    def close(self) -> None:
        """Stop and close the source. Waits 2 s at most: a source that hangs in a read is left to its daemon thread."""
        self._closing.set()
        if self._thread.is_alive() and self._thread is not current_thread():
            self._thread.join(_CLOSE_TIMEOUT_S)
        self._set_status(GrabberStatus(GrabberState.CLOSED))

    def _run(self) -> None:
        status = GrabberStatus(GrabberState.FAILED, f"Reading from {self.source.label} broke off.", "The log says more.")
        try:
            self._play()
            status = GrabberStatus(GrabberState.ENDED)
        except CaptureError as error:
            status = GrabberStatus(GrabberState.FAILED, error.message, error.hint)
        finally:  # also after an error that nobody foresaw, so that no window waits for a dead thread
            self.source.close()
            self._enter(status)

    def _play(self) -> None:
        """Read until the end of the source or until closed."""
        self.source.open()
        while not self._closing.is_set():
            try:
                pixels = self.source.read()
            except CaptureError as error:
                if not self.source.is_live:
                    raise
                self._reopen(error)
                continue
            if pixels is None:
                return
            self._take_in(pixels)

    def _reopen(self, error: CaptureError) -> None:
        """Try again, with growing pauses, until the source is open or the grabber is closed."""
        while True:
            self._enter(GrabberStatus(GrabberState.LOST, error.message, error.hint))
            self.source.close()
            if self._closing.wait(self._delay_s):
                return
            self._delay_s = min(2 * self._delay_s, _LONGEST_DELAY_S)
            try:
                self.source.open()
            except CaptureError as again:
                error = again
            else:
                return

    def _take_in(self, pixels: Pixels) -> None:
        """Make the picture the newest frame. Only now is a source running: some open, but give nothing."""
        frame = Frame(pixels, self._frames, time.monotonic(), self.source.source_id)
        with self._changed:
            self._dropped += not self._is_taken
            self._reconnects += self._status.state is GrabberState.LOST
            self._frames += 1
            self._arrivals.append(frame.captured_at)
            self._newest, self._is_taken = frame, self._on_frame is not None
            self._changed.notify_all()
        self._delay_s = self._first_delay_s
        self._enter(GrabberStatus(GrabberState.RUNNING))
        if self._on_frame and not self._closing.is_set():
            self._on_frame(frame)

    def _enter(self, status: GrabberStatus) -> None:
        """Take on a state and tell of it."""
        if self._set_status(status) and self._on_state and not self._closing.is_set():
            self._on_state(status)

    def _set_status(self, status: GrabberStatus) -> bool:
        """Whether this is a change."""
        with self._changed:
            if status == self._status or self._status.state is GrabberState.CLOSED:
                return False
            self._status = status
            if status.state is GrabberState.LOST:
                self._arrivals.clear()
            self._changed.notify_all()
            return True

    def _has_newer(self, after_id: int | None) -> bool:
        return self._newest is not None and (after_id is None or self._newest.frame_id > after_id)

    def _fps(self) -> float:
        if len(self._arrivals) < 2 or self._status.state is not GrabberState.RUNNING:
            return 0.0
        return (len(self._arrivals) - 1) / max(self._arrivals[-1] - self._arrivals[0], 1e-9)
