"""What a trained network says of a picture, asked of a child process: the window itself never loads torch. Free of Qt."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from facekit.errors import FacekitError
from facekit.imaging import save_image
from facekit.types import Pixels
from training.errors import complaint
from ui.ports import Prediction

_LOOK_EVERY_S = 0.2


def predict(run: Path, pixels: Pixels, is_cancelled: Callable[[], bool]) -> Prediction:
    """The answer of a run's network to H×W×3 uint8 RGB pixels; loading torch takes most of the time. Call it on a task's thread.

    Raises:
        FacekitError: The command failed, or it was cancelled.
    """
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "picture.png"
        save_image(picture, pixels)
        command = [sys.executable, "-m", "training", "predict", str(run), str(picture), "--json"]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
            said, complaints = _wait(child, is_cancelled)
    if child.returncode:
        raise FacekitError(complaint(complaints), hint="Train it again if its pictures have moved.")
    return _read(said)


def _wait(child: subprocess.Popen[str], is_cancelled: Callable[[], bool]) -> tuple[str, str]:
    while True:
        if is_cancelled():
            child.kill()
            child.communicate()
            raise FacekitError("It was cancelled.")
        try:
            return child.communicate(timeout=_LOOK_EVERY_S)
        except subprocess.TimeoutExpired:
            continue


def _read(said: str) -> Prediction:
    found = json.loads(said.splitlines()[-1])
    return Prediction(
        task=found["task"],
        classes=tuple((str(name), float(share)) for name, share in found["classes"]),
        is_face=found["is_face"],
        box=tuple(found["box"]),
        points=tuple((float(x), float(y)) for x, y in found["points"]),
    )
