"""How often a process that dies is started again, and after how long a pause."""

from __future__ import annotations

from collections import deque


class RestartBudget:
    """Three restarts in any 60 seconds, each pause twice the one before; then none until the oldest is forgotten."""

    def __init__(self, *, limit: int = 3, window_s: float = 60.0, first_pause_s: float = 0.25) -> None:
        self._window_s = window_s
        self._first_pause_s = first_pause_s
        self._limit = limit
        self._granted: deque[float] = deque()

    def next_pause_s(self, now: float) -> float | None:
        """Seconds to wait before the next start, which is counted from `now`; None when the budget is spent."""
        while self._granted and now - self._granted[0] > self._window_s:
            self._granted.popleft()
        if len(self._granted) >= self._limit:
            return None
        self._granted.append(now)
        return float(self._first_pause_s * 2 ** (len(self._granted) - 1))
