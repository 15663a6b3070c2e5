"""Offline triplets of a pool: the lecture's "A and P far, A and N near", with bounded memory."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from tests.support.unit_vectors import at_angles, person_labels, some_unit_vectors
from training.errors import TrainingError
from training.losses.distances import squared_euclidean
from training.losses.miners import batch_hard
from training.losses.offline import offline_triplets


def test_pool_by_hand_gives_far_positive_and_near_negative() -> None:
    # Person 0 at 0°, 10°, 50°; person 1 at 60°, 180°.
    found = offline_triplets(at_angles(0, 10, 50, 60, 180), torch.tensor([0, 0, 0, 1, 1]))
    assert found.table().tolist() == [[0, 2, 3], [1, 2, 3], [2, 0, 3], [3, 4, 2], [4, 3, 2]]


@pytest.mark.parametrize("block", [1, 7, 1000])
def test_whole_pool_at_its_hardest_equals_batch_hard(block: int) -> None:
    vectors, labels = some_unit_vectors(40, 6), torch.randint(0, 12, (40,), generator=torch.Generator().manual_seed(2))
    expected = batch_hard(squared_euclidean(vectors, vectors), labels, torch.Generator())
    assert offline_triplets(vectors, labels, block=block).table().tolist() == expected.table().tolist()


def test_draws_stay_within_the_farthest_and_nearest() -> None:
    vectors, labels = some_unit_vectors(60, 6), person_labels(12, 5)
    distances = squared_euclidean(vectors, vectors)
    drawn = offline_triplets(vectors, labels, farthest=2, nearest=3, seed=5)
    for anchor, positive, negative in drawn.table().tolist():
        mates = [row for row in range(60) if labels[row] == labels[anchor] and row != anchor]
        strangers = [row for row in range(60) if labels[row] != labels[anchor]]
        assert positive in sorted(mates, key=lambda row: -distances[anchor, row].item())[:2]
        assert negative in sorted(strangers, key=lambda row: distances[anchor, row].item())[:3]
    hardest = offline_triplets(vectors, labels)
    assert drawn.negatives.tolist() != hardest.negatives.tolist()


def test_more_draws_than_a_person_has_pictures_never_leave_the_person() -> None:
    labels = person_labels(6, 2)
    found = offline_triplets(some_unit_vectors(12, 4), labels, farthest=9, nearest=99)
    assert (labels[found.anchors] == labels[found.positives]).all()
    assert (found.anchors != found.positives).all()
    assert (labels[found.anchors] != labels[found.negatives]).all()


def test_same_seed_gives_the_same_triplets() -> None:
    vectors, labels = some_unit_vectors(30, 4), person_labels(6, 5)
    first, again, other = (offline_triplets(vectors, labels, per_person=2, nearest=5, seed=seed).table().tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_anchors_of_a_person_are_at_most_as_many_as_asked() -> None:
    labels = torch.tensor([0] * 5 + [1] * 2 + [2])
    found = offline_triplets(some_unit_vectors(8, 4), labels, per_person=3)
    assert torch.bincount(labels[found.anchors], minlength=3).tolist() == [3, 2, 0]


def test_faces_of_unknown_persons_are_in_no_triplet() -> None:
    labels = torch.tensor([0, 0, -1, -1, 1, -1])
    found = offline_triplets(at_angles(0, 10, 20, 30, 90, 5), labels)
    assert found.table().tolist() == [[0, 1, 4], [1, 0, 4]]


@pytest.mark.parametrize("labels", [[0, 1, 2], [0, 0, 0], [-1, -1, -1], [0, 0, -1]])
def test_pool_without_a_triplet_is_refused(labels: list[int]) -> None:
    with pytest.raises(TrainingError, match="no triplet"):
        offline_triplets(some_unit_vectors(3, 4), torch.tensor(labels))


class LargestTensor(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch left it without types
    """Notes the most numbers that any operation returned in one tensor."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # as above
        self.numbers = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        outputs = result if isinstance(result, tuple | list) else [result]
        self.numbers = max([self.numbers, *(output.numel() for output in outputs if isinstance(output, torch.Tensor))])
        return result


def test_ten_thousand_pictures_of_a_thousand_persons_never_make_a_whole_distance_matrix() -> None:
    vectors, labels = some_unit_vectors(10_000, 16).float(), person_labels(1000, 10)
    with LargestTensor() as largest:
        found = offline_triplets(vectors, labels, per_person=1, block=256)
    assert len(found) == 1000
    assert largest.numbers <= 256 * 10_000
