"""Every comparison of a set of pictures, each pair once, in blocks that keep memory bounded. No rate is computed here."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from facekit.evaluation.trials import IntArray
from facekit.types import FloatArray

_BLOCK_ROWS = 128


def comparisons(vectors: FloatArray) -> Iterator[tuple[FloatArray, IntArray, IntArray]]:
    """The distances of some of N×D unit rows from all later ones: (n,) float32 distances, (n,) left rows, (n,) right rows."""
    for start in range(0, len(vectors), _BLOCK_ROWS):
        rows = vectors[start : start + _BLOCK_ROWS]
        distances = distances_between(rows, vectors[start:])
        left, right = np.triu_indices(len(rows), 1, distances.shape[1])
        yield distances[left, right], left + start, right + start


def distances_between(rows: FloatArray, others: FloatArray) -> FloatArray:
    """(A, B) float32, d of each of A×D unit rows to each of B×D."""
    distances: FloatArray = np.clip(2.0 - 2.0 * (rows @ others.T), 0.0, 4.0).astype(np.float32)
    return distances
