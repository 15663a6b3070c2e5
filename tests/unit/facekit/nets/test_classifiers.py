"""The lecture's networks: what they compute, beside their counts in tests/unit/training/lecture/test_describe.py."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from facekit.nets import NETS
from facekit.nets.residual import ResidualBlock
from facekit.nets.resnet import PlainBlock

SMALL = {
    "alexnet": {"classes": 10, "filters": [8, 16, 24, 16, 16], "hidden": 32, "stem": [5, 1, 2], "grid": 3},
    "vgg16": {"classes": 10, "widths": [8, 8, 16, 16, 16], "hidden": 32, "grid": 1},
    "resnet34": {"classes": 10, "widths": [8, 8, 16, 16], "stem": [3, 1], "has_pool": False},
    "plain34": {"classes": 10, "widths": [8, 8, 16, 16], "stem": [3, 1], "has_pool": False},
}


def without_branch(block: ResidualBlock) -> ResidualBlock:
    """The block with 0 for the weights of both convolutions and of the last norm."""
    for parameter in (block.c1.weight, block.c2.weight, block.b2.bias):
        nn.init.zeros_(parameter)
    return block


def test_residual_block_is_g_of_z_plus_a() -> None:
    torch.manual_seed(0)
    block, a = ResidualBlock(8, 8, 1).eval(), torch.randn(2, 8, 6, 6)
    z = block.b2(block.c2(torch.relu(block.b1(block.c1(a)))))
    torch.testing.assert_close(block(a), torch.relu(z + a))


@pytest.mark.parametrize("is_training", [True, False])
def test_residual_block_whose_branch_is_0_is_the_identity_where_nothing_is_negative(is_training: bool) -> None:
    torch.manual_seed(0)
    block, a = without_branch(ResidualBlock(8, 8, 1)).train(is_training), torch.randn(2, 8, 6, 6)
    assert torch.equal(block(a.abs()), a.abs())
    assert torch.equal(block(a), torch.relu(a))


def test_plain_block_whose_weights_are_0_forgets_its_input() -> None:
    block = PlainBlock(8, 8, 1).eval()
    for parameter in block.parameters():
        nn.init.zeros_(parameter)
    assert not block(torch.rand(2, 8, 6, 6)).any()


def test_residual_block_that_changes_the_shape_projects_its_input() -> None:
    block, a = without_branch(ResidualBlock(8, 16, 2)).eval(), torch.randn(1, 8, 6, 6)
    torch.testing.assert_close(block(a), torch.relu(block.short(a)))
    assert block(a).shape == (1, 16, 3, 3)


@pytest.mark.parametrize("name", SMALL)
def test_small_variant_scores_pictures_of_32x32(name: str) -> None:
    net = NETS.create(name, **SMALL[name]).eval()
    assert net(torch.zeros(2, 3, 32, 32)).shape == (2, 10)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_lenet5_squashes_all_but_its_scores(activation: str) -> None:
    net = NETS.create("lenet5", activation=activation)
    squashed = {"tanh": nn.Tanh, "sigmoid": nn.Sigmoid}[activation]
    assert sum(isinstance(module, squashed) for module in net.modules()) == 4
    assert not any(isinstance(module, nn.ReLU) for module in net.modules())


def test_he_initialised_network_keeps_the_size_of_the_signal_through_13_layers() -> None:
    torch.manual_seed(0)
    net = NETS.create("vgg16", classes=10, widths=[32] * 5, hidden=64, grid=1)
    convolutions = nn.Sequential(*[module for module in net.modules() if isinstance(module, nn.Conv2d | nn.ReLU)][:26])
    with torch.no_grad():
        signal = convolutions(torch.randn(4, 3, 32, 32))
    assert 0.1 < float(signal.square().mean()) < 10


def test_transfer_is_the_trunks_body_and_new_last_layers() -> None:
    trunk = NETS.create("resnet34", **SMALL["resnet34"]).eval()
    net = NETS.create("transfer", classes=2, trunk="resnet34", trunk_arguments=SMALL["resnet34"], picture=[3, 32, 32], hidden=5).eval()
    net.get_submodule("trunk").load_state_dict(trunk.get_submodule("body").state_dict())
    assert [module.out_features for module in net.get_submodule("head").children() if isinstance(module, nn.Linear)] == [5, 2]
    pictures = torch.randn(3, 3, 32, 32)
    torch.testing.assert_close(net(pictures), net.get_submodule("head")(torch.flatten(trunk.get_submodule("body")(pictures), 1)))
    assert net(torch.zeros(3, 3, 64, 48)).shape == (3, 2)
