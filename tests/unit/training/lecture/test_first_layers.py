"""The first layers of the shipped networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from facekit.types import Pixels
from training.errors import TrainingError
from training.lecture.first_layers import FIRST_LAYERS, FirstLayer, filter_picture, read_filters, respond
from training.lecture.layers import output_size

pytestmark = pytest.mark.models


def noise(height: int = 20, width: int = 31) -> Pixels:
    return np.random.default_rng(3).integers(0, 256, (height, width, 3)).astype(np.uint8)


@pytest.mark.parametrize("layer", FIRST_LAYERS, ids=lambda layer: layer.model)
def test_maps_are_those_of_the_network_itself(layer: FirstLayer) -> None:
    torch = pytest.importorskip("torch", reason="the networks are not installed")
    filters, pixels = read_filters(layer), noise()
    made = respond(pixels, filters, layer)
    picture = torch.from_numpy((pixels.astype(np.float64) - 127.5) / 128).permute(2, 0, 1)[None]
    weights = torch.from_numpy(filters).permute(0, 3, 1, 2)
    wanted = torch.nn.functional.conv2d(picture, weights, stride=layer.stride, padding=layer.padding)[0].permute(1, 2, 0)
    np.testing.assert_allclose(made, wanted.numpy(), atol=1e-9)
    sides = [output_size(n, filters.shape[1], padding=layer.padding, stride=layer.stride) for n in pixels.shape[:2]]
    assert made.shape == (*sides, len(filters))


@pytest.mark.parametrize("layer", FIRST_LAYERS, ids=lambda layer: layer.model)
def test_stride_and_padding_are_those_of_the_network(layer: FirstLayer) -> None:
    pytest.importorskip("torch", reason="the networks are not installed")
    from facekit.nets import NETS
    from facekit.weights import find_model

    card, _ = find_model(layer.model, task=layer.task)
    module: Any = NETS.create(card.net, **card.net_arguments).get_submodule(layer.tensor.removesuffix(".weight"))
    assert (module.stride, module.padding) == ((layer.stride,) * 2, (layer.padding,) * 2)


def test_layer_that_is_not_in_the_weights_is_refused() -> None:
    with pytest.raises(TrainingError, match="has no first layer"):
        read_filters(FirstLayer("windows-v1", "detect", "hidden.weight", 1, 0, ""))


def test_picture_of_a_filter_is_grey_at_0_and_full_at_its_largest() -> None:
    weights = np.zeros((3, 3, 3))
    weights[0, 0] = (2.0, -2.0, 1.0)
    picture = filter_picture(weights)
    assert picture[0, 0].tolist() == [255, 0, 191]
    assert picture[1, 1].tolist() == [128, 128, 128]
