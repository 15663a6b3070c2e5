"""The lecture's masked loss against values by hand, a plain loop and finite differences."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from training.errors import TrainingError
from training.losses.localization import LocalizationLoss

# A car (c_2) whose middle is (0.5, 0.6), 0.3 high and 0.4 wide; and an empty road, of which only the first number is said.
CAR = [1.0, 0.5, 0.6, 0.3, 0.4, 0.0, 1.0, 0.0]
EMPTY = [0.0] * 8
SAID_OF_CAR = [0.8, 0.4, 0.6, 0.5, 0.4, 0.1, 0.9, 0.2]
SAID_OF_EMPTY = [0.3, 0.9, 0.1, 0.7, 0.2, 0.4, 0.6, 0.5]


def loop(answers: torch.Tensor, truth: torch.Tensor, *, is_masked: bool) -> float:
    total = 0.0
    for said, true in zip(answers.tolist(), truth.tolist(), strict=True):
        for place, (one, other) in enumerate(zip(said, true, strict=True)):
            if place == 0 or true[0] == 1 or not is_masked:
                total += (one - other) ** 2
    return total / len(truth)


def rows(count: int, numbers: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Answers and truth, double; about half of the pictures are empty, but what their rows say else is not 0."""
    draw = torch.Generator().manual_seed(seed)
    answers, truth = torch.randn(2, count, numbers, generator=draw, dtype=torch.float64)
    truth[:, 0] = (truth[:, 0] > 0).double()
    return answers, truth


def test_loss_of_a_car_counts_all_eight_squared_errors() -> None:
    output = LocalizationLoss()(torch.tensor([SAID_OF_CAR]), torch.tensor([CAR]))
    # 0.2² + 0.1² + 0 + 0.2² + 0 + 0.1² + 0.1² + 0.2²
    assert output.value.item() == pytest.approx(0.04 + 0.01 + 0.04 + 0.01 + 0.01 + 0.04)
    assert output.stats == pytest.approx({"whether": 0.04, "where": 0.11})


def test_loss_of_an_empty_road_counts_the_first_squared_error_alone() -> None:
    output = LocalizationLoss()(torch.tensor([SAID_OF_EMPTY]), torch.tensor([EMPTY]))
    assert output.value.item() == pytest.approx(0.09)
    assert output.stats == pytest.approx({"whether": 0.09})


def test_unmasked_loss_of_an_empty_road_counts_all() -> None:
    output = LocalizationLoss(is_masked=False)(torch.tensor([SAID_OF_EMPTY]), torch.tensor([EMPTY]))
    assert output.value.item() == pytest.approx(0.09 + 0.81 + 0.01 + 0.49 + 0.04 + 0.16 + 0.36 + 0.25)


def test_loss_of_a_batch_is_the_mean_over_its_pictures() -> None:
    output = LocalizationLoss()(torch.tensor([SAID_OF_CAR, SAID_OF_EMPTY]), torch.tensor([CAR, EMPTY]))
    assert output.value.item() == pytest.approx((0.15 + 0.09) / 2)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 7), numbers=st.sampled_from([8, 9, 11, 45]), is_masked=st.booleans())
def test_loss_equals_a_plain_loop(seed: int, count: int, numbers: int, is_masked: bool) -> None:
    answers, truth = rows(count, numbers, seed)
    found = LocalizationLoss(is_masked=is_masked)(answers, truth).value.item()
    assert found == pytest.approx(loop(answers, truth, is_masked=is_masked), rel=1e-12)


@pytest.mark.parametrize("is_masked", [True, False])
def test_gradient_agrees_with_finite_differences(is_masked: bool) -> None:
    answers, truth = rows(5, 8, seed=1)
    loss = LocalizationLoss(is_masked=is_masked)
    assert torch.autograd.gradcheck(lambda said: loss(said, truth).value, (answers.requires_grad_(),))


def test_masked_loss_passes_no_gradient_to_where_nothing_is() -> None:
    answers, truth = rows(6, 8, seed=2)
    LocalizationLoss()(answers.requires_grad_(), truth).value.backward()
    assert answers.grad is not None
    empty = truth[:, 0] == 0
    assert 0 < int(empty.sum()) < 6
    assert not answers.grad[empty][:, 1:].any()
    assert answers.grad[empty][:, 0].all()
    assert answers.grad[~empty].all()


def test_masked_loss_of_an_answer_that_is_no_number_where_nothing_is_stays_a_number() -> None:
    said = torch.tensor([SAID_OF_EMPTY])
    said[0, 3] = torch.inf
    assert LocalizationLoss()(said, torch.tensor([EMPTY])).value.item() == pytest.approx(0.09)


def test_loss_of_bfloat16_answers_is_computed_in_float32() -> None:
    answers, truth = (part.float() for part in rows(4, 8, seed=3))
    output = LocalizationLoss()(answers.bfloat16(), truth)
    assert output.value.dtype == torch.float32
    assert output.value.item() == LocalizationLoss()(answers.bfloat16().float(), truth).value.item()


def test_answers_of_another_length_are_refused() -> None:
    with pytest.raises(TrainingError, match=r"\(2, 9\) numbers where the truth has \(2, 8\)"):
        LocalizationLoss()(torch.zeros(2, 9), torch.zeros(2, 8))
