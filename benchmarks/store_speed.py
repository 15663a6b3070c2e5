"""How long the store takes with many templates: opening with its integrity check, loading the gallery, one enrolment, one removal.

    python -m benchmarks.store_speed [--templates 100000] [--seed 1]

Keeps benchmarks/results/store_speed.json; wall milliseconds, median of five, and the file's size. The templates have no crops.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.kept import keep
from facekit.store import open_repository
from facekit.store.base import NewTemplate
from facekit.types import Consent, Embedding, EncoderKey, Quality

KEY = EncoderKey("random", "0" * 64)
PER_PERSON = 10
REPEATS = 5
CONSENT = Consent("I agree.", datetime(2026, 1, 1, tzinfo=UTC), "benchmark")
QUALITY = Quality(60.0, 0.5, 120.0, 0.9, 0.0, 0.0, 0.0, ())


def main() -> int:
    """0, with the figures printed and kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--templates", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder, "speed.db"), templates=arguments.templates, rng=np.random.default_rng(arguments.seed))
    print(keep("store_speed", figures, seed=arguments.seed), figures)
    return 0


def measure(path: Path, *, templates: int, rng: np.random.Generator) -> dict[str, float]:
    """The figures for a database of that many templates, ten a person."""
    repository = open_repository(path)
    started = time.perf_counter()
    people = [repository.enrol(f"Person {number}", CONSENT, _templates(rng)) for number in range(templates // PER_PERSON)]
    filling = time.perf_counter() - started
    extra = iter(range(REPEATS))
    removed = iter(people)
    figures = {
        "gallery_ms": _median_ms(lambda: repository.gallery(KEY)),
        "people_ms": _median_ms(repository.people),
        "enrol_ms": _median_ms(lambda: repository.enrol(f"Extra {next(extra)}", CONSENT, _templates(rng))),
        "remove_ms": _median_ms(lambda: repository.remove(next(removed).person_id)),
        "open_and_check_ms": _median_ms(lambda: open_repository(path).close()),
    }
    repository.close()
    size = path.stat().st_size / 2**20
    return {"templates": templates, "fill_s": round(filling, 1), "file_mib": round(size, 1), **figures}


def _templates(rng: np.random.Generator) -> list[NewTemplate]:
    vectors = rng.standard_normal((PER_PERSON, 128)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return [NewTemplate(Embedding(vector, KEY), QUALITY, "random") for vector in vectors]


def _median_ms(action: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - started))
    return round(statistics.median(times), 2)


if __name__ == "__main__":
    sys.exit(main())
