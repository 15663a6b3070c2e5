"""One command of the terminal at a time, with how far it is. Free of Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from facekit.errors import FacekitError
from ui.curves import duration_words
from ui.language import whole
from ui.ports import Clock, CommandProcess, CommandRunner

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Work:
    """What goes on.

    Args:
        total: 0 while it is not known.
        count: How many of how many, and the time left, in words.
    """

    words: str
    done: int = 0
    total: int = 0
    count: str = ""


@dataclass(slots=True, eq=False)
class _Running:
    """A command that goes on.

    Args:
        begun: When it began to count, on the clock.
        answer: What it told at last.
    """

    work: Work
    done: Callable[[Told], None]
    failed: Callable[[FacekitError], None]
    process: CommandProcess | None = None
    begun: float | None = None
    answer: Told | None = None
    is_cancelled: bool = False


class Job:
    """Runs verbs that need an encoder in a child process: the window never loads one.

    Args:
        changed: Called whenever `work` is another.
    """

    def __init__(self, commands: CommandRunner, clock: Clock, changed: Callable[[], None]) -> None:
        self._commands = commands
        self._clock = clock
        self._changed = changed
        self._running: _Running | None = None

    @property
    def work(self) -> Work | None:
        """What goes on; None where nothing does."""
        return self._running.work if self._running else None

    def run(self, words: Sequence[str], title: str, *, done: Callable[[Told], None], failed: Callable[[FacekitError], None]) -> None:
        """Run a verb; lines with a "total" are progress, the last other one is its answer. Nothing while another goes on.

        Args:
            done: Called with the answer; neither it nor `failed` after a cancel.
        """
        if self._running:
            return
        running = self._running = _Running(Work(title), done, failed)
        running.process = self._commands.run(words, on_told=self._told, on_end=self._ended)
        self._changed()

    def cancel(self) -> None:
        """End the command; what it has stored stays."""
        if self._running and self._running.process:
            self._running.is_cancelled = True
            self._running.process.kill()

    def _told(self, told: Told) -> None:
        running = self._running
        if running is None or running.is_cancelled:
            return
        if "total" not in told:
            running.answer = told
            return
        now, done, total = self._clock.monotonic(), int(told["done"]), int(told["total"])
        if running.begun is None:
            running.begun = now
        left = f" · about {duration_words((now - running.begun) / done * (total - done))} left" if done and now > running.begun else ""
        running.work = Work(running.work.words, done, total, f"{whole(done)} of {whole(total)}{left}")
        self._changed()

    def _ended(self, trouble: str) -> None:
        running, self._running = self._running, None
        self._changed()
        if running is None or running.is_cancelled:
            return
        if running.answer is not None:
            running.done(running.answer)
        else:
            running.failed(FacekitError(trouble or f"{running.work.words} ended without a result."))
