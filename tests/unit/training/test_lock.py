"""One training at a time, whichever process it is in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("filelock", reason="training is not installed")

from training.errors import TrainingError
from training.lock import only_one

_HOLD = "import sys; from training.lock import only_one\nwith only_one('lenet5'):\n    print('held', flush=True); sys.stdin.read()"


def test_only_one_when_another_process_trains_names_it_and_is_free_after_its_crash() -> None:
    with subprocess.Popen([sys.executable, "-c", _HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(TrainingError, match="lenet5 is being trained now") as refused, only_one("encoder-own"):
            pass
        assert "pause it" in refused.value.hint
        other.kill()
    with only_one("encoder-own"):
        pass


def test_only_one_is_free_after_an_error(facekit_home: Path) -> None:
    with pytest.raises(ZeroDivisionError), only_one("first"):
        _ = 1 / 0
    with only_one("second"):
        assert (facekit_home / "data" / "training.name").read_text(encoding="utf-8") == "second"
