"""Checkpoints: whole, without pickle, and refused where they do not fit."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from training.checkpoint import RunState, Trained, load_checkpoint, load_net_weights, save_checkpoint
from training.errors import TrainingError


def _trained(width: int = 3, *, steps: int = 2, seed: int = 0) -> Trained:
    torch.manual_seed(seed)
    net, criterion = nn.Sequential(nn.Linear(2, width), nn.BatchNorm1d(width)), nn.Linear(width, 1)
    optimizer = torch.optim.AdamW([*net.parameters(), *criterion.parameters()])
    for _ in range(steps):
        criterion(net(torch.randn(4, 2))).square().sum().backward()
        optimizer.step()
        optimizer.zero_grad()
    return Trained(net, criterion, optimizer)


def test_load_checkpoint_gives_back_weights_optimizer_generator_and_state(tmp_path: Path) -> None:
    saved, other, path = _trained(), _trained(steps=0, seed=1), tmp_path / "last.safetensors"
    state = RunState(step=2, epoch=1, batch=5, seconds=1.5, figures={"accuracy": 0.5}, best=0.5, recipe_hash="abc")
    save_checkpoint(path, saved, state)
    expected = torch.randn(3)
    torch.manual_seed(99)
    assert load_checkpoint(path, other) == state
    assert torch.equal(torch.randn(3), expected)
    assert all(torch.equal(a, b) for a, b in zip(saved.net.state_dict().values(), other.net.state_dict().values(), strict=True))
    assert all(torch.equal(a, b) for a, b in zip(saved.criterion.parameters(), other.criterion.parameters(), strict=True))
    states = [trained.optimizer.state_dict()["state"] for trained in (saved, other)]
    assert all(torch.equal(states[0][index][name], states[1][index][name]) for index in states[0] for name in states[0][index])
    assert list(tmp_path.iterdir()) == [path]


def test_load_net_weights_gives_the_network_alone(tmp_path: Path) -> None:
    trained = _trained()
    save_checkpoint(tmp_path / "a", trained, RunState(step=7))
    weights, state = load_net_weights(tmp_path / "a")
    assert weights.keys() == trained.net.state_dict().keys()
    assert state.step == 7


def test_load_checkpoint_of_another_network_is_refused(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "a", _trained(), RunState())
    with pytest.raises(TrainingError, match="does not fit"):
        load_checkpoint(tmp_path / "a", _trained(width=4))


@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x01.", b"\xff" * 64])
def test_load_checkpoint_of_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(TrainingError, match="cannot be read"):
        load_checkpoint(tmp_path / "a", _trained())


def test_load_checkpoint_which_is_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    save_checkpoint(path, _trained(), RunState())
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(TrainingError, match="cannot be read"):
        load_checkpoint(path, _trained())
