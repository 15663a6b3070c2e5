"""Joining and projecting teachers' vectors."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from tests.support.unit_vectors import some_unit_vectors
from training.errors import TrainingError
from training.losses.projection import fit_projection, join_teachers, turn_projection


def of_rank(rank: int, size: int, count: int = 60) -> torch.Tensor:
    """(count, size) float32 unit rows in a plane of `rank` directions."""
    return F.normalize(some_unit_vectors(count, rank, seed=1) @ some_unit_vectors(rank, size, seed=2)).float()


def test_cosine_of_joined_targets_is_the_average_of_the_teachers_cosines() -> None:
    first, second = some_unit_vectors(5, 4, seed=1), 3 * some_unit_vectors(5, 7, seed=2)
    joined = join_teachers([first, second])
    expected = (first @ first.T + second @ second.T / 9) / 2
    torch.testing.assert_close(joined @ joined.T, expected.float())
    assert joined.shape == (5, 11)


def test_weights_of_teachers_weigh_their_cosines() -> None:
    first, second = some_unit_vectors(5, 4, seed=1), some_unit_vectors(5, 7, seed=2)
    joined = join_teachers([first, second], [3, 1])
    torch.testing.assert_close(joined @ joined.T, (0.75 * first @ first.T + 0.25 * second @ second.T).float())


def test_teachers_of_different_numbers_of_faces_are_refused() -> None:
    with pytest.raises(TrainingError, match="5, 4 faces"):
        join_teachers([some_unit_vectors(5, 4), some_unit_vectors(4, 4)])


def test_projection_of_targets_of_low_rank_loses_nothing() -> None:
    targets = of_rank(5, 32)
    projection = fit_projection(targets, 5)
    torch.testing.assert_close(projection @ projection.T, torch.eye(5))
    projected = targets @ projection.T
    torch.testing.assert_close(projected @ projected.T, targets @ targets.T, rtol=0, atol=1e-5)


def test_projection_keeps_the_strongest_directions_first() -> None:
    targets = torch.tensor([[0.0, 3.0, 0.0], [0.0, -3.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    torch.testing.assert_close(fit_projection(targets, 2).abs(), torch.tensor([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]))


def test_no_random_projection_keeps_the_inner_products_better() -> None:
    targets = some_unit_vectors(60, 12).float()

    def error(projection: torch.Tensor) -> float:
        projected = targets @ projection.T
        return float((projected @ projected.T - targets @ targets.T).square().sum())

    best = error(fit_projection(targets, 4))
    for seed in range(20):
        directions, _ = torch.linalg.qr(torch.randn(12, 4, generator=torch.Generator().manual_seed(seed)))
        assert best < error(directions.T)


def test_projection_to_more_numbers_than_there_are_is_refused() -> None:
    with pytest.raises(TrainingError, match="32 numbers cannot be projected to 64"):
        fit_projection(of_rank(5, 32), 64)


def test_turned_projection_meets_a_student_that_differs_by_a_rotation_only() -> None:
    targets = of_rank(5, 32)
    projection = fit_projection(targets, 5)
    rotation, _ = torch.linalg.qr(torch.randn(5, 5, generator=torch.Generator().manual_seed(4)))
    student = F.normalize(targets @ projection.T) @ rotation
    turned = turn_projection(projection, targets, student)
    torch.testing.assert_close(F.normalize(targets @ turned.T), student, rtol=0, atol=1e-5)
    torch.testing.assert_close(turned @ turned.T, torch.eye(5), rtol=0, atol=1e-5)
