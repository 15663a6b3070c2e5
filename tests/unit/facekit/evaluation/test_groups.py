"""Rates inside groups and families, against slow loops over drawn faces and by hand."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from facekit.evaluation.groups import rates_by_group, rates_of_relatives, worst_to_best
from facekit.types import FloatArray

_THRESHOLD = 0.9


def drawn_faces(seed: int = 4) -> tuple[FloatArray, list[str], list[str]]:
    """Faces of 24 persons in the groups "north" (alike) and "south" (not so); person p0 … p23, even ones north."""
    random = np.random.default_rng(seed)
    owners = np.repeat(np.arange(24), random.integers(1, 5, 24))
    is_north = owners % 2 == 0
    centres = random.normal(size=(24, 8)) + np.where(np.arange(24) % 2 == 0, 1.5, 0.0)[:, None]
    vectors = centres[owners] + 0.6 * random.normal(size=(len(owners), 8))
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit, [f"p{owner}" for owner in owners], ["north" if north else "south" for north in is_north]


def slow_distances(vectors: FloatArray) -> list[tuple[int, int, float]]:
    return [(i, j, float(((vectors[i] - vectors[j]) ** 2).sum())) for i, j in itertools.combinations(range(len(vectors)), 2)]


def test_rates_by_group_when_counted_slowly_are_the_same() -> None:
    vectors, persons, groups = drawn_faces()
    found = rates_by_group(vectors, persons, groups, _THRESHOLD, resamples=50)
    assert [group.group for group in found] == ["north", "south"]
    for group in found:
        inside = [(i, j, d) for i, j, d in slow_distances(vectors) if groups[i] == groups[j] == group.group]
        mated = [d for i, j, d in inside if persons[i] == persons[j]]
        non_mated = [d for i, j, d in inside if persons[i] != persons[j]]
        assert (group.mated_count, group.non_mated_count) == (len(mated), len(non_mated))
        assert (group.pictures, group.persons) == (groups.count(group.group), 12)
        assert group.fmr is not None
        assert group.fnmr is not None
        assert group.fmr.value == pytest.approx(sum(d <= _THRESHOLD for d in non_mated) / len(non_mated))
        assert group.fnmr.value == pytest.approx(sum(d > _THRESHOLD for d in mated) / len(mated))
        assert group.fmr.interval.low < group.fmr.value < group.fmr.interval.high
    north, south = (group.fmr.value for group in found if group.fmr is not None)
    assert north > 2 * south > 0
    assert worst_to_best(found) == pytest.approx(north / south)


def test_rates_by_group_leave_out_the_nameless_and_have_no_rate_where_nothing_can_be_compared() -> None:
    vectors = np.eye(4, dtype=np.float32)
    alone, strangers = rates_by_group(vectors, ["a", "b", "c", "d"], ["one", "two", "two", ""], 1.0, resamples=5)
    assert (alone.fmr, alone.fnmr, alone.pictures) == (None, None, 1)
    assert strangers.fmr is not None
    assert (strangers.fmr.value, strangers.fnmr, strangers.non_mated_count) == (0.0, None, 1)
    assert worst_to_best([alone, strangers]) is None
    assert json.loads(json.dumps(strangers.as_json()))["fnmr"] is None


def test_rates_of_relatives_when_counted_slowly_are_the_same() -> None:
    vectors, persons, _ = drawn_faces(seed=7)
    families = [f"F{int(person[1:]) // 3}" for person in persons]
    found = rates_of_relatives(vectors, persons, families, _THRESHOLD, resamples=50)
    others = [(i, j, d) for i, j, d in slow_distances(vectors) if persons[i] != persons[j]]
    inside = [d for i, j, d in others if families[i] == families[j]]
    between = [d for i, j, d in others if families[i] != families[j]]
    assert (found.inside_count, found.between_count) == (len(inside), len(between))
    assert found.inside.value == pytest.approx(sum(d <= _THRESHOLD for d in inside) / len(inside))
    assert found.between.value == pytest.approx(sum(d <= _THRESHOLD for d in between) / len(between))
    assert {"fmr_inside_families", "fmr_between_families_interval"} <= set(found.as_json())


def test_rates_of_relatives_without_relatives_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one trial"):
        rates_of_relatives(np.eye(2, dtype=np.float32), ["a", "b"], ["F1", "F2"], 1.0)
