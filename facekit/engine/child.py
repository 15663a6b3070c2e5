"""One life of the engine's process, seen from the window's: started, spoken to by pipe, ended within seconds."""

from __future__ import annotations

import signal
import threading
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait

from facekit.engine import bootstrap
from facekit.engine.messages import Command, Reply, SetSearches, Stop
from facekit.errors import EngineLostError
from facekit.pipeline_config import PipelineConfig

_ASKED_S = 2.0
_TERMINATED_S = 1.0
_KILLED_S = 2.0


class EngineChild:
    """A spawned process that serves `pipeline_target`. For one thread, except kill().

    Raises:
        EngineLostError: The system starts no process.
    """

    def __init__(self, config: PipelineConfig, pipeline_target: str, thread_count: int) -> None:
        context = get_context("spawn")  # fork would copy the locks of the window's threads
        self._connection, far_end = context.Pipe()
        arguments = (far_end, config, pipeline_target, thread_count)
        self._process = context.Process(target=bootstrap.main, args=arguments, name="facekit-engine", daemon=True)
        try:
            self._process.start()
        except OSError as error:
            self._connection.close()
            raise EngineLostError(f"The engine process could not be started: {error}.") from error
        finally:
            far_end.close()  # else its end would never be seen here
        self.pid = self._process.pid

    def receive(self, bell: Connection, timeout_s: float | None) -> Reply | None:
        """The next message; None when the bell rang or the time is over.

        Raises:
            EngineLostError: The process has ended.
        """
        if self._connection not in wait([self._connection, bell], timeout_s):
            return None
        try:
            reply: Reply = self._connection.recv()
        except (EOFError, OSError) as error:
            raise self._lost() from error
        return reply

    def send(self, command: Command) -> None:
        """Send a small command.

        Raises:
            EngineLostError: The process has ended.
        """
        try:
            self._connection.send(command)
        except OSError as error:
            raise self._lost() from error

    def send_searches(self, command: SetSearches, *, within_s: float) -> None:
        """Send galleries, which may be larger than a pipe holds: a process that does not read it in time is killed.

        Raises:
            EngineLostError: The process has ended, or was killed.
        """
        watch = threading.Timer(within_s, self.kill)
        watch.daemon = True
        watch.start()
        try:
            self.send(command)
        finally:
            watch.cancel()

    def kill(self) -> None:
        """End the process at once; from any thread."""
        with suppress(ValueError, OSError):  # ended and closed meanwhile
            self._process.kill()

    def end(self, *, kindly: bool) -> None:
        """Leave no process: ask first where that is kind, then terminate, then kill. At most five seconds."""
        if kindly:
            with suppress(OSError):
                self._connection.send(Stop())
        self._connection.close()
        self._process.join(_ASKED_S if kindly else 0)
        if kindly and self._process.is_alive():
            self._process.terminate()
            self._process.join(_TERMINATED_S)
        self.kill()
        self._process.join(_KILLED_S)
        with suppress(ValueError):  # the system does not let go of it
            self._process.close()

    def _lost(self) -> EngineLostError:
        self._process.join(_KILLED_S)
        return EngineLostError(f"The engine process has ended by itself ({_ending(self._process.exitcode)}).")


def _ending(exit_code: int | None) -> str:
    if exit_code is None:
        return "still closing"
    if exit_code < 0:
        with suppress(ValueError):
            return signal.Signals(-exit_code).name
    return f"exit status {exit_code}"
