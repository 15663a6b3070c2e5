"""A folder with aligned112.zip and pairs.csv, as LFW View 1 lies there, and the figures of embeddings on it. No network here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np

from facekit.evaluation.pairs import Pair, PairsReport, evaluate_pairs, pair_trials, person_of, read_pairs
from facekit.evaluation.trials import Trials
from facekit.types import Embedding, EncoderKey, FloatArray
from training.data.faces import open_faces
from training.errors import TrainingError

_KEY = EncoderKey("in-training", "")


class AlignedPairs:
    """The faces of the zip and the pairs of the list.

    Raises:
        TrainingError, EvaluationError: The zip or the list cannot be read, or the list names a face that the zip lacks.
    """

    def __init__(self, folder: Path) -> None:
        self.faces = open_faces([f"identities:{folder / 'aligned112.zip'}"])
        self._names = tuple(_without_suffix(record.file) for record in self.faces.records)
        self._pairs = tuple(
            replace(pair, left=_without_suffix(pair.left), right=_without_suffix(pair.right)) for pair in read_pairs(folder / "pairs.csv")
        )
        missing = {name for pair in self._pairs for name in (pair.left, pair.right)} - set(self._names)
        if missing:
            raise TrainingError(f"{folder / 'aligned112.zip'} lacks {min(missing)}.", hint="Align the pictures again.")

    @property
    def persons(self) -> tuple[str, ...]:
        """Who each face shows."""
        return tuple(person_of(name) for name in self._names)

    def report(self, vectors: FloatArray, probes: FloatArray | None = None, *, resamples: int) -> PairsReport:
        """All figures with their intervals.

        Args:
            vectors: (N, D) of the faces in their order, of any length.
            probes: Other vectors of the same faces, which stand for the right-hand one of each pair.
        """
        made = self._embeddings(vectors, "")
        if probes is None:
            return evaluate_pairs(self._pairs, made.__getitem__, resamples=resamples)
        made |= self._embeddings(probes, " as a probe")
        pairs = tuple(Pair(pair.left, f"{pair.right} as a probe", pair.same, pair.fold) for pair in self._pairs)
        return evaluate_pairs(pairs, made.__getitem__, resamples=resamples)

    def trials(self, vectors: FloatArray) -> Trials:
        """The comparisons, for a paired difference of two encoders."""
        return pair_trials(self._pairs, self._embeddings(vectors, ""))

    def _embeddings(self, vectors: FloatArray, suffix: str) -> dict[str, Embedding]:
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return {f"{name}{suffix}": Embedding(row, _KEY) for name, row in zip(self._names, unit, strict=True)}


def _without_suffix(name: str) -> str:
    """pairs.csv names .jpg files, the zip holds .webp."""
    return str(PurePosixPath(name).with_suffix(""))
