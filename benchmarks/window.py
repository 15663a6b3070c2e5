"""The window's speed beside an empty PySide6 window: first paint, first name, preview while recognising, longest gap, memory.

    python -m benchmarks.window [--runs 5] [--seed 0]

A synthetic person is enrolled; a clip of them at 30 pictures a second is the source; then 1,000 photos are looked at for an import.
Each run is a new process, bare and ours by turns.
Wants a display (xvfb-run -a) and Linux. A gap is the time between two beats of a timer of 2 ms in the window's thread.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2

from benchmarks.kept import keep
from facekit import synthetic
from facekit.imaging import save_image

NAME = "window"
_FPS = 30
_CLIP_S = 40
_SIZE = (640, 480)
_PERSONS, _VIEWS, _FOLDERS = 20, 5, 200


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder), given.runs, given.seed)
    found = {"runs": given.runs, "load_average_1_min": round(os.getloadavg()[0], 1), "bare": rows["bare"], "facekit": rows["facekit"]}
    print(f"kept in {keep(NAME, found, seed=given.seed).name}")


def measure(folder: Path, runs: int, seed: int) -> dict[str, dict[str, dict[str, float]]]:
    """Median, least and most of each figure, of the bare window and of ours."""
    environment = {**os.environ, "FACEKIT_HOME": str(folder / "home")}
    clip, photos = prepare(folder, seed, environment), _photos(folder / "photos")
    told: dict[str, list[Mapping[str, float]]] = {"bare": [], "facekit": []}
    for number in range(runs):
        for kind, answers in told.items():
            answers.append(run_window(kind, clip, photos, environment))
            print(f"run {number + 1}, {kind}: {json.dumps(answers[-1])}", flush=True)
    return {kind: spread(answers) for kind, answers in told.items()}


def prepare(folder: Path, seed: int, environment: Mapping[str, str]) -> Path:
    """The clip, its first person enrolled."""
    picture, clip = folder / "person.png", folder / "clip.avi"
    save_image(picture, synthetic.still(seed, 0))
    enrol = [sys.executable, "-m", "facekit.cli", "enrol", "Ana", str(picture), "--consent", "for a measurement", "--force"]
    subprocess.run(enrol, check=True, env=environment)
    writer = cv2.VideoWriter(str(clip), cv2.VideoWriter.fourcc(*"MJPG"), _FPS, _SIZE)
    for pixels in synthetic.clip((seed,), seed=seed, frame_count=_FPS * _CLIP_S):
        writer.write(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    writer.release()
    return clip


def _photos(folder: Path) -> Path:
    """1,000 photos in 200 folders, those of 20 people who do not exist, again and again."""
    stills = [[synthetic.still(person, view) for view in range(_VIEWS)] for person in range(_PERSONS)]
    for number in range(_FOLDERS):
        for view, pixels in enumerate(stills[number % _PERSONS]):
            person = folder / f"Person {number:03}"
            person.mkdir(parents=True, exist_ok=True)
            save_image(person / f"{view}.jpg", pixels)
    return folder


def run_window(kind: str, clip: Path, photos: Path, environment: Mapping[str, str]) -> Mapping[str, float]:
    """What one run of benchmarks.window_worker told."""
    command = [sys.executable, "-m", "benchmarks.window_worker", kind, str(time.monotonic()), str(clip), str(photos)]
    made = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
    answer: Mapping[str, float] = json.loads(made.stdout.splitlines()[-1])
    if "gave_up" in answer:
        raise SystemExit(f"The window did not come to {'recognising' if 'first_name_s' not in answer else 'its end'}: {answer}")
    return answer


def spread(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Median, least and most of each figure."""
    return {
        name: {
            "median": round(statistics.median(row[name] for row in rows), 3),
            "min": round(min(row[name] for row in rows), 3),
            "max": round(max(row[name] for row in rows), 3),
        }
        for name in rows[0]
    }


if __name__ == "__main__":
    main()
