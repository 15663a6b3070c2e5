"""Binomial deviance and χ² hinge (lecture D8, D9) against values by hand and plain loops."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.unit_vectors import some_unit_vectors
from training.errors import TrainingError
from training.losses.binomial_deviance import BinomialDevianceLoss
from training.losses.chi_square_hinge import ChiSquareHingeLoss
from training.losses.pairs import PairLoss, all_pairs


def with_weights(loss: PairLoss, weight: list[float], bias: float) -> PairLoss:
    with torch.no_grad():
        loss.double()
        loss.weight.copy_(torch.tensor(weight))
        loss.bias.fill_(bias)
    return loss


def value_of(loss: PairLoss, vectors: list[list[float]], labels: list[int]) -> float:
    return float(loss(torch.tensor(vectors, dtype=torch.float64), torch.tensor(labels)).value.item())


def sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score))


# |(1, 0) − (0, 1)| = (1, 1), so Σ w_k·|…| + b = −1 − 2 + 1 = −2. One pair has half the weight, the kind that is missing the other.
@pytest.mark.parametrize(("labels", "expected"), [([0, 0], -math.log(sigmoid(-2))), ([0, 1], -math.log(1 - sigmoid(-2)))])
def test_binomial_deviance_of_one_pair_has_the_value_by_hand(labels: list[int], expected: float) -> None:
    loss = with_weights(BinomialDevianceLoss(2), [-1, -2], 1)
    assert value_of(loss, [[1, 0], [0, 1]], labels) == pytest.approx(expected / 2)


# (0.6, 0.8) and (0.8, 0.6): (−0.2)²/1.4 = 1/35 twice; Ŷ = −7/35·2 = −0.4, + 0.5.
@pytest.mark.parametrize(("labels", "expected"), [([0, 0], 1 - 0.1), ([0, 1], 1 + 0.1)])
def test_chi_square_hinge_of_one_pair_has_the_value_by_hand(labels: list[int], expected: float) -> None:
    loss = with_weights(ChiSquareHingeLoss(2), [-7, -7], 0.5)
    assert value_of(loss, [[0.6, 0.8], [0.8, 0.6]], labels) == pytest.approx(expected / 2, rel=1e-5)


def test_chi_square_hinge_is_zero_beyond_the_margin() -> None:
    loss = with_weights(ChiSquareHingeLoss(2, margin=1.0), [-3, -3], 2)
    # Equal: score 2. Orthogonal: 2 − 3·(1 + 1) = −4. Both beyond ±1.
    assert value_of(loss, [[1, 0], [1, 0], [0, 1]], [0, 0, 1]) == 0


def test_chi_square_of_signed_numbers_is_that_of_their_positive_and_negative_parts() -> None:
    first, second = some_unit_vectors(50, 8, seed=1), some_unit_vectors(50, 8, seed=2)
    first[0, 0] = second[0, 0] = 0.0

    def lecture(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return torch.where(a + b > 0, (a - b) ** 2 / (a + b), 0.0)

    parts = lecture(first.relu(), second.relu()) + lecture((-first).relu(), (-second).relu())
    torch.testing.assert_close(ChiSquareHingeLoss(8).components(first, second), parts, rtol=0, atol=1e-5)


def test_chi_square_gradient_is_finite_at_zero() -> None:
    embeddings = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], requires_grad=True)
    ChiSquareHingeLoss(2)(embeddings, torch.tensor([0, 0, 1])).value.backward()
    assert embeddings.grad is not None
    assert torch.isfinite(embeddings.grad).all()


def naive_deviance(f: list[float], g: list[float], w: list[float], b: float, *, mated: bool) -> float:
    judged = sigmoid(sum(weight * abs(x - y) for weight, x, y in zip(w, f, g, strict=True)) + b)
    return -math.log(judged if mated else 1 - judged)


def naive_hinge(f: list[float], g: list[float], w: list[float], b: float, *, mated: bool) -> float:
    score = sum(weight * (x - y) ** 2 / (abs(x) + abs(y)) for weight, x, y in zip(w, f, g, strict=True)) + b
    return max(0.0, 1 - score if mated else 1 + score)


@pytest.mark.parametrize(("kind", "naive"), [(BinomialDevianceLoss, naive_deviance), (ChiSquareHingeLoss, naive_hinge)])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), labels=st.lists(st.integers(0, 2), min_size=1, max_size=8), share=st.floats(0.1, 0.9))
def test_pair_loss_equals_a_plain_loop(
    kind: type[BinomialDevianceLoss] | type[ChiSquareHingeLoss], naive: Callable[..., float], seed: int, labels: list[int], share: float
) -> None:
    w, b = [-1.5, 0.5, -2.0, -1.0], 1.2
    vectors: list[list[float]] = some_unit_vectors(len(labels), 4, seed=seed).tolist()
    values: dict[bool, list[float]] = {True: [], False: []}
    for j in range(len(labels)):
        for i in range(j):
            mated = labels[i] == labels[j]
            values[mated].append(naive(vectors[i], vectors[j], w, b, mated=mated))
    means = {mated: sum(each) / len(each) if each else 0.0 for mated, each in values.items()}
    found = value_of(with_weights(kind(4, mated_weight=share), w, b), vectors, labels)
    assert found == pytest.approx(share * means[True] + (1 - share) * means[False], rel=1e-5, abs=2e-5)


@pytest.mark.parametrize("kind", [BinomialDevianceLoss, ChiSquareHingeLoss])
def test_start_tells_like_vectors_from_random_ones(kind: type[BinomialDevianceLoss] | type[ChiSquareHingeLoss]) -> None:
    centres = some_unit_vectors(20, 128)
    views = torch.nn.functional.normalize(torch.cat([centres, centres + 0.05 * torch.randn(20, 128, dtype=torch.float64)]))
    stats = kind(128).double()(views, torch.arange(20).repeat(2)).stats
    assert stats["judged_rightly"] == 1
    assert stats["score_mated"] > 0.5
    assert stats["score_non_mated"] < -0.5


def test_non_mated_pairs_do_not_decide_by_their_number() -> None:
    loss = with_weights(BinomialDevianceLoss(2), [-1, -1], 0.5)
    mated, non_mated = -math.log(sigmoid(0.5)), -math.log(1 - sigmoid(-1.5))
    # Two non-mated pairs to one mated pair, then four to two.
    assert value_of(loss, [[1, 0], [1, 0], [0, 1]], [0, 0, 1]) == pytest.approx((mated + non_mated) / 2)
    assert value_of(loss, [[1, 0], [1, 0], [0, 1], [0, 1]], [0, 0, 1, 1]) == pytest.approx((mated + non_mated) / 2)


def test_pairs_of_three_rows_are_three() -> None:
    pairs = all_pairs(torch.tensor([7, 8, 7]))
    assert [(int(i), int(j)) for i, j in zip(pairs.first, pairs.second, strict=True)] == [(0, 1), (0, 2), (1, 2)]
    assert pairs.mated.tolist() == [False, True, False]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_weight_that_leaves_out_a_kind_is_refused(share: float) -> None:
    with pytest.raises(TrainingError, match="weight of the mated pairs"):
        BinomialDevianceLoss(4, mated_weight=share)
