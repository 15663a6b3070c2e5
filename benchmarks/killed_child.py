"""A child process that acknowledges its steps and is killed in the middle of them: what the benchmarks of kills share."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any


def begin_child(work: Callable[..., None], *args: object, preload: Sequence[str]) -> tuple[Connection, BaseProcess]:
    """The child at `work(*args, acks)`, its imports done; `work` sends "ready" before the first step.

    Args:
        preload: Modules, imported once where there is a fork server; elsewhere every child imports its own.
    """
    context = multiprocessing.get_context("forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn")
    multiprocessing.set_forkserver_preload(list(preload))
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=work, args=(*args, theirs))  # type: ignore[attr-defined]  # the union of two contexts
    child.start()
    theirs.close()
    assert ours.recv() == "ready"
    return ours, child


def kill_child(ours: Connection, child: BaseProcess, *, wait_for: int, delay: float) -> list[Any]:
    """What the child acknowledged before it was killed, `delay` seconds after so many acknowledgements."""
    acks = [ours.recv() for _ in range(wait_for)]
    time.sleep(delay)
    child.kill()
    child.join()
    with closing(ours):
        try:
            while True:
                acks.append(ours.recv())
        except EOFError:
            return acks
