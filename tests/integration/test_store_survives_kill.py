"""What was acknowledged is there, whole, after the program was killed at any moment; what was not is there whole or not at all.

The rounds themselves are in benchmarks/store_kill.py. FACEKIT_KILLS sets how many.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def test_store_when_its_program_is_killed_at_random_moments_keeps_every_acknowledged_enrolment() -> None:
    kills = os.environ.get("FACEKIT_KILLS", "12")
    command = [sys.executable, "-m", "benchmarks.store_kill", "--print", "--kills", kills, "--seed", "7"]
    finished = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert finished.stdout, finished.stderr
    figures = json.loads(finished.stdout)
    assert [problem for kill in figures["rounds"] for problem in kill["problems"]] == []
    assert finished.returncode == 0, finished.stderr
    assert figures["kills"] == int(kills)
    # The rounds did meet a working program: seeded, so that each of these is waited for before the kill.
    assert figures["enrolled"] > 2 * int(kills)
    assert figures["removed"] > 0
