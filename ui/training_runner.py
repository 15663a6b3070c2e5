"""The TrainingRunner and CommandRunner ports over QProcess: what is told comes as lines of its output, and every end is told."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QProcess

from training.errors import TrainingError, complaint
from training.events import Event, from_line

logger = logging.getLogger(__name__)
_PATIENCE_MS = 10_000
"""A step and the writing of a checkpoint, on a slow machine."""
_REMEMBERED = 4000
"""Characters of what a process complained of last."""


class Child(QObject):
    """One child process.

    Args:
        heeds_stop: Whether a line `stop` lets it end in order.
    """

    def __init__(
        self, command: Sequence[str], on_line: Callable[[str], None], on_end: Callable[[str], None], *, heeds_stop: bool = False
    ) -> None:
        super().__init__()
        self._on_line, self._on_end, self._heeds_stop = on_line, on_end, heeds_stop
        self._complaints = ""
        self._is_over = False
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._listen)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)
        self._process.start(sys.executable, ["-m", *command])

    @property
    def is_running(self) -> bool:
        """Whether it has begun and not ended."""
        return self._process.state() is not QProcess.ProcessState.NotRunning

    @property
    def exit_code(self) -> int:
        """Of the end, once it ended by itself."""
        return self._process.exitCode()

    def stop(self) -> None:
        """See TrainingProcess."""
        self._process.write(b"stop\n")

    def kill(self) -> None:
        """See TrainingProcess."""
        self._process.kill()

    def close(self) -> None:
        """Have it write a checkpoint and end where it heeds that, or end it, at the latest after ten seconds; nothing is told any more."""
        self._is_over = True
        if not self.is_running:
            return
        if self._heeds_stop:
            self.stop()
        if not self._heeds_stop or not self._process.waitForFinished(_PATIENCE_MS):
            self._process.kill()
            self._process.waitForFinished(_PATIENCE_MS)

    def _read(self) -> None:
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data()).decode(errors="replace").strip()
            if not self._is_over:
                self._on_line(line)

    def _listen(self) -> None:
        said = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        logger.info("a child process said: %s", said.strip())
        self._complaints = (self._complaints + said)[-_REMEMBERED:]

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._listen()
        if status is QProcess.ExitStatus.CrashExit:
            self._end("Its process was ended from outside, or the machine had no memory left for it.")
        else:
            self._end(complaint(self._complaints) if code else "")

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._end(f"It could not be started: {self._process.errorString()}.")

    def _end(self, trouble: str) -> None:
        if not self._is_over:
            self._is_over = True
            self._on_end(trouble)


class ProcessRunner:
    """Keeps hold of what it started, so that nothing is left behind."""

    def __init__(self) -> None:
        self._children: list[Child] = []

    def start(self, command: Sequence[str], *, on_event: Callable[[Event], None], on_end: Callable[[str], None]) -> Child:
        """See TrainingRunner."""
        return self._keep(Child(command, partial(_read_event, on_event), on_end, heeds_stop=True))

    def run(self, words: Sequence[str], *, on_told: Callable[[Mapping[str, Any]], None], on_end: Callable[[str], None]) -> Child:
        """See CommandRunner."""
        return self._keep(Child(["facekit.cli", *words, "--json"], partial(_read_told, on_told), on_end))

    def _keep(self, child: Child) -> Child:
        self._children.append(child)
        return child

    def close(self) -> None:
        """Pause or end what goes on, within bounded time."""
        for child in self._children:
            child.close()


def _read_event(on_event: Callable[[Event], None], line: str) -> None:
    try:
        event = from_line(line)
    except TrainingError:
        logger.info("training said: %s", line)
    else:
        on_event(event)


def _read_told(on_told: Callable[[Mapping[str, Any]], None], line: str) -> None:
    try:
        told = json.loads(line)
    except ValueError:
        logger.info("facekit said: %s", line)
    else:
        on_told(told)
