"""Triplet loss against values by hand, a plain loop and, where it is installed, pytorch-metric-learning."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from facekit.errors import UnknownNameError
from tests.support.unit_vectors import at_angles, distance, person_labels, separated, some_unit_vectors
from training.errors import TrainingError
from training.losses.miners import MINERS
from training.losses.triplet import TripletLoss

# d(0°, 60°) = 1, d(0°, 90°) = 2, d(60°, 90°) = 2 − √3.
ANGLES, LABELS = (0, 60, 90), torch.tensor([0, 0, 1])
NEAR = 2 - math.sqrt(3)


def test_hinge_of_two_triplets_has_the_value_by_hand() -> None:
    output = TripletLoss(margin=0.2, miner="all")(at_angles(*ANGLES), LABELS)
    # Anchor 0°: 1 − 2 + 0.2 < 0. Anchor 60°: 1 − (2 − √3) + 0.2.
    assert output.value.item() == pytest.approx((0 + 1 - NEAR + 0.2) / 2)
    assert output.stats["triplets"] == 2
    assert output.stats["active"] == 0.5
    assert output.stats["distance_positive"] == pytest.approx(1)
    assert output.stats["distance_negative"] == pytest.approx((2 + NEAR) / 2)


def test_mean_active_leaves_out_the_triplet_without_loss() -> None:
    loss = TripletLoss(margin=0.2, miner="all", reducer="mean-active")
    assert loss(at_angles(*ANGLES), LABELS).value.item() == pytest.approx(1 - NEAR + 0.2)


def test_soft_margin_has_the_value_by_hand() -> None:
    loss = TripletLoss(soft_margin=True, miner="all")
    expected = (math.log1p(math.exp(1 - 2)) + math.log1p(math.exp(1 - NEAR))) / 2
    assert loss(at_angles(*ANGLES), LABELS).value.item() == pytest.approx(expected)


def test_euclidean_distance_is_the_root_of_the_squared_one() -> None:
    loss = TripletLoss(margin=0.2, miner="all", distance="euclidean")
    expected = (max(1 - math.sqrt(2) + 0.2, 0) + 1 - math.sqrt(NEAR) + 0.2) / 2
    assert loss(at_angles(*ANGLES), LABELS).value.item() == pytest.approx(expected)


def test_gradient_of_euclidean_distance_is_finite_for_two_equal_pictures() -> None:
    embeddings = at_angles(0, 0, 90).requires_grad_()
    TripletLoss(margin=3.0, miner="all", distance="euclidean")(embeddings, LABELS).value.backward()
    assert embeddings.grad is not None
    assert torch.isfinite(embeddings.grad).all()


def naive_batch(embeddings: torch.Tensor, labels: list[int], margin: float) -> list[float]:
    rows = range(len(labels))
    return [
        max(distance(embeddings[a], embeddings[p]) - distance(embeddings[a], embeddings[n]) + margin, 0.0)
        for a in rows
        for p in rows
        for n in rows
        if a != p and labels[a] == labels[p] and labels[a] != labels[n]
    ]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), labels=st.lists(st.integers(0, 3), min_size=2, max_size=9), margin=st.floats(0.05, 2))
def test_loss_of_all_triplets_equals_a_plain_loop(seed: int, labels: list[int], margin: float) -> None:
    embeddings = some_unit_vectors(len(labels), 5, seed=seed)
    values = naive_batch(embeddings, labels, margin)
    found = TripletLoss(margin=margin, miner="all")(embeddings, torch.tensor(labels))
    assert found.value.item() == pytest.approx(sum(values) / max(len(values), 1))
    assert found.stats["triplets"] == len(values)


@pytest.mark.parametrize("miner", [name for name in MINERS.names() if name != "given"])
@pytest.mark.parametrize("margin", [0.2, 1.9])
def test_loss_is_zero_when_persons_are_apart_by_more_than_the_margin(miner: str, margin: float) -> None:
    labels = person_labels(4, 3)
    assert TripletLoss(margin=margin, miner=miner)(separated(labels, 4), labels).value.item() == 0


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000), small=st.floats(0.01, 1), more=st.floats(0, 2), miner=st.sampled_from(["batch-hard", "semi-hard", "all"])
)
def test_loss_grows_with_the_margin(seed: int, small: float, more: float, miner: str) -> None:
    labels = person_labels(3, 3)
    embeddings = some_unit_vectors(9, 4, seed=seed)
    smaller = TripletLoss(margin=small, miner=miner)(embeddings, labels).value
    larger = TripletLoss(margin=small + more, miner=miner)(embeddings, labels).value
    assert smaller.item() <= larger.item() + 1e-12


def test_random_miner_draws_anew_each_step_and_again_the_same_after_resume() -> None:
    labels, embeddings = person_labels(4, 4), some_unit_vectors(16, 5)
    loss = TripletLoss(margin=1.0, miner="random", seed=3)
    straight = [loss(embeddings, labels).value.item() for _ in range(4)]
    assert len(set(straight)) == 4
    half, resumed = (TripletLoss(margin=1.0, miner="random", seed=3) for _ in range(2))
    for _ in range(2):
        half(embeddings, labels)
    resumed.load_state_dict(half.state_dict())
    assert [resumed(embeddings, labels).value.item() for _ in range(2)] == straight[2:]


def test_gradient_pulls_the_positive_and_pushes_the_negative() -> None:
    embeddings = at_angles(0, 60, 90).requires_grad_()
    TripletLoss(margin=2.0, miner="batch-hard")(embeddings, LABELS).value.backward()
    assert embeddings.grad is not None
    stepped = embeddings.detach() - 0.01 * embeddings.grad
    assert distance(stepped[0], stepped[1]) < distance(*embeddings.detach()[:2])
    assert distance(stepped[1], stepped[2]) > distance(*embeddings.detach()[1:])


def test_margin_of_zero_is_refused() -> None:
    with pytest.raises(TrainingError, match="margin α"):
        TripletLoss(margin=0)


def test_unknown_miner_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'batch-hard'"):
        TripletLoss(miner="batch_hard")


def test_loss_agrees_with_pytorch_metric_learning() -> None:
    losses = pytest.importorskip("pytorch_metric_learning.losses")
    distances = pytest.importorskip("pytorch_metric_learning.distances")
    reducers = pytest.importorskip("pytorch_metric_learning.reducers")
    labels, embeddings = person_labels(4, 3), some_unit_vectors(12, 6).float()
    squared = distances.LpDistance(power=2, normalize_embeddings=False)
    oracle = losses.TripletMarginLoss(margin=0.3, distance=squared, reducer=reducers.MeanReducer())
    found = TripletLoss(margin=0.3, miner="all")(embeddings, labels).value
    assert found.item() == pytest.approx(oracle(embeddings, labels).item(), rel=1e-5)
