"""Batches: what is in them, that they follow from (seed, epoch, place) alone, and that processes share them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.data.samplers import BatchSampler, JoinedBatches, PersonBatches, ShuffledBatches, TripletBatches
from training.errors import TrainingError

TRIPLETS = np.arange(30).reshape(10, 3)
UNEVEN = np.repeat(np.arange(9), [40, 1, 2, 3, 5, 8, 2, 2, 6])


def each_kind(*, seed: int = 0, rank: int = 0, world: int = 1) -> list[BatchSampler]:
    return [
        ShuffledBatches(50, 8, seed=seed, rank=rank, world=world),
        TripletBatches(TRIPLETS, 4, seed=seed, rank=rank, world=world),
        PersonBatches(UNEVEN, 4, 2, seed=seed, rank=rank, world=world),
    ]


kinds = pytest.mark.parametrize("kind", range(3), ids=["shuffled", "triplets", "persons"])


@kinds
def test_epoch_has_the_number_of_whole_batches_it_says(kind: int) -> None:
    sampler = each_kind()[kind]
    assert {len(sampler.batches(epoch)) for epoch in range(4)} == {sampler.batches_per_epoch}
    assert {len(batch) for batch in sampler.batches(0)} == {sampler.batch_size}


@kinds
def test_batches_follow_from_seed_and_epoch(kind: int) -> None:
    first, again, other = each_kind(seed=7)[kind], each_kind(seed=7)[kind], each_kind(seed=8)[kind]
    first.batches(0)
    assert first.batches(3) == again.batches(3)
    assert first.batches(3) != first.batches(4)
    assert first.batches(3) != other.batches(3)


@kinds
def test_start_goes_on_where_a_run_was_left(kind: int) -> None:
    sampler = each_kind()[kind]
    assert sampler.batches(2, start=1) == sampler.batches(2)[1:]
    assert sampler.batches(2, start=sampler.batches_per_epoch) == []


@kinds
@pytest.mark.parametrize("world", [2, 4])
def test_parts_of_all_processes_make_the_batches_of_one(kind: int, world: int) -> None:
    parts = [each_kind(rank=rank, world=world)[kind].batches(1) for rank in range(world)]
    joined = [[row for part in together for row in part] for together in zip(*parts, strict=True)]
    assert joined == each_kind()[kind].batches(1)


def test_shuffled_epoch_has_each_picture_at_most_once_and_all_in_the_end() -> None:
    sampler = ShuffledBatches(50, 8)
    rows = [row for batch in sampler.batches(0) for row in batch]
    assert len(rows) == len(set(rows)) == 48
    assert {row for epoch in range(8) for batch in sampler.batches(epoch) for row in batch} == set(range(50))


def test_triplets_stay_together_and_in_order() -> None:
    batches = TripletBatches(TRIPLETS, 4).batches(0)
    rows = [tuple(batch[at : at + 3]) for batch in batches for at in range(0, 12, 3)]
    assert len(set(rows)) == len(rows) == 8
    assert set(rows) <= {tuple(row) for row in TRIPLETS.tolist()}


def test_process_has_whole_triplets_and_whole_persons() -> None:
    triplets = TripletBatches(TRIPLETS, 4, rank=1, world=2).batches(0)[0]
    assert [row % 3 for row in triplets] == [0, 1, 2, 0, 1, 2]
    persons = PersonBatches(UNEVEN, 4, 2, rank=1, world=2).batches(0)[0]
    assert list(Counter(UNEVEN[persons]).values()) == [2, 2]


a_collection = st.lists(st.integers(1, 30), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(counts=a_collection, persons=st.integers(1, 5), pictures=st.integers(1, 5), minimum=st.integers(1, 3), seed=st.integers(0, 99))
def test_each_batch_has_p_persons_with_k_pictures(counts: list[int], persons: int, pictures: int, minimum: int, seed: int) -> None:
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    if sum(count >= minimum for count in counts) < persons:
        with pytest.raises(TrainingError, match="too few"):
            PersonBatches(labels, persons, pictures, min_pictures=minimum)
        return
    sampler = PersonBatches(labels, persons, pictures, min_pictures=minimum, seed=seed)
    batches = sampler.batches(0)
    assert len(batches) == sampler.batches_per_epoch >= 1
    for batch in batches:
        assert list(Counter(labels[batch].tolist()).values()) == [pictures] * persons
        assert all(len(set(labels[batch[at : at + pictures]].tolist())) == 1 for at in range(0, len(batch), pictures))
    seen = Counter(row for batch in batches for row in batch)
    assert all(times == 1 or counts[labels[row]] < pictures for row, times in seen.items())
    assert all(counts[labels[row]] >= minimum for row in seen)


def test_persons_are_visited_in_proportion_to_their_pictures() -> None:
    labels = np.repeat(np.arange(10), [8, 8, 8, 8, 8, 4, 4, 4, 4, 4])
    sampler = PersonBatches(labels, 3, 4)
    assert sampler.batches_per_epoch == 5
    visits = Counter(int(label) for batch in sampler.batches(0) for label in labels[batch[::4]])
    assert sum(visits.values()) == 15
    assert set(visits) == set(range(10))
    assert all(visits[person] == (2 if person < 5 else 1) for person in range(10))


def test_person_with_most_pictures_is_in_every_batch_once() -> None:
    labels = np.repeat(np.arange(5), [400, 4, 4, 4, 4])
    sampler = PersonBatches(labels, 2, 4)
    assert sampler.batches_per_epoch == 4
    assert all(Counter(labels[batch].tolist())[0] == 4 for batch in sampler.batches(0))


def test_faces_of_unknown_persons_are_left_out() -> None:
    labels = np.array([-1, 0, 0, -1, 1, 1, -1])
    sampler = PersonBatches(labels, 2, 2)
    assert {row for epoch in range(5) for batch in sampler.batches(epoch) for row in batch} == {1, 2, 4, 5}


def test_person_with_fewer_pictures_than_k_repeats_them() -> None:
    sampler = PersonBatches([0, 0, 1, 1], 2, 5)
    assert Counter(Counter(sampler.batches(0)[0]).values()) == {3: 2, 2: 2}


@pytest.mark.parametrize(("rank", "world"), [(0, 3), (2, 2), (-1, 2)])
def test_processes_that_cannot_share_a_batch_are_refused(rank: int, world: int) -> None:
    with pytest.raises(TrainingError):
        ShuffledBatches(50, 8, rank=rank, world=world)


def test_collection_smaller_than_a_batch_is_refused() -> None:
    with pytest.raises(TrainingError, match="5 pictures are too few for batches of 8"):
        ShuffledBatches(5, 8)
    with pytest.raises(TrainingError, match="0 triplets are too few"):
        TripletBatches(np.empty((0, 3)), 2)


def test_joined_batches_begin_the_second_sampler_anew_as_often_as_they_must() -> None:
    first, second, places = ShuffledBatches(8, 4, seed=1), ShuffledBatches(6, 2, seed=1), np.arange(100, 106)
    joined = JoinedBatches(first, second, places)
    assert joined.batches_per_epoch == 2
    run = [batch for epoch in range(3) for batch in joined.batches(epoch)]
    assert [batch[:4] for batch in run] == [batch for epoch in range(3) for batch in first.batches(epoch)]
    assert [[row - 100 for row in batch[4:]] for batch in run] == [batch for epoch in range(2) for batch in second.batches(epoch)]
    assert joined.batches(2, 1) == run[5:]


def test_joined_batches_of_two_processes_have_their_part_of_both() -> None:
    parts = [
        JoinedBatches(ShuffledBatches(8, 4, rank=rank, world=2), ShuffledBatches(6, 2, rank=rank, world=2), np.arange(100, 106))
        for rank in (0, 1)
    ]
    whole = JoinedBatches(ShuffledBatches(8, 4), ShuffledBatches(6, 2), np.arange(100, 106))
    for left, right, both in zip(*(part.batches(1) for part in parts), whole.batches(1), strict=True):
        assert left[:2] + right[:2] + left[2:] + right[2:] == both
