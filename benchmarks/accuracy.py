"""`facekit evaluate` on photos of people never trained on: LFW View 1's pairs end to end, and a gallery with strangers.

    python -m benchmarks.accuracy [--encoder NAME] [--detector NAME] [--landmarker NAME]

The gallery: of 21 persons with 8 photos each every third is a stranger; the others are enrolled with one photo, all other photos are
probes. The terminal's own commands are run, as anybody can run them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.kept import SHARED, keep
from facekit.pipeline_config import DEFAULT_ENCODER

_EVERY = 3


def facekit(*words: object) -> dict[str, Any]:
    """What the terminal answers in JSON."""
    command = [sys.executable, "-m", "facekit.cli", *(str(word) for word in words), "--json"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer


def lfw_pairs(models: Sequence[str]) -> dict[str, Any]:
    """Whole photos: detection counts."""
    folder = SHARED / "data" / "lfw_view1"
    return facekit("evaluate", "pairs", folder / "pairs.csv", "--root", folder / "images", *models)


def photo_gallery(models: Sequence[str]) -> dict[str, Any]:
    """One photo enrolled of each of fourteen persons, seven strangers."""
    persons = sorted(path for path in (SHARED / "data" / "photos").iterdir() if path.is_dir())
    with tempfile.TemporaryDirectory() as scratch:
        enrolled, probes = Path(scratch) / "enrolled", Path(scratch) / "probes"
        for folder in (enrolled, probes):
            folder.mkdir()
        for row, person in enumerate(persons):
            (probes / person.name).symlink_to(person)
            if row % _EVERY != _EVERY - 1:
                (enrolled / person.name).symlink_to(person)
        return facekit("evaluate", "gallery", enrolled, probes, *models)


def main() -> None:
    """Measure, keep, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", default=DEFAULT_ENCODER)
    parser.add_argument("--detector", default="mtcnn")
    parser.add_argument("--landmarker", default="", help="whose points align the faces; the detector's unless given")
    args = parser.parse_args()
    models = ("--encoder", args.encoder, "--detector", args.detector, "--landmarker", args.landmarker)
    figures = {"lfw_view1_whole_photos": lfw_pairs(models), "photos_open_set": photo_gallery(models)}
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    print(keep("_".join(filter(None, ("accuracy", args.detector, args.encoder, args.landmarker))), figures))


if __name__ == "__main__":
    main()
