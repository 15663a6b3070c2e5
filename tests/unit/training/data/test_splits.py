"""Splits: identity-disjoint, families together, near duplicates told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.data.faces import FaceRecord, FaceSet, Groups
from training.data.splits import NearPair, Split, at_most, check_disjoint, near_pairs, split_by_person
from training.errors import TrainingError

_ZIP = Path("set.zip")


def _faces(persons: int = 20, *, families: int = 0, unknown: int = 0) -> FaceSet:
    records = []
    for person in range(persons):
        groups = Groups(family=f"F{person % families}") if families else Groups()
        records += [FaceRecord(_ZIP, f"p{person}/{number}.webp", f"set/p{person}", groups) for number in range(3)]
    return FaceSet((*records, *(FaceRecord(_ZIP, f"u{number}.webp") for number in range(unknown))))


def test_split_by_person_shares_nobody_and_loses_no_face() -> None:
    faces = _faces(unknown=5)
    split = split_by_person(faces, 0.25, seed=3)
    assert len(split.measuring.persons) == 5
    assert not set(split.training.persons) & set(split.measuring.persons)
    assert sorted(split.training.keys + split.measuring.keys) == sorted(faces.keys)
    assert (split.measuring.labels() >= 0).all()


def test_split_by_person_keeps_families_together() -> None:
    split = split_by_person(_faces(families=4), 0.5)
    kin = [{record.groups.family for record in side.records} for side in (split.training, split.measuring)]
    assert not kin[0] & kin[1]
    assert len(kin[1]) == 2


def test_split_by_person_follows_its_seed() -> None:
    splits = [split_by_person(_faces(), 0.25, seed=seed).measuring.persons for seed in (1, 1, 2)]
    assert splits[0] == splits[1] != splits[2]


@pytest.mark.parametrize("share", [0.0, 1.0, 0.01])
def test_split_by_person_with_an_empty_side_is_refused(share: float) -> None:
    with pytest.raises(TrainingError, match="leaves a side empty"):
        split_by_person(_faces(), share)


def test_check_disjoint_with_a_person_or_picture_on_both_sides_names_it() -> None:
    faces = _faces(2)
    with pytest.raises(TrainingError, match="set/p0"):
        check_disjoint(Split(faces.take([0, 3]), faces.take([1])))
    unknown = _faces(0, unknown=1)
    with pytest.raises(TrainingError, match="set/u0"):
        check_disjoint(Split(unknown, unknown))


def test_near_pairs_tells_the_nearest_of_each_above_the_bound() -> None:
    faces = _faces(2)
    split = Split(faces.take([0, 1]), faces.take([3, 4]))
    training = np.array([[1, 0], [0, 1]], np.float32)
    measuring = np.array([[0.8, 0.6], [-1, 0]], np.float32)
    (found,) = near_pairs(split, training, measuring, cosine=0.7)
    assert found == NearPair("set/p1/0", "set/p0/0", found.cosine)
    assert found.cosine == pytest.approx(0.8)
    assert near_pairs(split, training, measuring, cosine=0.9) == ()


def test_at_most_leaves_so_many_pictures_of_each_and_all_of_nobody_known() -> None:
    records = [FaceRecord(_ZIP, f"{n}.webp", person) for n, person in enumerate(["a", "b", None, "a", "a", None, "b", None])]
    kept = at_most(FaceSet(tuple(records)), 2, seed=3)
    owners = [record.person for record in kept.records]
    assert [owners.count(person) for person in ("a", "b", None)] == [2, 2, 3]
    assert list(kept.keys) == sorted(kept.keys)
    assert kept == at_most(FaceSet(tuple(records)), 2, seed=3)
