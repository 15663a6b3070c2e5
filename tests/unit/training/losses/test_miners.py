"""Miners against plain loops on random batches, and by hand."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.unit_vectors import at_angles, person_labels, some_unit_vectors
from training.errors import TrainingError
from training.losses.distances import squared_euclidean
from training.losses.miners import MINERS, Triplets, all_triplets, batch_hard, given_triplets, random_triplets, semi_hard

Rows = list[tuple[int, int, int]]
a_batch = given(seed=st.integers(0, 10_000), labels=st.lists(st.integers(0, 3), min_size=1, max_size=10))
few = settings(max_examples=25, deadline=None)


def rows(triplets: Triplets) -> Rows:
    return [(int(a), int(p), int(n)) for a, p, n in triplets.table()]


def a_generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def distances_of(seed: int, count: int) -> torch.Tensor:
    embeddings = some_unit_vectors(count, 4, seed=seed)
    return squared_euclidean(embeddings, embeddings)


def mates(labels: list[int], anchor: int) -> list[int]:
    return [row for row, label in enumerate(labels) if label == labels[anchor] and row != anchor]


def strangers(labels: list[int], anchor: int) -> list[int]:
    return [row for row, label in enumerate(labels) if label != labels[anchor]]


@few
@a_batch
def test_all_triplets_are_those_of_a_plain_loop(seed: int, labels: list[int]) -> None:
    found = all_triplets(distances_of(seed, len(labels)), torch.tensor(labels), a_generator())
    assert rows(found) == [(a, p, n) for a in range(len(labels)) for p in mates(labels, a) for n in strangers(labels, a)]


@few
@a_batch
def test_batch_hard_takes_farthest_mate_and_nearest_stranger(seed: int, labels: list[int]) -> None:
    d = distances_of(seed, len(labels))
    expected: Rows = [
        (a, max(mates(labels, a), key=lambda p: float(d[a, p])), min(strangers(labels, a), key=lambda n: float(d[a, n])))
        for a in range(len(labels))
        if mates(labels, a) and strangers(labels, a)
    ]
    assert rows(batch_hard(d, torch.tensor(labels), a_generator())) == expected


def naive_semi_hard(d: torch.Tensor, labels: list[int], anchor: int, positive: int) -> int:
    others = strangers(labels, anchor)
    beyond = [n for n in others if d[anchor, n] > d[anchor, positive]]
    return min(beyond, key=lambda n: float(d[anchor, n])) if beyond else max(others, key=lambda n: float(d[anchor, n]))


@few
@a_batch
def test_semi_hard_takes_nearest_stranger_beyond_the_mate_else_the_farthest(seed: int, labels: list[int]) -> None:
    d = distances_of(seed, len(labels))
    expected = [(a, p, naive_semi_hard(d, labels, a, p)) for a in range(len(labels)) for p in mates(labels, a) if strangers(labels, a)]
    assert rows(semi_hard(d, torch.tensor(labels), a_generator())) == expected


@few
@a_batch
def test_random_gives_one_valid_triplet_for_each_anchor_that_has_one(seed: int, labels: list[int]) -> None:
    found = rows(random_triplets(distances_of(seed, len(labels)), torch.tensor(labels), a_generator(seed)))
    assert [a for a, _, _ in found] == [a for a in range(len(labels)) if mates(labels, a) and strangers(labels, a)]
    assert all(p in mates(labels, a) and n in strangers(labels, a) for a, p, n in found)


def test_random_reaches_every_positive_and_negative() -> None:
    labels = person_labels(2, 3)
    drawn = {row for seed in range(60) for row in rows(random_triplets(distances_of(0, 6), labels, a_generator(seed))) if row[0] == 0}
    assert drawn == {(0, p, n) for p in (1, 2) for n in (3, 4, 5)}


def test_hard_and_semi_hard_differ_where_a_stranger_is_nearer_than_the_mate() -> None:
    embeddings = at_angles(0, 60, 30, 75)  # anchor, mate, two strangers
    d, labels = squared_euclidean(embeddings, embeddings), torch.tensor([0, 0, 1, 2])
    assert (0, 1, 2) in rows(batch_hard(d, labels, a_generator()))
    assert (0, 1, 3) in rows(semi_hard(d, labels, a_generator()))


def test_given_takes_rows_three_by_three() -> None:
    labels = torch.tensor([4, 4, 1, 2, 2, 4])
    assert rows(given_triplets(torch.zeros(6, 6), labels, a_generator())) == [(0, 1, 2), (3, 4, 5)]


@pytest.mark.parametrize("labels", [[0, 0, 1, 1], [0, 1, 0], [0, 0, 0]])
def test_given_refuses_a_batch_in_another_order(labels: list[int]) -> None:
    with pytest.raises(TrainingError, match="not a row of triplets"):
        given_triplets(torch.zeros(len(labels), len(labels)), torch.tensor(labels), a_generator())


def test_table_of_miners_has_the_five() -> None:
    assert MINERS.names() == ("random", "semi-hard", "batch-hard", "all", "given")
