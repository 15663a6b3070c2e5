"""Work of which only the newest counts: a live picture asks for more than can be done. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from facekit.errors import FacekitError
from ui.ports import Tasks

T = TypeVar("T")


class Newest(Generic[T]):
    """One piece of work at a time; of what is asked for meanwhile, the last is done next and the rest never."""

    def __init__(self, tasks: Tasks, done: Callable[[T], None], failed: Callable[[FacekitError], None]) -> None:
        self._tasks, self._done, self._failed = tasks, done, failed
        self._is_busy = False
        self._waiting: Callable[[], T] | None = None

    def ask(self, work: Callable[[], T]) -> None:
        """Have `work` done as soon as there is time."""
        if self._is_busy:
            self._waiting = work
            return
        self._is_busy = True
        self._tasks.run(work, self._finished, self._went_wrong)

    def _finished(self, value: T) -> None:
        self._is_busy = False
        self._done(value)
        self._go_on()

    def _went_wrong(self, error: FacekitError) -> None:
        self._is_busy = False
        self._failed(error)
        self._go_on()

    def _go_on(self) -> None:
        work, self._waiting = self._waiting, None
        if work:
            self.ask(work)
