"""What every registered loss keeps."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from facekit.errors import UnknownNameError
from tests.support.unit_vectors import person_labels, separated, some_unit_vectors
from training.errors import TrainingError
from training.losses import LOSSES, create_loss
from training.losses.base import Loss

EMBEDDING_SIZE, PERSONS, PICTURES = 6, 3, 3

every_loss = pytest.mark.parametrize("name", LOSSES.names())


def make(name: str) -> Loss:
    torch.manual_seed(1)
    return create_loss(name, embedding_size=EMBEDDING_SIZE, n_classes=PERSONS).double()


@every_loss
def test_gradient_of_loss_agrees_with_finite_differences(name: str) -> None:
    loss = make(name).eval()
    labels = person_labels(PERSONS, PICTURES)
    embeddings = some_unit_vectors(len(labels), EMBEDDING_SIZE, seed=3).requires_grad_()

    def value(*tensors: torch.Tensor) -> torch.Tensor:
        return loss(tensors[0], labels).value  # type: ignore[no-any-return]  # a module's call is Any

    assert torch.autograd.gradcheck(value, (embeddings, *loss.parameters()))
    assert float(torch.autograd.grad(value(embeddings), embeddings)[0].abs().sum()) > 0


@every_loss
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), order=st.permutations(range(PERSONS * PICTURES)))
def test_order_of_the_batch_changes_no_loss(name: str, seed: int, order: list[int]) -> None:
    loss, labels = make(name).eval(), person_labels(PERSONS, PICTURES)
    embeddings = some_unit_vectors(len(labels), EMBEDDING_SIZE, seed=seed)
    straight, mixed = loss(embeddings, labels).value, loss(embeddings[order], labels[order]).value
    assert mixed.item() == pytest.approx(straight.item(), rel=1e-9, abs=1e-12)
    assert straight.item() >= 0


@every_loss
def test_loss_falls_when_persons_are_separated(name: str) -> None:
    loss, labels = make(name).eval(), person_labels(PERSONS, PICTURES)
    near = separated(labels, EMBEDDING_SIZE)
    if name in ("arcface", "cosface"):
        near = torch.nn.functional.normalize(loss.get_parameter("weight").detach())[labels]
    apart = some_unit_vectors(len(labels), EMBEDDING_SIZE, seed=5)
    assert loss(near, labels).value.item() < 0.5 * loss(apart, labels).value.item()


@every_loss
def test_loss_inside_bfloat16_autocast_is_computed_in_float32(name: str) -> None:
    loss, labels = make(name).float().eval(), person_labels(PERSONS, PICTURES)
    embeddings = some_unit_vectors(len(labels), EMBEDDING_SIZE).bfloat16()
    expected = loss(embeddings.float(), labels).value
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = loss(embeddings, labels).value
    assert found.dtype == torch.float32
    assert found.item() == expected.item()


@every_loss
@pytest.mark.parametrize("labels", [[0], [0, 0], [0, 1]])
def test_batch_without_the_pairs_it_needs_gives_a_finite_loss_with_gradient(name: str, labels: list[int]) -> None:
    embeddings = some_unit_vectors(len(labels), EMBEDDING_SIZE).requires_grad_()
    output = make(name)(embeddings, torch.tensor(labels))
    output.value.backward()
    assert torch.isfinite(output.value)
    assert embeddings.grad is not None
    assert torch.isfinite(embeddings.grad).all()


@every_loss
def test_state_dict_brings_a_loss_back(name: str) -> None:
    labels = person_labels(PERSONS, PICTURES)
    embeddings = some_unit_vectors(len(labels), EMBEDDING_SIZE)
    used, fresh = make(name), create_loss(name, embedding_size=EMBEDDING_SIZE, n_classes=PERSONS).double()
    with torch.no_grad():
        for parameter in used.parameters():
            parameter.add_(torch.randn(parameter.shape))
    used(embeddings, labels)
    fresh.load_state_dict(used.state_dict())
    assert int(fresh.steps_seen) == 1
    assert fresh(embeddings, labels).value.item() == used(embeddings, labels).value.item()


@every_loss
def test_spread_is_among_the_stats_and_zero_for_equal_embeddings(name: str) -> None:
    loss, labels = make(name), person_labels(PERSONS, PICTURES)
    assert loss(torch.eye(EMBEDDING_SIZE)[[0] * len(labels)].double(), labels).stats["spread"] == pytest.approx(0, abs=1e-9)
    # Three orthogonal directions in equal parts: the mean has length √(1/3), so 1 − 1/3 is left.
    assert loss(separated(labels, EMBEDDING_SIZE), labels).stats["spread"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("name", [name for name in LOSSES.names() if make(name).collapsed_value is not None])
def test_collapsed_value_is_the_loss_of_equal_embeddings(name: str) -> None:
    loss, labels = make(name), person_labels(PERSONS, PICTURES)
    embeddings = torch.eye(EMBEDDING_SIZE)[[0] * len(labels)].double()
    assert loss(embeddings, labels).value.item() == pytest.approx(loss.collapsed_value)


@every_loss
def test_labels_of_another_length_are_refused(name: str) -> None:
    with pytest.raises(TrainingError, match=r"\(4, 6\) and labels of shape \(3,\)"):
        make(name)(some_unit_vectors(4, EMBEDDING_SIZE), torch.tensor([0, 0, 1]))


@every_loss
def test_unknown_option_of_a_recipe_is_refused(name: str) -> None:
    with pytest.raises(TrainingError, match="has no option 'margn'"):
        create_loss(name, embedding_size=EMBEDDING_SIZE, n_classes=PERSONS, options={"margn": 0.3})


def test_unknown_loss_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'triplet'"):
        create_loss("triplets", embedding_size=EMBEDDING_SIZE, n_classes=PERSONS)


def test_options_of_a_recipe_reach_the_loss() -> None:
    loss = create_loss("triplet", embedding_size=EMBEDDING_SIZE, n_classes=PERSONS, options={"margin": 0.7, "miner": "batch-hard"})
    assert loss.collapsed_value == 0.7
