"""Slow work on threads beside the window's: one lane for the database, a few threads for the rest. No Qt widget may be touched there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from facekit.errors import FacekitError
from ui.ports import Lane

logger = logging.getLogger(__name__)
T = TypeVar("T")


class MainThread(QObject):
    """Calls functions in the thread that made it, in the order given, from whichever thread."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Have `call` run in the window's thread when it gets to it."""
        self._posted.emit(call)

    @Slot(object)
    def _call(self, call: Callable[[], None]) -> None:
        call()


class ThreadTasks:
    """The Tasks port over two thread pools."""

    def __init__(self, main_thread: MainThread) -> None:
        self._main_thread = main_thread
        self._pools = {
            Lane.DATABASE: ThreadPoolExecutor(1, thread_name_prefix="database"),
            Lane.GENERAL: ThreadPoolExecutor(2, thread_name_prefix="task"),
        }
        self._is_closed = False

    def run(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[FacekitError], None], *, lane: Lane = Lane.GENERAL
    ) -> None:
        """Do `work` on the lane, then call `done` or `failed` in the window's thread; nothing when closed."""
        if self._is_closed:
            return  # what was posted before the end may still ask for more

        def job() -> None:
            try:
                value = work()
            except FacekitError as error:
                self._tell(failed, error)
            except Exception as error:  # a border: a fault in one task must not take the window with it
                logger.exception("a task failed")
                self._tell(failed, FacekitError(f"Something unexpected went wrong: {error!r}.", hint="The log has the details."))
            else:
                self._tell(done, value)

        self._pools[lane].submit(job)

    def _tell(self, call: Callable[[T], None], answer: T) -> None:
        """Unless closed meanwhile: whoever asked is gone then."""
        self._main_thread.post(lambda: None if self._is_closed else call(answer))

    def close(self) -> None:
        """Begin nothing more, and wait for the database to be left in order."""
        self._is_closed = True
        self._pools[Lane.GENERAL].shutdown(wait=False, cancel_futures=True)
        self._pools[Lane.DATABASE].shutdown(wait=True)
