"""The run as a child process: started, listened to, asked to stop. It may die at any time; its folder then holds what it needs to go on."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from facekit.errors import RetrainingError
from facekit.paths import private_dir
from facekit.retraining.request import REQUEST_NAME, Plan, RetrainRequest, load_request, plan_from

Told = Mapping[str, Any]
"""An event as training.events has them: plain values, its kind under "event"."""
_LOG_NAME = "log.txt"
_NEEDED = ("torch", "lightning_fabric", "onnx", "onnxscript")
_PATIENCE_S = 30.0


def require_training() -> None:
    """Nothing where this machine can train.

    Raises:
        RetrainingError: The packages for it are not installed; the message names them.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if importlib.util.find_spec("training") is None:
        missing.append("training")
    if missing:
        raise RetrainingError(
            f"Training needs {', '.join(missing)}, which recognising does not.", hint="Install the extra: pip install 'facekit-app[train]'."
        )


class RetrainProcess:
    """A run of `python -m training retrain FOLDER`. Use it in a `with`: leaving asks it to stop, and ends it where it does not.

    Args:
        folder: With a request; the same again to go on after a stop, a crash or a restart of the machine.
        only_plan: Tell what it takes and end.

    Raises:
        RetrainingError: This machine cannot train.
    """

    def __init__(self, folder: Path, *, only_plan: bool = False) -> None:
        require_training()
        self._log = folder / _LOG_NAME
        words = [sys.executable, "-m", "training", "retrain", str(folder), "--background", *(["--plan"] if only_plan else [])]
        with self._log.open("w", encoding="utf-8") as errors:
            self._child = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8", env=_environment()
            )

    def __enter__(self) -> RetrainProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
        try:
            self._child.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.kill()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._child.pid

    def events(self) -> Iterator[Told]:
        """Each event as it comes, until the run ends.

        Raises:
            RetrainingError: It ended with an error; the message is its own.
        """
        assert self._child.stdout is not None
        for line in self._child.stdout:
            if line.startswith("{"):
                yield json.loads(line)
        if self._child.wait():
            raise self._failure()

    def stop(self) -> None:
        """Ask it to keep its state and end; it does so after the present step. The same as a pause: start it again to go on."""
        assert self._child.stdin is not None
        with contextlib.suppress(BrokenPipeError, ValueError):
            self._child.stdin.write("stop\n")
            self._child.stdin.flush()

    def kill(self) -> None:
        """End it at once; the last checkpoint stays."""
        self._child.kill()
        self._child.wait()

    def _failure(self) -> RetrainingError:
        lines = [line.strip() for line in self._log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        told = [number for number, line in enumerate(lines) if line.startswith("training: ")]
        if told:
            message, *hint = lines[told[-1] :]
            return RetrainingError(message.removeprefix("training: "), hint=" ".join(hint[:1]))
        last = lines[-1] if lines else f"exit code {self._child.returncode}"
        return RetrainingError(f"The training ended unexpectedly: {last}", hint=f"More is in {self._log}. Start it again to go on.")


def begin(request: RetrainRequest, folder: Path) -> None:
    """Make the run's folder, which only its owner may read, with the request in it.

    Raises:
        RetrainingError: There is a run in it already, or something else.
    """
    private_dir(folder)
    if (folder / "last.safetensors").exists():
        raise RetrainingError(f"There is a retraining in {folder}.", hint="Go on with it by --resume, or give another --out.")
    if any(folder.iterdir()) and not (folder / REQUEST_NAME).exists():
        raise RetrainingError(f"{folder} has other things in it.", hint="Give a new one: it is deleted as a whole.")
    request.save(folder)


def discard(folder: Path) -> None:
    """Delete a retraining with all that it holds: pictures, checkpoints, and its candidate.

    Raises:
        RetrainingError: There is none in the folder, or it cannot be deleted.
    """
    load_request(folder)
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise RetrainingError(f"The retraining {folder} cannot be deleted: {error.strerror}.", hint="Delete the folder by hand.") from error


def plan(folder: Path) -> tuple[Plan, tuple[str, ...]]:
    """What the run in the folder will take, measured, and what to look at before it is started. Takes some seconds.

    Raises:
        RetrainingError: It cannot be done as asked.
    """
    warnings, found = [], None
    with RetrainProcess(folder, only_plan=True) as process:
        for event in process.events():
            if event["event"] == "planned":
                found = plan_from(event)
            elif event["event"] == "warned":
                warnings.append(str(event["message"]))
    if found is None:
        raise RetrainingError("The training told no plan.", hint=f"Look into {folder / _LOG_NAME}.")
    return found, tuple(warnings)


def _environment() -> dict[str, str]:
    """So that the child finds the same packages as this process, and does not spin while it waits."""
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", "OMP_WAIT_POLICY": "PASSIVE"}
