"""Error rates inside groups of persons at one threshold, so that a weak group is seen; relatives against strangers.

Only pictures of one group are compared with each other: a comparison of two groups would hide how alike a group looks to the encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from facekit.evaluation.comparisons import comparisons
from facekit.evaluation.intervals import RESAMPLES, Estimate, beside, rate_by_person, rate_of_pairs
from facekit.evaluation.trials import Float64Array, IntArray, person_codes
from facekit.types import FloatArray


@dataclass(frozen=True, slots=True)
class GroupRates:
    """What one group comes to.

    Args:
        fmr: None where everybody is one person.
        fnmr: None where nobody has two pictures.
    """

    group: str
    pictures: int
    persons: int
    non_mated_count: int
    mated_count: int
    fmr: Estimate | None
    fnmr: Estimate | None

    def as_json(self) -> dict[str, object]:
        """The rates with their intervals and counts as plain values."""
        counts = {"pictures": self.pictures, "persons": self.persons, "non_mated": self.non_mated_count, "mated": self.mated_count}
        return {"group": self.group, **counts, **beside("fmr", self.fmr), **beside("fnmr", self.fnmr)}


@dataclass(frozen=True, slots=True)
class RelativesRates:
    """False match rates of different persons of one family, drawn by family, and of persons of different families."""

    inside: Estimate
    between: Estimate
    inside_count: int
    between_count: int

    def as_json(self) -> dict[str, object]:
        """The rates with their intervals and counts as plain values."""
        counts = {"inside_count": self.inside_count, "between_count": self.between_count}
        return {**beside("fmr_inside_families", self.inside), **beside("fmr_between_families", self.between), **counts}


def rates_by_group(
    vectors: FloatArray, persons: Sequence[str], groups: Sequence[str], threshold: float, *, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[GroupRates, ...]:
    """FMR and FNMR of all comparisons inside each group, in the order of the groups' names.

    Args:
        vectors: N×D float32, unit rows.
        persons: N names, who each picture shows; where that is unknown, a name of its own for each picture.
        groups: N names; pictures with the empty one are left out.
    """
    names, labels = np.asarray(persons, np.str_), np.asarray(groups, np.str_)
    found = []
    for group in sorted(set(groups) - {""}):
        inside = labels == group
        found.append(_group_rates(group, vectors[inside], person_codes(names[inside]), threshold, resamples=resamples, seed=seed))
    return tuple(found)


def worst_to_best(rates: Sequence[GroupRates]) -> float | None:
    """How many times higher the highest FMR of the groups is than the lowest; None where there are not two, or the lowest is 0."""
    values = [group.fmr.value for group in rates if group.fmr is not None]
    return max(values) / min(values) if len(values) > 1 and min(values) > 0 else None


def rates_of_relatives(
    vectors: FloatArray, persons: Sequence[str], families: Sequence[str], threshold: float, *, resamples: int = RESAMPLES, seed: int = 0
) -> RelativesRates:
    """How much oftener relatives are taken for each other than strangers are.

    Args:
        vectors: N×D float32, unit rows.
        persons: N names, who each picture shows.
        families: N names, none empty; a person has one family.

    Raises:
        ValueError: No family has two persons, or there are fewer than two families.
    """
    who, kin = person_codes(persons), person_codes(families)
    left, right = _matches(vectors, threshold)
    is_kin = kin[left] == kin[right]
    confused = left[is_kin & (who[left] != who[right])]
    members = np.bincount(kin).astype(np.float64)
    of_each = np.bincount(who).astype(np.float64)
    family_of = np.zeros(len(of_each), np.int64)
    family_of[who] = kin
    own = np.bincount(family_of, weights=of_each**2, minlength=len(members))
    comparable = (members**2 - own) / 2
    errors = np.bincount(kin[confused], minlength=len(members)).astype(np.float64)
    strangers = ~is_kin
    return RelativesRates(
        inside=rate_by_person(errors, comparable, resamples=resamples, seed=seed),
        between=rate_of_pairs(kin[left[strangers]], kin[right[strangers]], members, resamples=resamples, seed=seed),
        inside_count=int(comparable.sum()),
        between_count=_cross_count(members),
    )


def _group_rates(group: str, vectors: FloatArray, who: IntArray, threshold: float, *, resamples: int, seed: int) -> GroupRates:
    pictures = np.bincount(who).astype(np.float64)
    comparable = pictures * (pictures - 1) / 2
    left, right = (who[rows] for rows in _matches(vectors, threshold))
    is_same = left == right
    missed = comparable - np.bincount(left[is_same], minlength=len(pictures))
    has_others, has_own = len(pictures) > 1, comparable.sum() > 0
    return GroupRates(
        group=group,
        pictures=len(who),
        persons=len(pictures),
        non_mated_count=_cross_count(pictures),
        mated_count=int(comparable.sum()),
        fmr=rate_of_pairs(left[~is_same], right[~is_same], pictures, resamples=resamples, seed=seed) if has_others else None,
        fnmr=rate_by_person(missed, comparable, resamples=resamples, seed=seed) if has_own else None,
    )


def _matches(vectors: FloatArray, threshold: float) -> tuple[IntArray, IntArray]:
    """The rows on both sides of every comparison within τ."""
    found = [(left[near], right[near]) for distances, left, right in comparisons(vectors) if (near := distances <= threshold).any()]
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    left, right = (np.concatenate(side) for side in zip(*found, strict=True))
    return left, right


def _cross_count(pictures: Float64Array) -> int:
    """Comparisons between pictures of different owners."""
    return int((pictures.sum() ** 2 - (pictures**2).sum()) / 2)
