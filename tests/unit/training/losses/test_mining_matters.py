"""Why triplets are mined: persons in clans whose members look alike, which random triplets hardly ever show."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from facekit.evaluation.rates import tar_at_far
from facekit.evaluation.trials import Trials
from tests.support.unit_vectors import person_labels
from training.data.samplers import PersonBatches
from training.losses import create_loss

_CLANS, _MEMBERS, _PICTURES, _STEPS = 12, 4, 6, 120


def _people(seed: int) -> Tensor:
    """(288, 24) float32: twelve numbers are the clan's; of twelve of their own six are clear and six drown in noise."""
    random = torch.Generator().manual_seed(seed)
    clan = torch.randn(_CLANS, 1, 1, 12, generator=random).expand(_CLANS, _MEMBERS, 1, 12)
    own = 0.35 * torch.randn(_CLANS, _MEMBERS, 1, 12, generator=random)
    noise = torch.randn(_CLANS, _MEMBERS, _PICTURES, 24, generator=random) * torch.tensor([0.35] * 12 + [0.1] * 6 + [1.0] * 6)
    return (torch.cat([clan, own], dim=-1) + noise).flatten(0, 2)


def _trained(miner: str, seed: int) -> tuple[float, float]:
    """TAR at FAR 0.01 on persons of other clans, and the share of triplets within the margin at the end."""
    torch.manual_seed(seed)
    net, faces, labels = torch.nn.Linear(24, 8), _people(seed), person_labels(_CLANS * _MEMBERS, _PICTURES)
    loss = create_loss("triplet", embedding_size=8, n_classes=0, options={"miner": miner})
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
    sampler = PersonBatches(labels.numpy(), _CLANS * _MEMBERS, 2, seed=seed)
    active = []
    for step in range(_STEPS):
        rows = sampler.batches(step // sampler.batches_per_epoch)[step % sampler.batches_per_epoch]
        output = loss(F.normalize(net(faces[rows])), labels[rows])
        optimizer.zero_grad()
        output.value.backward()
        optimizer.step()
        active.append(output.stats["active"])
    return _tar(F.normalize(net(_people(seed + 1000))).detach(), labels), sum(active[-20:]) / 20


def _tar(vectors: Tensor, labels: Tensor) -> float:
    left, right = torch.triu_indices(len(vectors), len(vectors), 1)
    distances = (2 - 2 * vectors @ vectors.T)[left, right]
    trials = Trials.of(distances.numpy(), (labels[left] == labels[right]).numpy(), labels[left].numpy(), labels[right].numpy())
    return float(tar_at_far(trials, target=0.01))


@pytest.mark.parametrize("seed", [1, 2])
def test_batch_hard_triplets_tell_lookalikes_apart_where_random_ones_no_longer_teach(seed: int) -> None:
    (hard, hard_active), (random, random_active) = _trained("batch-hard", seed), _trained("random", seed)
    assert hard > random + 0.1
    assert hard_active > 2 * random_active
