"""Distillation against a value by hand and a plain loop, and what its projection learns from."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.unit_vectors import at_angles, descend, some_unit_vectors
from training.errors import TrainingError
from training.losses.distillation import DistillationLoss, similarity_error
from training.losses.projection import fit_projection


def test_loss_of_two_faces_has_the_value_by_hand() -> None:
    # Student at 0° and 60°, teacher at 0° and 90°: cosines 1 and cos 30°; similarities 0.5 and 0.
    output = DistillationLoss()(at_angles(0, 60), at_angles(0, 90))
    cosine = (1 + math.sqrt(3) / 2) / 2
    assert output.value.item() == pytest.approx(2 * (1 - cosine) + 10 * 0.25)
    assert output.stats["cosine"] == pytest.approx(cosine)
    assert output.stats["similarity_error"] == pytest.approx(0.25)


def test_loss_is_zero_when_the_student_is_the_teacher() -> None:
    targets = some_unit_vectors(6, 5)
    assert DistillationLoss()(targets, 4 * targets).value.item() == pytest.approx(0, abs=1e-12)


def test_half_precision_targets_are_taken() -> None:
    student = some_unit_vectors(6, 5)
    assert DistillationLoss()(student, student.half()).value.item() == pytest.approx(0, abs=1e-5)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 6))
def test_loss_equals_a_plain_loop(seed: int, count: int) -> None:
    student, teacher = some_unit_vectors(count, 3, seed=seed), some_unit_vectors(count, 5, seed=seed + 1)
    projection = torch.randn(3, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    goals = [(projection @ row) / (projection @ row).norm() for row in teacher]
    missed = sum(1 - float(f @ z) for f, z in zip(student, goals, strict=True)) / count
    pairs = [(i, j) for i in range(count) for j in range(count) if i != j]
    errors = [(float(student[i] @ student[j]) - float(teacher[i] @ teacher[j])) ** 2 for i, j in pairs]
    own = [(float(goals[i] @ goals[j]) - float(teacher[i] @ teacher[j])) ** 2 for i, j in pairs]
    expected = 3 * missed + 7 * (sum(errors) + sum(own)) / max(len(pairs), 1)
    found = DistillationLoss(projection, cosine_weight=3, similarity_weight=7)(student, teacher)
    assert found.value.item() == pytest.approx(expected)


def test_gradient_for_student_and_projection_agrees_with_finite_differences() -> None:
    student, teacher = some_unit_vectors(5, 3).requires_grad_(), some_unit_vectors(5, 4, seed=1)
    # The vector term holds the projection still on purpose, so finite differences of it are taken without that term.
    loss = DistillationLoss(fit_projection(teacher, 3).double(), cosine_weight=0).eval()

    def value(*tensors: torch.Tensor) -> torch.Tensor:
        return loss(tensors[0], teacher).value  # type: ignore[no-any-return]  # a module's call is Any

    assert torch.autograd.gradcheck(value, (student, *loss.parameters()))
    fixed = DistillationLoss(fit_projection(teacher, 3).double(), learn_projection=False).eval()
    assert torch.autograd.gradcheck(lambda rows: fixed(rows, teacher).value, (student,))


def test_projection_learns_nothing_from_the_student() -> None:
    teacher = some_unit_vectors(8, 6)
    gradients = []
    for seed in (1, 2):
        loss = DistillationLoss(fit_projection(teacher, 3).double())
        loss(some_unit_vectors(8, 3, seed=seed), teacher).value.backward()
        (parameter,) = loss.parameters()
        assert parameter.grad is not None
        gradients.append(parameter.grad)
    torch.testing.assert_close(gradients[0], gradients[1])


def test_learning_the_projection_keeps_similarities_better_than_principal_directions() -> None:
    teacher = some_unit_vectors(64, 12).float()
    loss = DistillationLoss(fit_projection(teacher, 4))
    student = some_unit_vectors(64, 4).float()
    errors = []
    for _ in range(60):
        output = loss(student, teacher)
        descend(output.value, loss.parameters(), rate=0.1)
        errors.append(output.stats["projection_error"])
    assert errors[-1] < 0.98 * errors[0]


def test_projection_that_is_not_learnt_is_no_parameter_but_in_the_state() -> None:
    loss = DistillationLoss(torch.eye(3, 5), learn_projection=False)
    assert list(loss.parameters()) == []
    torch.testing.assert_close(loss.state_dict()["projection"], torch.eye(3, 5))


@pytest.mark.parametrize("projection", [None, torch.eye(3, 6), torch.eye(4, 5)])
def test_targets_of_another_size_are_refused(projection: torch.Tensor | None) -> None:
    with pytest.raises(TrainingError, match="Targets of 5 numbers cannot be brought to embeddings of 3"):
        DistillationLoss(projection)(some_unit_vectors(4, 3).float(), some_unit_vectors(4, 5).float())


def test_similarity_error_of_one_face_is_zero() -> None:
    assert similarity_error(torch.ones(1, 1), torch.zeros(1, 1)).item() == 0
