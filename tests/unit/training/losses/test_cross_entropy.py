"""Cross-entropy by hand."""

from __future__ import annotations

import math

import pytest
import torch

from training.losses.cross_entropy import CrossEntropy


def test_cross_entropy_is_the_mean_of_minus_ln_of_the_right_share() -> None:
    scores = torch.tensor([[math.log(3.0), 0.0], [0.0, 0.0], [0.0, math.log(7.0)]])
    found = CrossEntropy()(scores, torch.tensor([0, 1, 0]))
    assert found.value.item() == pytest.approx(-(math.log(3 / 4) + math.log(1 / 2) + math.log(1 / 8)) / 3)
    assert found.stats == {"accuracy": pytest.approx(1 / 3)}


def test_cross_entropy_of_equal_scores_is_ln_of_the_number_of_classes() -> None:
    assert CrossEntropy()(torch.zeros(4, 10), torch.tensor([1, 2, 3, 4])).value.item() == pytest.approx(math.log(10))


def test_gradient_of_the_mean_loss_is_the_mean_of_the_gradients() -> None:
    scores, labels = torch.randn(5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(2)), torch.tensor([0, 1, 2, 1, 0])

    def gradient(rows: slice) -> torch.Tensor:
        given = scores.clone().requires_grad_()
        CrossEntropy()(given[rows], labels[rows]).value.backward()
        assert given.grad is not None
        return given.grad

    torch.testing.assert_close(gradient(slice(0, 5)), sum(gradient(slice(row, row + 1)) for row in range(5)) / 5)


def test_cross_entropy_of_bfloat16_scores_is_computed_in_float32() -> None:
    scores = torch.randn(4, 3).bfloat16()
    found = CrossEntropy()(scores, torch.tensor([0, 1, 2, 0]))
    assert found.value.dtype == torch.float32
    assert found.value.item() == CrossEntropy()(scores.float(), torch.tensor([0, 1, 2, 0])).value.item()
