"""What holds of every page also holds at 150 % and 200 %: a new process, for Qt takes the scale when it starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.gui


@pytest.mark.parametrize("scale", ["1.5", "2"])
def test_every_page_fits_the_smallest_window_and_clips_no_words_at_that_scale(scale: str) -> None:
    pages = Path(__file__).with_name("test_every_page.py")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "clips_no_words", str(pages)]
    run = subprocess.run(command, env={**os.environ, "QT_SCALE_FACTOR": scale}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert " passed" in run.stdout
