"""Optimizers: Muon on matrices, AdamW on the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from training.checkpoint import RunState, Trained, load_checkpoint, save_checkpoint
from training.loop import make_optimizer
from training.optim import Muon, orthogonalised
from training.recipe import OptimRecipe


def small_net(seed: int = 0) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Conv2d(8, 8, 3, groups=8), nn.Flatten(), nn.Linear(8 * 16, 4))


def take_steps(net: nn.Module, optimizer: torch.optim.Optimizer, count: int, *, first: int = 0) -> None:
    for number in range(first, first + count):
        generator = torch.Generator().manual_seed(number)
        net(torch.randn(6, 3, 8, 8, generator=generator)).square().mean().backward()
        optimizer.step()
        optimizer.zero_grad()


@pytest.mark.parametrize("shape", [(8, 27), (40, 12), (16, 16)])
def test_orthogonalised_when_given_any_matrix_brings_all_singular_values_near_one(shape: tuple[int, int]) -> None:
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(1))

    values = torch.linalg.svdvals(orthogonalised(matrix))

    assert values.min() > 0.5
    assert values.max() < 1.3


def test_orthogonalised_when_given_a_matrix_keeps_its_singular_vectors() -> None:
    left, _, right = torch.linalg.svd(torch.randn(6, 9, generator=torch.Generator().manual_seed(2)), full_matrices=False)

    turned = orthogonalised(left @ torch.diag(torch.tensor([4.0, 3.0, 2.0, 1.5, 1.0, 0.5])) @ right)

    inner = left.T @ turned @ right.T
    assert (inner - torch.diag(inner.diagonal())).abs().max() < 0.1


def test_muon_when_a_parameter_is_no_matrix_moves_it_as_adamw_does() -> None:
    ours, theirs = small_net(), small_net()

    take_steps(ours, Muon(ours.parameters(), lr=0.01, weight_decay=0.1), 1)
    take_steps(theirs, torch.optim.AdamW(theirs.parameters(), lr=0.01, weight_decay=0.1), 1)

    moved, expected = ours.state_dict(), theirs.state_dict()
    for name in ("1.weight", "1.bias", "2.weight", "0.bias"):  # a norm, a depthwise filter, a bias
        assert torch.equal(moved[name], expected[name])
    assert not torch.equal(moved["0.weight"], expected["0.weight"])


def test_muon_when_it_moves_a_filter_moves_it_about_as_far_as_adamw_would() -> None:
    net = small_net()
    before = net.state_dict()["0.weight"].clone()

    take_steps(net, Muon(net.parameters(), lr=0.01, weight_decay=0.0), 1)

    rms = (net.state_dict()["0.weight"] - before).square().mean().sqrt()
    assert 0.5 * 0.2 * 0.01 < rms < 1.5 * 0.2 * 0.01


def test_muon_when_trained_brings_the_loss_down() -> None:
    net = small_net()
    pictures = torch.randn(32, 3, 8, 8, generator=torch.Generator().manual_seed(9))
    goals = torch.randn(32, 4, generator=torch.Generator().manual_seed(8))
    optimizer = make_optimizer(net, OptimRecipe(name="muon", lr=0.02, weight_decay=0.0))
    losses = []
    for _ in range(60):
        loss = (net(pictures) - goals).square().mean()
        losses.append(float(loss.detach()))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    assert losses[-1] < 0.2 * losses[0]


def test_muon_when_resumed_from_a_checkpoint_goes_on_exactly(tmp_path: Path) -> None:
    straight = small_net()
    optimizer = make_optimizer(straight, OptimRecipe(name="muon"))
    take_steps(straight, optimizer, 3)
    save_checkpoint(tmp_path / "last.safetensors", Trained(straight, nn.Identity(), optimizer), RunState(step=3))
    take_steps(straight, optimizer, 2, first=3)

    resumed = small_net(seed=7)
    again = make_optimizer(resumed, OptimRecipe(name="muon"))
    load_checkpoint(tmp_path / "last.safetensors", Trained(resumed, nn.Identity(), again))
    take_steps(resumed, again, 2, first=3)

    for name, tensor in straight.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name
