"""Frozen parts of a network stay as they are."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from tests.support.training_data import distil_recipe
from training.checkpoint import checkpoint_path
from training.errors import TrainingError
from training.freezing import frozen_modules, train_only
from training.loop import train
from training.tasks.encoder import build_encoder


def _net() -> nn.Sequential:
    trunk = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Dropout())
    return nn.Sequential(OrderedDict[str, nn.Module](trunk=trunk, fc=nn.Linear(3, 2), fc2=nn.Linear(2, 2)))


def test_train_only_leaves_what_is_under_the_names() -> None:
    net = _net()
    train_only(net, ["fc"])
    assert [name for name, parameter in net.named_parameters() if parameter.requires_grad] == ["fc.weight", "fc.bias"]


def test_train_only_without_a_name_leaves_all() -> None:
    net = _net()
    train_only(net, [])
    assert all(parameter.requires_grad for parameter in net.parameters())


def test_train_only_of_a_name_that_is_not_there_lists_those_that_are() -> None:
    with pytest.raises(TrainingError, match="under 'head'") as caught:
        train_only(_net(), ["fc", "head"])
    assert caught.value.hint == "Its parts: trunk, fc, fc2."


def test_frozen_modules_are_those_without_anything_to_train() -> None:
    net = _net()
    train_only(net, ["fc"])
    found = frozen_modules(net)
    assert net.get_submodule("trunk") in found
    assert net.get_submodule("trunk.1") in found
    assert not {net, net.get_submodule("fc")} & set(found)


def test_train_with_a_frozen_trunk_moves_the_last_layers_alone_and_no_statistics_of_the_trunk(tmp_path: Path) -> None:
    recipe = distil_recipe(tmp_path, steps=3)
    recipe = replace(recipe, net=replace(recipe.net, trainable=("fc", "bn")))
    (tmp_path / "run").mkdir()
    for _ in train(recipe, tmp_path / "run"):
        pass
    torch.manual_seed(recipe.seed)
    start, end = build_encoder(recipe.net).state_dict(), load_file(checkpoint_path(tmp_path / "run", "last"))
    moved = {name for name, tensor in start.items() if not torch.equal(tensor, end[f"net.{name}"])}
    assert moved == {name for name in start if name.startswith(("fc.", "bn."))}
