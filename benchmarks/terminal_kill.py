"""`facekit enrol` killed at random moments of its whole run, models and all: is every acknowledged enrolment there, and none half?

    python -m benchmarks.terminal_kill [--kills 50] [--seed 1]

One database for all rounds. A name counts as acknowledged when its JSON answer was on stdout before the kill. benchmarks.store_kill tries
the same with thousands of enrolments, where most kills fall into the database's own work.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.kept import keep
from facekit.imaging import save_image
from facekit.store import open_repository
from facekit.synthetic import still

_PEOPLE = 8
_LATEST = 1.3
"""Of a whole run's time: some rounds end by themselves before their kill."""


def enrol_and_kill(database: Path, name: str, picture: Path, after_s: float) -> bool:
    """Whether the enrolment was acknowledged before the process was killed, or ended, `after_s` seconds after its start."""
    command = [sys.executable, "-m", "facekit.cli", "enrol", name, str(picture), "--db", str(database), "--force", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        answer, _ = process.communicate(timeout=after_s)
    except subprocess.TimeoutExpired:
        process.kill()
        answer, _ = process.communicate()
    return bool(answer) and json.loads(answer)["name"] == name


def stored(database: Path) -> dict[str, int]:
    """Names with their number of whole templates. Opening checks the integrity of the file."""
    repository = open_repository(database)
    try:
        return {person.name: len(repository.templates(person.person_id)) for person in repository.people()}
    finally:
        repository.close()


def main() -> int:
    """0 when nothing acknowledged was lost and nothing is half there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        database, pictures = Path(folder) / "people.db", [Path(folder) / f"{seed}.png" for seed in range(_PEOPLE)]
        for seed, picture in enumerate(pictures):
            save_image(picture, still(seed, 0))
        started = time.perf_counter()
        enrol_and_kill(database, "first", pictures[0], 600.0)
        whole_run_s = time.perf_counter() - started
        names = [f"person {number}" for number in range(args.kills)]
        moments = [float(rng.uniform(0.0, _LATEST * whole_run_s)) for _ in names]
        acknowledged = {name for row, name in enumerate(names) if enrol_and_kill(database, name, pictures[row % _PEOPLE], moments[row])}
        found = stored(database)
    lost = sorted(acknowledged - set(found))
    half = sorted(name for name, templates in found.items() if templates != 1)
    figures = {
        "kills": args.kills,
        "whole_run_s": whole_run_s,
        "acknowledged": len(acknowledged),
        "stored_but_not_acknowledged": len(set(found) - acknowledged - {"first"}),
        "lost": lost,
        "half": half,
    }
    print(json.dumps(figures, indent=1))
    print(keep("terminal_kill", figures, seed=args.seed))
    return 1 if lost or half else 0


if __name__ == "__main__":
    sys.exit(main())
