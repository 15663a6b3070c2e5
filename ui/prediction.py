"""What a trained network says of a picture, asked of a child process: the window itself never loads torch. Free of Qt."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue

from facekit.errors import FacekitError
from facekit.imaging import save_image
from facekit.types import Pixels
from training.errors import complaint
from ui.ports import Prediction

_LOOK_EVERY_S = 0.2
_PATIENCE_S = 5.0


class Networks:
    """Answers of runs' networks. The one asked last stays loaded, for loading torch takes seconds and an answer a moment.

    Its methods may be called on any thread; `predict` takes its time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def predict(self, run: Path, pixels: Pixels, is_cancelled: Callable[[], bool]) -> Prediction:
        """The answer of a run's network, as it was last saved, to H×W×3 uint8 RGB pixels.

        Raises:
            FacekitError: The command failed, or it was cancelled.
        """
        with self._lock:
            state = _state_of(run)
            if self._child is None or self._child.state != state:
                self._end()
                self._child = _Child(run, state)
            try:
                return self._child.ask(pixels, is_cancelled)
            except FacekitError:
                self._end()
                raise

    def close(self) -> None:
        """Unload what is loaded; the next question loads it again."""
        if child := self._child:  # another thread may put it away meanwhile
            child.kill()  # whoever waits for its answer holds the lock until then
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._child:
            self._child.close()
            self._child = None


class _Child:
    """A process with one network, which is told names of pictures and answers in lines.

    Args:
        state: Of the run's weights, which it has read.
    """

    def __init__(self, run: Path, state: tuple[Path, int]) -> None:
        self.state = state
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._complaints = Path(self._folder.name) / "complaints.txt"
        with self._complaints.open("wb") as complaints:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "training", "predict", str(run), "-", "--json"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                encoding="utf-8",
            )
        self._lines: SimpleQueue[str] = SimpleQueue()
        threading.Thread(target=self._listen, name="prediction", daemon=True).start()

    def ask(self, pixels: Pixels, is_cancelled: Callable[[], bool]) -> Prediction:
        """As Networks.predict."""
        picture = Path(self._folder.name) / "picture.png"
        save_image(picture, pixels)
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # then it is dead, of which it has said why
            self._process.stdin.write(f"{picture}\n")
            self._process.stdin.flush()
        if line := self._next(is_cancelled):
            return _read(line)
        self._process.wait()
        complaints = self._complaints.read_text(encoding="utf-8", errors="replace")
        raise FacekitError(complaint(complaints), hint="Train it again if its pictures have moved.")

    def kill(self) -> None:
        """End the process; who waits for its answer is told."""
        self._process.kill()

    def close(self) -> None:
        """End it, and leave nothing."""
        self.kill()
        self._process.wait(_PATIENCE_S)
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # what was not yet sent to the dead is of no use to anybody
                if pipe:
                    pipe.close()
        self._folder.cleanup()

    def _next(self, is_cancelled: Callable[[], bool]) -> str:
        """The next line; empty where there will be none."""
        while True:
            try:
                return self._lines.get(timeout=_LOOK_EVERY_S)
            except Empty:
                if is_cancelled():
                    raise FacekitError("It was cancelled.") from None

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")


def _state_of(run: Path) -> tuple[Path, int]:
    """The run and when its weights were last saved: 0 where they are not."""
    return run, max((file.stat().st_mtime_ns for file in run.glob("*.safetensors")), default=0)


def _read(line: str) -> Prediction:
    found = json.loads(line)
    return Prediction(
        task=found["task"],
        classes=tuple((str(name), float(share)) for name, share in found["classes"]),
        is_face=found["is_face"],
        box=tuple(found["box"]),
        points=tuple((float(x), float(y)) for x, y in found["points"]),
    )
