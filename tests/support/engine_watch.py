"""Collects what an engine calls back and waits for it; tells whether processes and shared memory of ours are left."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from facekit.engine import EnginePhase, EngineState
from facekit.errors import FacekitError
from facekit.types import FrameResult, Sample

PATIENCE_S = 60.0


class EngineWatch:
    """The callbacks of one engine, in the order in which they came."""

    def __init__(self) -> None:
        self.states: list[EngineState] = []
        self.results: list[FrameResult] = []
        self.answers: list[tuple[Sample, ...] | FacekitError] = []
        self._changed = threading.Condition()

    def on_state(self, state: EngineState) -> None:
        """To be given to the engine."""
        with self._changed:
            self.states.append(state)
            self._changed.notify_all()

    def on_result(self, result: FrameResult) -> None:
        """To be given to the engine."""
        with self._changed:
            self.results.append(result)
            self._changed.notify_all()

    def on_samples(self, answer: tuple[Sample, ...] | FacekitError) -> None:
        """To be given to take_samples()."""
        with self._changed:
            self.answers.append(answer)
            self._changed.notify_all()

    @property
    def phases(self) -> list[EnginePhase]:
        """The phases gone through, without repeats."""
        phases = [state.phase for state in self.states]
        return [phase for phase, before in zip(phases, [None, *phases], strict=False) if phase is not before]

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for it.

        Raises:
            AssertionError: It did not come in a minute.
        """
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE_S), f"{what} did not come; states: {self.states}"

    def until_phase(self, phase: EnginePhase) -> EngineState:
        """The state, once its phase is this one."""
        self.until(lambda: bool(self.states) and self.states[-1].phase is phase, phase)
        return self.states[-1]

    def until_result(self, frame_id: int) -> FrameResult:
        """The result of that frame, once it has come."""
        self.until(lambda: any(result.frame_id == frame_id for result in self.results), f"the result of frame {frame_id}")
        return next(result for result in self.results if result.frame_id == frame_id)

    def until_answers(self, count: int) -> list[tuple[Sample, ...] | FacekitError]:
        """All answers, once there are so many."""
        self.until(lambda: len(self.answers) >= count, f"answer {count}")
        return self.answers


def segments(pid: int) -> list[str]:
    """The shared-memory segments that the engine client of a process owns; empty where the system does not list them."""
    return sorted(path.name for path in Path("/dev/shm").glob(f"facekit-{pid}-*"))


def is_alive(pid: int) -> bool:
    """Whether a process runs: neither gone nor a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until_true(condition: Callable[[], bool], what: str) -> None:
    """Wait for something that nobody calls back about.

    Raises:
        AssertionError: It did not come in a minute.
    """
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, f"{what} did not come"
        time.sleep(0.02)


def children() -> set[int]:
    """The engine processes of this process."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text(encoding="utf-8")
        except OSError:
            continue
        if "(facekit-engine)" in fields and int(fields.rpartition(")")[2].split()[1]) == os.getpid():
            found.add(int(folder.name))
    return found
