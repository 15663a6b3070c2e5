"""The window while a retraining runs: pictures shown and looked at a second, before it and during it, on all cores of the machine.

    python -m benchmarks.window_training [--runs 3] [--seed 0]

A synthetic person is enrolled and is the source, at 30 pictures a second; the whole network is trained on others who do not exist.
Wants a display (xvfb-run -a) and Linux. Needs the packages for training.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.kept import keep
from benchmarks.synthetic_faces import write_aligned
from benchmarks.window import prepare, run_window, spread

NAME = "window_training"
_PERSONS, _PICTURES = 24, 6
_MINUTES = 10
"""More than is looked at: the window is closed before its end."""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(Path(folder) / str(number), given.seed) for number in range(given.runs)]
    figures = {"runs": given.runs, "load_average_1_min": round(os.getloadavg()[0], 1), "window": spread(rows)}
    print(f"kept in {keep(NAME, figures, seed=given.seed).name}")


def measure(folder: Path, seed: int) -> Mapping[str, float]:
    """The figures of one window, from a home of its own."""
    folder.mkdir()
    environment = {**os.environ, "FACEKIT_HOME": str(folder / "home")}
    clip = prepare(folder, seed, environment)
    people = write_aligned(folder / "people", persons=_PERSONS, pictures=_PICTURES)
    retrain = ["retrain", str(people), "--recipe", "finetune-all", "--minutes", str(_MINUTES), "--name", "encoder-bench", "--plan"]
    subprocess.run([sys.executable, "-m", "facekit.cli", *retrain], check=True, env=environment, stdout=subprocess.DEVNULL)
    answer = run_window("training", clip, folder, environment)
    print(answer, flush=True)
    return answer


if __name__ == "__main__":
    main()
