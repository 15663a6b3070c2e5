"""A label loss and a teacher side by side."""

from __future__ import annotations

import pytest
import torch

from tests.support.unit_vectors import person_labels, some_unit_vectors
from training.losses import create_loss
from training.losses.combined import CombinedLoss
from training.losses.distillation import DistillationLoss


def test_sum_of_the_terms_each_over_its_own_rows() -> None:
    label, teacher = create_loss("triplet", embedding_size=6, n_classes=3), DistillationLoss()
    embeddings, targets = some_unit_vectors(8, 6), some_unit_vectors(8, 6, seed=1)
    labels = torch.tensor([0, 0, 1, 1, 2, 2, -1, -1])
    targets[1] = 0
    seen = torch.tensor([0, 2, 3, 4, 5, 6, 7])
    output = CombinedLoss(label, teacher, weight=0.25)(embeddings, labels, targets)
    expected = label(embeddings[:6], labels[:6]).value + 0.25 * teacher(embeddings[seen], targets[seen]).value
    assert output.value.item() == pytest.approx(expected.item())
    assert output.stats["label_loss"] + 0.25 * output.stats["teaching_loss"] == pytest.approx(expected.item())


def test_without_a_target_in_the_batch_it_is_the_label_loss() -> None:
    label = create_loss("triplet", embedding_size=6, n_classes=3)
    embeddings, labels = some_unit_vectors(6, 6), person_labels(3, 2)
    output = CombinedLoss(label, DistillationLoss())(embeddings, labels, torch.zeros(6, 6))
    assert output.value.item() == label(embeddings, labels).value.item()


def test_collapse_is_looked_for_where_the_label_loss_is_alone() -> None:
    label = create_loss("triplet", embedding_size=6, n_classes=3, options={"margin": 0.3})
    assert CombinedLoss(label).collapsed_value == 0.3
    assert CombinedLoss(label, DistillationLoss()).collapsed_value is None
