"""Pictures in the wrong person's folder, folders that show one person, a folder that shows several: by an encoder that is trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from facekit.evaluation.trials import Float64Array, IntArray, person_codes
from facekit.types import FloatArray


@dataclass(frozen=True, slots=True)
class StrangePicture:
    """A picture that lies nearer to another person's pictures than to those in its own folder.

    Args:
        own, others: Mean d to the other pictures of its own folder, and to those of the person that it is like.
    """

    picture: str
    person: str
    like: str
    own: float
    others: float

    def __str__(self) -> str:
        return f"{self.picture} is more like {self.like} ({self.others:.2f}) than like the other pictures of {self.person} ({self.own:.2f})"


@dataclass(frozen=True, slots=True)
class LikeFolders:
    """Two persons whose pictures are as near to each other as one person's are.

    Args:
        distance: Mean d between the pictures of the two.
    """

    first: str
    second: str
    distance: float

    def __str__(self) -> str:
        return f"{self.first} and {self.second} look like one person ({self.distance:.2f})"


@dataclass(frozen=True, slots=True)
class MixedFolder:
    """A person whose pictures are as far from each other as different persons' are.

    Args:
        own: Mean d between them.
    """

    person: str
    own: float

    def __str__(self) -> str:
        return f"the pictures of {self.person} hardly look like one person ({self.own:.2f})"


Suspicion = StrangePicture | LikeFolders | MixedFolder


def screen(vectors: FloatArray, persons: Sequence[str], pictures: Sequence[str], threshold: float) -> tuple[Suspicion, ...]:
    """What a person should look at before anything is learnt from these pictures, the clearest first.

    Means of all distances are compared: the mean d of a picture to a folder is 2 − 2·(its vector · the mean of the folder's vectors).

    Args:
        vectors: (N, D) float32, unit rows.
        persons: N names, who each picture is said to show.
        pictures: N names, as they are to be told.
        threshold: τ of the encoder: one person's pictures lie within it on average, and what is farther from another folder is not like it.
    """
    names, codes = sorted(set(persons)), person_codes(persons)
    if len(names) < 2:
        return ()
    counts = np.bincount(codes)
    means = np.stack([np.bincount(codes, weights=column) for column in vectors.T.astype(np.float64)], axis=1) / counts[:, None]
    strange = _strange(vectors.astype(np.float64), codes, means, counts, threshold)
    found: list[Suspicion] = [
        StrangePicture(pictures[row], names[codes[row]], names[other], own, others) for row, other, own, others in strange
    ]
    return (*_like(means, names, threshold), *_mixed(means, counts, names, threshold), *found)


def _like(means: Float64Array, names: Sequence[str], threshold: float) -> list[LikeFolders]:
    between = 2 - 2 * means @ means.T
    left, right = np.triu_indices(len(names), 1)
    near = np.flatnonzero(between[left, right] <= threshold)
    pairs = [LikeFolders(names[left[i]], names[right[i]], float(between[left[i], right[i]])) for i in near]
    return sorted(pairs, key=lambda pair: pair.distance)


def _mixed(means: Float64Array, counts: IntArray, names: Sequence[str], threshold: float) -> list[MixedFolder]:
    # All pairs of a folder, without those of a picture with itself, whose distance is 0.
    own = (2 - 2 * (means**2).sum(axis=1)) * counts / np.maximum(counts - 1, 1)
    found = [MixedFolder(name, float(mean)) for name, mean in zip(names, own, strict=True) if mean > threshold]
    return sorted(found, key=lambda folder: -folder.own)


def _strange(
    vectors: Float64Array, codes: IntArray, means: Float64Array, counts: IntArray, threshold: float
) -> list[tuple[int, int, float, float]]:
    """(row, the other person, mean distance to the own, to the other), the nearest to the other first."""
    distances = 2 - 2 * vectors @ means.T
    rows = np.arange(len(codes))
    # Without the picture itself, whose distance is 0: a folder's sum over one fewer.
    own = distances[rows, codes] * counts[codes] / np.maximum(counts[codes] - 1, 1)
    distances[rows, codes] = np.inf
    other = distances.argmin(axis=1)
    others = distances[rows, other]
    is_strange = (counts[codes] > 1) & (others < own) & (others <= threshold)
    found = [(int(row), int(other[row]), float(own[row]), float(others[row])) for row in np.flatnonzero(is_strange)]
    return sorted(found, key=lambda each: each[3] - each[2])
