"""Facekit beside face_recognition (dlib) and facenet-pytorch on the same pairs in one run.

    python -m benchmarks.rivals [--rival-python PATH]      PATH: the Python of an environment with face_recognition

To make one:  python3 -m venv /tmp/rival && /tmp/rival/bin/pip install 'setuptools<80' dlib face_recognition
Whole photos of LFW View 1's test pairs: accuracy over ten folds, processor milliseconds a picture, start-up, peak memory. Each system runs
in a process of its own, one after the other, on one thread. A picture in which a system finds no face is an error of its pairs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.kept import SHARED, keep
from facekit.evaluation.pairs import Pair, evaluate_pairs, read_pairs
from facekit.types import Embedding, EncoderKey

_WORKER = Path(__file__).with_name("rivals_worker.py")
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}


def measure(system: str, python: str, pairs: Sequence[Pair], root: Path) -> dict[str, Any]:
    """The figures of one system."""
    names = list(dict.fromkeys(name for pair in pairs for name in (pair.left, pair.right)))
    with tempfile.TemporaryDirectory() as folder:
        listing, out = Path(folder) / "pictures.txt", Path(folder) / "out.npz"
        listing.write_text("\n".join(str(root / name) for name in names), encoding="utf-8")
        environment = {**os.environ, **_ONE_THREAD, "PYTHONPATH": str(_WORKER.parents[1])}
        command = [python, str(_WORKER), system, str(listing), str(out)]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if run.returncode:
            return {"system": system, "failed": run.stderr.strip().splitlines()[-1:]}
        made = np.load(out)
        process = json.loads(run.stdout.strip().splitlines()[-1])
    times = made["times_ms"]
    speed = {"ms_median": float(np.median(times)), "ms_p95": float(np.percentile(times, 95))}
    vectors = made["vectors"]
    if system != "face_recognition":  # which compares dlib's vectors as they are; the others compare directions
        vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return {"system": system, "pictures": len(names), **speed, **process, **_accuracy(names, vectors, made["found"], pairs)}


def _accuracy(names: list[str], vectors: np.ndarray[Any, Any], found: np.ndarray[Any, Any], pairs: Sequence[Pair]) -> dict[str, Any]:
    """Accuracy, EER and TAR of the vectors; only what was not found where there were no weights."""
    undetected = {"undetected": int((~found).sum())}
    if np.isnan(vectors[found]).any():
        return {**undetected, "accuracy": None, "note": "speed alone: its weights were not on this machine"}
    key = EncoderKey("rival", "")
    rows = {
        name: Embedding(row.astype(np.float32), key) if is_found else None
        for name, row, is_found in zip(names, vectors, found, strict=True)
    }
    report = evaluate_pairs(pairs, lambda name: rows[name]).as_json()
    return {**undetected, **{k: v for k, v in report.items() if k not in {"undetected", "undetected_names", "ms_per_face"}}}


def main() -> None:
    """Measure, keep, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rival-python", default=sys.executable)
    parser.add_argument("--data", type=Path, default=SHARED / "data" / "lfw_view1")
    args = parser.parse_args()
    pairs, root = read_pairs(args.data / "pairs.csv"), args.data / "images"
    pythons = {"facekit": sys.executable, "face_recognition": args.rival_python, "facenet_pytorch": sys.executable}
    rows = [measure(system, python, pairs, root) for system, python in pythons.items()]
    print(json.dumps(rows, indent=1))
    print(keep("rivals", {"data": "LFW View 1 test, 1,000 pairs, whole photos 250×250; one thread each", "systems": rows}))


if __name__ == "__main__":
    main()
