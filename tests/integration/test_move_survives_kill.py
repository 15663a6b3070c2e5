"""Everyone is recognised after the program was killed at any step of a gallery's move, and the move can be brought to its end.

The rounds themselves are in benchmarks/move_kill.py: real processes, real encoders. FACEKIT_KILLS sets how many.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.models


def test_gallery_when_the_program_is_killed_at_each_step_of_its_move_recognises_everyone() -> None:
    kills = os.environ.get("FACEKIT_KILLS", "12")
    command = [sys.executable, "-m", "benchmarks.move_kill", "--print", "--kills", kills, "--people", "2", "--seed", "7"]
    finished = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert finished.stdout, finished.stderr
    figures = json.loads(finished.stdout)
    assert [problem for kill in figures["rounds"] for problem in kill["problems"]] == []
    assert finished.returncode == 0, finished.stderr
    assert figures["kills"] == int(kills)
    # Each step was met, and both encoders were the active one after some of the kills.
    steps = {kill["step"] for kill in figures["rounds"]}
    assert {"re-encoded 0 of 12", "re-encoded 12 of 12", "promoted", "rolled back", "promoted again", "released"} <= steps
    assert {kill["active"] for kill in figures["rounds"]} == {"encoder-v0", "encoder-v1"}
    assert figures["recognised_by_two_encoders"] > 0, "somebody without a crop was found by the old encoder beside the new one"
