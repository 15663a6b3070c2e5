"""The source of frames, opened and closed off the window's thread; its newest frame is handed over, never a queue of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Lock

from facekit.capture import Grabber, GrabberState, GrabberStatus, open_source
from facekit.errors import FacekitError
from facekit.types import Frame
from ui.ports import SourcePhase, SourceState, Tasks
from ui.tasks import MainThread

_PHASES = {
    GrabberState.OPENING: SourcePhase.OPENING,
    GrabberState.RUNNING: SourcePhase.RUNNING,
    GrabberState.LOST: SourcePhase.LOST,
    GrabberState.ENDED: SourcePhase.ENDED,
    GrabberState.FAILED: SourcePhase.FAILED,
}


class CameraThread:
    """The SourcePort over facekit.capture.

    Args:
        on_frame, on_state: Called in the window's thread. A frame that the window was too slow for is replaced by the next one.
    """

    def __init__(
        self, tasks: Tasks, main_thread: MainThread, *, on_frame: Callable[[Frame], None], on_state: Callable[[SourceState], None]
    ) -> None:
        self._tasks = tasks
        self._main_thread = main_thread
        self._on_frame = on_frame
        self._on_state = on_state
        self._lock = Lock()
        self._turn = 0
        self._grabber: Grabber | None = None
        self._waiting: Frame | None = None

    def open(self, spec: str) -> None:
        """Let the present source go and open another; what comes of it is told through on_state."""
        self._turn += 1
        self._on_state(SourceState(SourcePhase.OPENING, spec))
        self._tasks.run(partial(self._begin, spec, self._turn), lambda _: None, partial(self._failed, spec, self._turn))

    def close(self) -> None:
        """Let the source go, within bounded time."""
        self._turn += 1
        self._replace(None, self._turn)

    def _begin(self, spec: str, turn: int) -> None:
        """On a task's thread: the old source goes before the new one comes, for they may be the same camera."""
        self._replace(None, turn)
        source = open_source(spec, loop=spec.startswith("synthetic"))
        grabber = Grabber(source, on_frame=partial(self._frame, turn), on_state=partial(self._status, spec, source.label, turn))
        if self._replace(grabber, turn):
            grabber.start()

    def _replace(self, grabber: Grabber | None, turn: int) -> bool:
        """Whether `turn` is still the newest; if so the grabber is in its place and the one before is closed."""
        with self._lock:
            if turn != self._turn:
                return False
            before, self._grabber = self._grabber, grabber
            self._waiting = None
        if before:
            before.close()
        return True

    def _frame(self, turn: int, frame: Frame) -> None:
        """On the grabber's thread."""
        with self._lock:
            if turn != self._turn:
                return
            is_first, self._waiting = self._waiting is None, frame
        if is_first:
            self._main_thread.post(self._deliver)

    def _deliver(self) -> None:
        with self._lock:
            frame, self._waiting = self._waiting, None
        if frame is not None:
            self._on_frame(frame)

    def _status(self, spec: str, label: str, turn: int, status: GrabberStatus) -> None:
        """On the grabber's thread."""
        phase = _PHASES.get(status.state)
        if phase is not None:
            state = SourceState(phase, spec, label, status.message, status.hint)
            self._main_thread.post(lambda: self._tell(state, turn))

    def _failed(self, spec: str, turn: int, error: FacekitError) -> None:
        self._tell(SourceState(SourcePhase.FAILED, spec, spec, error.message, error.hint), turn)

    def _tell(self, state: SourceState, turn: int) -> None:
        if turn == self._turn:
            self._on_state(state)
