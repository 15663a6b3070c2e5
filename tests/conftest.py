"""What holds for every test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ["LC_ALL"] = "C.UTF-8"  # dates and numbers as the tests have them, whatever this machine writes


@pytest.fixture(autouse=True)
def facekit_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's folders for this test and its child processes: no test touches those of the person who runs it."""
    home = tmp_path / "facekit-home"
    monkeypatch.setenv("FACEKIT_HOME", str(home))
    return home
