"""Two encoders measured on the same labelled pictures, beside each other."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from facekit.errors import EvaluationError
from facekit.evaluation.intervals import Estimate, beside
from facekit.evaluation.pairs import Pair, PairsReport, evaluate_pairs, read_pairs
from facekit.evaluation.promotion import Encoded, Operating, Verdict, judge
from facekit.evaluation.rates import is_supported
from facekit.imaging import person_folders
from facekit.types import Embedding, EncoderKey, Interval

PAIRS_NAME = "pairs.csv"
TARGET_FMR = 0.001
_MOST_PAIRS = 20_000
"""Of each kind: enough for an FMR of 0.001, and few enough for a thousand resamples."""

EncodeBoth = Callable[[Path], tuple[Embedding, Embedding] | None]
"""The embeddings of the face in a picture by both encoders; None where no face was found."""
Progress = Callable[[int, int], None]
"""Told how many pictures are done, of how many."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Pictures of which it is known who they show.

    Args:
        files: By the names in `pairs`.
        persons: By the names in `pairs`; empty where only pairs are known.
    """

    pairs: tuple[Pair, ...]
    files: Mapping[str, Path]
    persons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Measured:
    """One encoder on the pictures.

    Args:
        fnmr: At the threshold whose FMR on these pairs is TARGET_FMR at most.
        is_supported: There were enough non-mated pairs to show such an FMR.
    """

    key: EncoderKey
    report: PairsReport
    fnmr: Estimate
    is_supported: bool

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "encoder": self.key.encoder_id,
            "weights_hash": self.key.weights_hash,
            **beside("accuracy", self.report.accuracy),
            **beside("eer", self.report.eer),
            **beside(f"fnmr_at_fmr_{TARGET_FMR:g}", self.fnmr),
            "fmr_is_supported": self.is_supported,
            "pairs": self.report.n,
            "undetected": len(self.report.undetected_names),
        }


@dataclass(frozen=True, slots=True)
class Beside:
    """Both encoders, and what the difference comes to.

    Args:
        verdict: Whether the second may take the first one's place; None where only pairs are known, not persons.
    """

    first: Measured
    second: Measured
    verdict: Verdict | None


def labelled(folder: Path, *, seed: int = 0) -> Labelled:
    """The pictures of a folder: with a pairs.csv its pairs, else all pairs of a folder a person, thinned by chance where they are many.

    Raises:
        EvaluationError: The pairs cannot be read, or name a picture that is not there.
        ImageError: The folder is missing, or no folder in it has a picture.
    """
    if (folder / PAIRS_NAME).is_file():
        pairs = read_pairs(folder / PAIRS_NAME)
        files = {name: folder / name for pair in pairs for name in (pair.left, pair.right)}
        for path in files.values():
            if not path.is_file():
                raise EvaluationError(
                    f"{folder / PAIRS_NAME} names {path}, which is not there.", hint="Its paths start in the folder itself."
                )
        return Labelled(pairs, files, {})
    found = person_folders(folder)
    files = {f"{person}/{path.name}": path for person, paths in found.items() for path in paths}
    persons = {f"{person}/{path.name}": person for person, paths in found.items() for path in paths}
    return Labelled(_all_pairs(persons, np.random.default_rng(seed)), files, persons)


def compare(pictures: Labelled, encode: EncodeBoth, operating: Operating, *, measured_on: str, progress: Progress | None = None) -> Beside:
    """Both encoders on the pictures, each encoded once; a picture without a face is an error of both.

    Args:
        operating: Where the first one stands in use.

    Raises:
        EvaluationError: No mated or no non-mated pair, or no face in any picture.
    """
    made: dict[str, tuple[Embedding, Embedding] | None] = {}
    for name, path in pictures.files.items():
        made[name] = encode(path)
        if progress:
            progress(len(made), len(pictures.files))
    found = {name: both for name, both in made.items() if both is not None}
    if not found:
        raise EvaluationError(f"No face was found in any of {len(made)} pictures.", hint="Aligned faces are read with --aligned.")
    measured = [_measured(pictures, {name: both and both[side] for name, both in made.items()}) for side in (0, 1)]
    return Beside(measured[0], measured[1], _verdict(pictures, found, operating, measured_on) if pictures.persons else None)


def _measured(pictures: Labelled, embeddings: Mapping[str, Embedding | None]) -> Measured:
    report = evaluate_pairs(pictures.pairs, lambda name: embeddings[name])
    passed = report.tar_at_far[TARGET_FMR]
    low, high = astuple(passed.interval)
    key = next(embedding.key for embedding in embeddings.values() if embedding)
    missed = Estimate(1 - passed.value, Interval(1 - high, 1 - low))
    return Measured(key, report, missed, is_supported(TARGET_FMR, report.non_mated_count))


def _verdict(pictures: Labelled, found: Mapping[str, tuple[Embedding, Embedding]], operating: Operating, measured_on: str) -> Verdict:
    old, new = (Encoded(next(iter(found.values()))[side].key, np.stack([both[side].vector for both in found.values()])) for side in (0, 1))
    return judge(old, new, [pictures.persons[name] for name in found], operating, measured_on=measured_on)


def _all_pairs(persons: Mapping[str, str], rng: np.random.Generator) -> tuple[Pair, ...]:
    pairs = [Pair(left, right, persons[left] == persons[right]) for left, right in itertools.combinations(persons, 2)]
    return tuple(pair for same in (True, False) for pair in _some([pair for pair in pairs if pair.same is same], rng))


def _some(pairs: list[Pair], rng: np.random.Generator) -> list[Pair]:
    if len(pairs) <= _MOST_PAIRS:
        return pairs
    return [pairs[row] for row in np.sort(rng.choice(len(pairs), _MOST_PAIRS, replace=False))]
