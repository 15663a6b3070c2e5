"""Formulas against modules, for every network that there is, and against the published counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from facekit.nets import NETS
from training.errors import TrainingError
from training.lecture.describe import as_table, describe, traced

ENCODER = {"widths": [48, 96, 192, 256], "depths": [1, 2, 3, 1], "stem": 32}
TRANSFER = {"classes": 2, "trunk": "residual-encoder", "trunk_arguments": ENCODER, "picture": [3, 112, 112], "hidden": 16}
ARGUMENTS: Mapping[str, Mapping[str, Any]] = {"residual-encoder": ENCODER, "transfer": TRANSFER}
"""Of the networks that cannot be built without."""
PICTURES = {"inception-resnet-v1": (3, 160, 160)}
PUBLISHED = {
    "mlp": 235_146,
    "lenet5": 61_706,
    "alexnet": 61_100_840,
    "vgg16": 138_357_544,
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    # A residual network's projections, 1×1 with norm at three stages, are all that the plain one lacks.
    "plain18": 11_689_512 - sum(before * after + 2 * after for before, after in [(64, 128), (128, 256), (256, 512)]),
    "plain34": 21_797_672 - sum(before * after + 2 * after for before, after in [(64, 128), (128, 256), (256, 512)]),
}


def counted(name: str) -> int:
    """Multiply-adds as torch counts them."""
    with torch.device("meta"):
        net = NETS.create(name, **ARGUMENTS.get(name, {})).eval()
        with FlopCounterMode(display=False) as counter:
            net(torch.zeros(1, *PICTURES.get(name, getattr(net, "input_shape", ()))))
    return int(counter.get_total_flops()) // 2


@pytest.mark.parametrize("name", NETS.names())
def test_describe_of_every_network_is_the_module_and_torchs_own_count(name: str) -> None:
    if NETS.entry(name).missing:
        pytest.skip(f"{', '.join(NETS.entry(name).missing)} is not installed")
    found = describe(name, ARGUMENTS.get(name), picture=PICTURES.get(name))  # raises where formula and module differ
    assert found.multiply_adds == counted(name)
    assert found.rows[-1].parameters > 0


@pytest.mark.parametrize("name", PUBLISHED)
def test_describe_of_a_full_size_network_has_the_published_parameters(name: str) -> None:
    assert describe(name).parameters == PUBLISHED[name]


def test_lenet5_is_the_papers_table() -> None:
    found = [(row.kind, row.output) for row in describe("lenet5").rows]
    maps = [(6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (400,), (120,), (84,), (10,)]
    assert found == list(zip(["convolution", "pooling"] * 2 + ["flattening"] + ["dense"] * 3, maps, strict=True))


def test_vgg16_has_thirteen_and_three_layers_all_filters_3x3() -> None:
    assert Counter(row.kind for row in describe("vgg16").rows if row.parameters) == {"convolution": 13, "dense": 3}
    with torch.device("meta"):
        net = NETS.create("vgg16")
    filters = [module for module in net.modules() if isinstance(module, nn.Conv2d)]
    assert {(module.kernel_size, module.padding, module.stride) for module in filters} == {((3, 3), (1, 1), (1, 1))}


@pytest.mark.parametrize(("name", "layers"), [("resnet18", 18), ("plain18", 18), ("resnet34", 34), ("plain34", 34)])
def test_layers_with_parameters_are_as_many_as_the_name_says(name: str, layers: int) -> None:
    rows = [row for row in describe(name).rows if row.kind in ("convolution", "dense") and "short" not in row.name]
    assert len(rows) == layers


def test_describe_of_another_picture_changes_sizes_and_not_parameters() -> None:
    small, usual = describe("resnet18", picture=(3, 64, 64)), describe("resnet18")
    assert small.parameters == usual.parameters
    assert (small.rows[0].output, usual.rows[0].output) == ((64, 32, 32), (64, 112, 112))


def test_describe_of_a_picture_that_does_not_fit_names_it() -> None:
    with pytest.raises(TrainingError, match="pictures of 1×40×40"):
        describe("mlp", picture=(1, 40, 40))


def test_describe_of_a_network_that_needs_arguments_says_so() -> None:
    with pytest.raises(TrainingError, match="'residual-encoder' cannot be built so"):
        describe("residual-encoder")


@pytest.mark.parametrize(
    ("layer", "complaint"),
    [
        (nn.PReLU(), "without formula"),
        (nn.Upsample(scale_factor=2), "without formula"),
        (nn.Conv2d(3, 4, 3, dilation=2), "no formula"),
        (nn.MaxPool2d(2, ceil_mode=True), "rounds up"),
    ],
)
def test_layer_that_no_formula_covers_is_refused(layer: nn.Module, complaint: str) -> None:
    with pytest.raises(TrainingError, match=complaint):
        traced(nn.Sequential(layer).to("meta"), (3, 9, 9))


def test_parameters_outside_the_layers_are_noticed() -> None:
    net = nn.Sequential(nn.Conv2d(3, 4, 3))
    net.register_parameter("extra", nn.Parameter(torch.zeros(5)))
    with pytest.raises(TrainingError, match="112 by formula and 117 in the module"):
        traced(net.to("meta"), (3, 9, 9))


def test_as_table_ends_with_the_sums() -> None:
    lines = as_table(describe("mlp")).splitlines()
    assert lines[0].split() == ["layer", "kind", "output", "parameters", "multiply-adds"]
    assert lines[-1].split() == ["total", "235,146", "234,752"]
