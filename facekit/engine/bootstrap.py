"""What the engine's process runs first. Light: the models are loaded by facekit.engine.server, which is imported by name."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from facekit import log
from facekit.pipeline_config import PipelineConfig
from facekit.registry import resolve

LOG_NAME = "engine"
# By name, so that nothing which imports the client imports the models, not even through a chain.
_SERVE = "facekit.engine.server:serve"


def main(connection: Connection, config: PipelineConfig, pipeline_target: str, thread_count: int) -> None:
    """Serve the other end of the pipe until it is closed or says Stop."""
    _name_process("facekit-engine")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal reaches us too; the parent decides what it means
    _limit_threads(thread_count)
    log.start(LOG_NAME)
    threading.Thread(target=_leave_with_parent, name="parent-watch", daemon=True).start()
    logging.getLogger(__name__).info("engine process for %s", config)
    resolve(_SERVE)(connection, config, pipeline_target)


def _limit_threads(count: int) -> None:
    """Set what torch and OpenCV read when they are imported; busy-waiting threads collapse on a loaded machine."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("OMP_NUM_THREADS", str(count))
    os.environ.setdefault("OPENCV_FOR_THREADS_NUM", str(count))


def _leave_with_parent() -> None:
    """End this process when the parent has gone, also in the middle of a long request, when nobody reads the pipe."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _name_process(name: str) -> None:
    """Show a name of our own in ps and top, where the system offers that."""
    with suppress(OSError):
        Path("/proc/self/comm").write_text(name, encoding="ascii")
