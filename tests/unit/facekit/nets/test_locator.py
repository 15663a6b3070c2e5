"""The locator: where each channel is strongest, by hand."""

from __future__ import annotations

import pytest
import torch

from facekit.nets import NETS
from facekit.nets.locator import Locator

SMALL = {"outputs": 3, "widths": [8, 16], "depths": [1, 1], "stem": 8, "side": 32}


def net() -> Locator:
    torch.manual_seed(0)
    made = NETS.create("locator", **SMALL).eval()
    assert isinstance(made, Locator)
    return made


def test_locator_answers_with_a_row_for_each_picture() -> None:
    assert net()(torch.zeros(2, 3, 32, 32)).shape == (2, 3)


def test_places_are_the_middles_of_the_cells_row_by_row() -> None:
    # 32 pixels are halved three times: 4×4 cells.
    assert net().places[:5].tolist() == [[0.125, 0.125], [0.375, 0.125], [0.625, 0.125], [0.875, 0.125], [0.125, 0.375]]


@pytest.mark.parametrize(("row", "column"), [(0, 0), (1, 3), (3, 2)])
def test_answer_is_the_place_where_a_channel_is_strongest(row: int, column: int) -> None:
    made = net()
    features = torch.zeros(1, 16, 4, 4)
    features[0, 5, row, column] = 100.0
    made.body = torch.nn.Sequential()  # what the layers before would say is given
    with torch.no_grad():
        made.heat.weight.copy_(torch.eye(16)[:, :, None, None])
        assert made.heat.bias is not None
        made.heat.bias.zero_()
        made.head.weight.zero_()
        made.head.bias.zero_()
        made.head.weight[0, 10], made.head.weight[1, 11] = 1.0, 1.0  # x and y of channel 5
        made.head.weight[2, 32 + 5] = 1.0  # its mean
        found = made(features)[0].tolist()
    assert found == pytest.approx([(column + 0.5) / 4, (row + 0.5) / 4, 100 / 16], abs=1e-4)


def test_weights_hold_no_places() -> None:
    assert not any("places" in name for name in net().state_dict())
