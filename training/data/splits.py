"""Who is trained on and who is kept for measuring: identity-disjoint, relatives on one side, and a report of faces that got onto both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facekit.types import FloatArray
from training.data.faces import FaceRecord, FaceSet
from training.errors import TrainingError

_ROWS = 1024


@dataclass(frozen=True, slots=True)
class Split:
    """Faces to train on and faces to measure on."""

    training: FaceSet
    measuring: FaceSet


@dataclass(frozen=True, slots=True)
class NearPair:
    """Two faces on different sides that may be one picture, or one person under two names.

    Args:
        left: A key.
        right: A key of the other side.
        cosine: Of their embeddings.
    """

    left: str
    right: str
    cosine: float


def split_by_person(faces: FaceSet, share: float, *, seed: int = 0) -> Split:
    """About `share` of the persons kept for measuring; a family stays together; faces without identity are for training.

    Raises:
        TrainingError: A side has no identities.
    """
    kin = sorted({_kin(record) for record in faces.records if record.person is not None})
    count = round(share * len(kin))
    if not 0 < count < len(kin):
        raise TrainingError(
            f"A share of {share:g} of {len(kin)} persons or families leaves a side empty.", hint="Give more, or another share."
        )
    chosen = {kin[index] for index in np.random.default_rng(seed).permutation(len(kin))[:count]}
    is_measured = [record.person is not None and _kin(record) in chosen for record in faces.records]
    parts = (faces.take(index for index, measured in enumerate(is_measured) if measured == wanted) for wanted in (False, True))
    split = Split(*parts)
    check_disjoint(split)
    return split


def at_most(faces: FaceSet, pictures: int, *, seed: int = 0) -> FaceSet:
    """So many pictures of each person, drawn by chance, in their order; all of those of nobody known."""
    taken: dict[str, int] = {}
    rows = []
    for row in np.random.default_rng(seed).permutation(len(faces)).tolist():
        person = faces.records[row].person
        if person is not None:
            taken[person] = taken.get(person, 0) + 1
        if person is None or taken[person] <= pictures:
            rows.append(row)
    return faces.take(sorted(rows))


def check_disjoint(split: Split) -> None:
    """Nothing when no person, family or picture is on both sides.

    Raises:
        TrainingError: One is; the message names it.
    """
    left, right = ({_kin(record) for record in side.records if record.person is not None} for side in (split.training, split.measuring))
    keys = set(split.training.keys) & set(split.measuring.keys)
    shared = sorted(left & right) or sorted(keys)
    if shared:
        raise TrainingError(f"{shared[0]} and {len(shared) - 1} more are on both sides of the split.", hint="Split by person anew.")


def near_pairs(split: Split, training: FloatArray, measuring: FloatArray, *, cosine: float = 0.8) -> tuple[NearPair, ...]:
    """The nearest face of the other side for each face to measure on, where it is at least this near; nearest first.

    Args:
        training: (N, D) float32 unit vectors of the split's training faces.
        measuring: (M, D), of those to measure on.
    """
    found = []
    for start in range(0, len(measuring), _ROWS):
        cosines = measuring[start : start + _ROWS] @ training.T
        for row, column in enumerate(cosines.argmax(axis=1)):
            if cosines[row, column] >= cosine:
                names = split.measuring.records[start + row].key, split.training.records[column].key
                found.append(NearPair(*names, float(cosines[row, column])))
    return tuple(sorted(found, key=lambda pair: -pair.cosine))


def _kin(record: FaceRecord) -> str:
    """What must stay on one side: the family where it is known, else the person."""
    return f"{record.source}/{record.groups.family}" if record.groups.family else str(record.person)
