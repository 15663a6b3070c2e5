"""The clock by which recordings are played at their own speed."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pacer:
    """Spaces calls by an interval.

    Args:
        interval_s: Seconds between two pictures; 0: do not wait.
    """

    def __init__(
        self, interval_s: float, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._interval_s = interval_s
        self._clock = clock
        self._sleep = sleep
        self._due: float | None = None

    def wait(self) -> None:
        """Return when the next picture is due: at once the first time, and when late."""
        now = self._clock()
        due = now if self._due is None else self._due
        if due > now:
            self._sleep(due - now)
        # Who is late goes on from now: no burst of pictures to catch up.
        self._due = max(due, now) + self._interval_s
