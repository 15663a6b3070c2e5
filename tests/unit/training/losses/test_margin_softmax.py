"""ArcFace and CosFace against values by hand, a plain loop and, where it is installed, pytorch-metric-learning."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.unit_vectors import descend, some_unit_vectors
from training.errors import TrainingError
from training.losses.margin_softmax import ArcFaceLoss, CosFaceLoss, MarginSoftmaxLoss

FACE = torch.tensor([[0.6, 0.8]], dtype=torch.float64)


def on_axes(loss: MarginSoftmaxLoss) -> MarginSoftmaxLoss:
    """Persons 0 and 1 on the axes of the plane, at lengths that must not matter."""
    with torch.no_grad():
        loss.double()
        loss.weight.copy_(torch.tensor([[3.0, 0.0], [0.0, 0.1]]))
    return loss


def test_arcface_has_the_value_by_hand() -> None:
    loss = on_axes(ArcFaceLoss(2, 2, scale=2.0, margin=0.5))
    expected = math.log1p(math.exp(2 * (0.8 - math.cos(math.acos(0.6) + 0.5))))
    output = loss(FACE, torch.tensor([0]))
    assert output.value.item() == pytest.approx(expected)
    assert output.stats["accuracy"] == 0
    assert output.stats["cosine_own"] == pytest.approx(0.6)


def test_cosface_has_the_value_by_hand() -> None:
    loss = on_axes(CosFaceLoss(2, 2, scale=2.0, margin=0.25))
    assert loss(FACE, torch.tensor([1])).value.item() == pytest.approx(math.log1p(math.exp(2 * (0.6 - (0.8 - 0.25)))))


def test_length_of_embeddings_does_not_matter() -> None:
    loss = on_axes(ArcFaceLoss(2, 2))
    assert loss(FACE * 7, torch.tensor([0])).value.item() == pytest.approx(loss(FACE, torch.tensor([0])).value.item())


@pytest.mark.parametrize("kind", [ArcFaceLoss, CosFaceLoss])
def test_own_logit_falls_all_the_way_as_the_angle_grows(kind: type[ArcFaceLoss] | type[CosFaceLoss]) -> None:
    loss = kind(2, 2)
    cosines = torch.cos(torch.linspace(0.001, math.pi, 500, dtype=torch.float64))
    logits = loss.penalised(cosines, loss.margin)
    assert (logits.diff() < 0).all()
    assert (logits < cosines).all()


@pytest.mark.parametrize("kind", [ArcFaceLoss, CosFaceLoss])
def test_gradient_is_finite_where_a_vector_lies_on_its_class_or_opposite(kind: type[ArcFaceLoss] | type[CosFaceLoss]) -> None:
    embeddings = torch.tensor([[1.0, 0.0], [-1.0, 0.0]], dtype=torch.float64, requires_grad=True)
    on_axes(kind(2, 2))(embeddings, torch.tensor([0, 0])).value.backward()
    assert embeddings.grad is not None
    assert torch.isfinite(embeddings.grad).all()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), labels=st.lists(st.integers(0, 4), min_size=1, max_size=6), margin=st.floats(0, 0.5))
def test_arcface_equals_a_plain_loop(seed: int, labels: list[int], margin: float) -> None:
    loss = ArcFaceLoss(3, 5, scale=8.0, margin=margin).double()
    embeddings = some_unit_vectors(len(labels), 3, seed=seed)
    persons = F.normalize(loss.weight.detach())
    total = 0.0
    for row, own in enumerate(labels):
        angles = [math.acos(max(-1.0, min(1.0, float(embeddings[row] @ person)))) for person in persons]
        logits = [8.0 * math.cos(angle) for angle in angles]
        wide = angles[own] + margin > math.pi
        logits[own] = 8.0 * (math.cos(angles[own]) - margin * math.sin(margin) if wide else math.cos(angles[own] + margin))
        total += math.log(sum(math.exp(logit) for logit in logits)) - logits[own]
    assert loss(embeddings, torch.tensor(labels)).value.item() == pytest.approx(total / len(labels), rel=1e-6)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), small=st.floats(0, 0.3), more=st.floats(0, 0.5))
def test_loss_grows_with_the_margin(seed: int, small: float, more: float) -> None:
    embeddings, labels = some_unit_vectors(6, 4, seed=seed), torch.arange(6) % 3
    for kind in (ArcFaceLoss, CosFaceLoss):
        torch.manual_seed(seed)
        loss = kind(4, 3, scale=8.0, margin=small).double()
        smaller = loss(embeddings, labels).value.item()
        loss.margin = small + more
        assert smaller <= loss(embeddings, labels).value.item() + 1e-9


def test_margin_rises_over_the_warm_up_and_goes_on_after_resume() -> None:
    loss, resumed = (on_axes(CosFaceLoss(2, 2, margin=0.4, warmup_steps=4)) for _ in range(2))
    margins = [loss(FACE, torch.tensor([0])).stats["margin"] for _ in range(3)]
    resumed.load_state_dict(loss.state_dict())
    margins += [resumed(FACE, torch.tensor([0])).stats["margin"] for _ in range(3)]
    assert margins == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4, 0.4])


def test_evaluation_does_not_move_the_warm_up() -> None:
    loss = on_axes(CosFaceLoss(2, 2, margin=0.4, warmup_steps=4)).eval()
    assert [loss(FACE, torch.tensor([0])).stats["margin"] for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize("label", [-1, 2])
def test_label_outside_the_classes_is_refused(label: int) -> None:
    with pytest.raises(TrainingError, match=f"Labels {label} … {label} for 2 classes"):
        ArcFaceLoss(2, 2)(FACE, torch.tensor([label]))


def test_softmax_learns_to_separate_three_persons() -> None:
    torch.manual_seed(0)
    loss, labels = ArcFaceLoss(2, 3, scale=8.0, margin=0.3), torch.arange(9) % 3
    points = torch.nn.Parameter(torch.randn(9, 2))
    for _ in range(150):
        output = loss(F.normalize(points), labels)
        descend(output.value, [points, *loss.parameters()], rate=0.1)
    assert output.stats["accuracy"] == 1


@pytest.mark.parametrize(("kind", "name", "margin"), [(ArcFaceLoss, "ArcFaceLoss", 0.5), (CosFaceLoss, "CosFaceLoss", 0.35)])
def test_loss_agrees_with_pytorch_metric_learning(kind: type[ArcFaceLoss] | type[CosFaceLoss], name: str, margin: float) -> None:
    losses = pytest.importorskip("pytorch_metric_learning.losses")
    loss, embeddings, labels = kind(6, 4, scale=16.0, margin=margin), some_unit_vectors(12, 6).float(), torch.arange(12) % 4
    given_margin = math.degrees(margin) if name == "ArcFaceLoss" else margin
    oracle = getattr(losses, name)(num_classes=4, embedding_size=6, scale=16.0, margin=given_margin)
    with torch.no_grad():
        oracle.W.copy_(loss.weight.T)
    assert loss(embeddings, labels).value.item() == pytest.approx(oracle(embeddings, labels).item(), rel=1e-4)
