"""The window classifier one by one and as convolutions: the same scores, and what a window sees is its own."""

from __future__ import annotations

import pytest
import torch

from facekit.nets.windows import SIDE, STRIDE, WindowNet, as_convolutions


@pytest.fixture
def net() -> WindowNet:
    torch.manual_seed(3)
    return WindowNet().eval()


@pytest.mark.parametrize(("height", "width"), [(24, 24), (28, 24), (60, 88), (61, 90)])
def test_convolutional_form_gives_the_scores_of_every_window(net: WindowNet, height: int, width: int) -> None:
    picture = torch.randn(1, 3, height, width)
    with torch.inference_mode():
        whole = as_convolutions(net)(picture)[0, 0]
        rows, columns = ((length - SIDE) // STRIDE + 1 for length in (height, width))
        slow = torch.stack(
            [
                net(picture[:, :, y * STRIDE : y * STRIDE + SIDE, x * STRIDE : x * STRIDE + SIDE])[0, 0]
                for y in range(rows)
                for x in range(columns)
            ]
        )
    assert whole.shape == (rows, columns)
    torch.testing.assert_close(whole.flatten(), slow, atol=1e-4, rtol=0)


def test_convolutional_form_has_the_parameters_of_the_classifier(net: WindowNet) -> None:
    # (5·5·3 + 1)·16 + (3·3·16 + 1)·32 + (4·4·32 + 1)·64 + 64 + 1
    expected = 76 * 16 + 145 * 32 + 513 * 64 + 65
    for form in (net, as_convolutions(net)):
        assert sum(parameter.numel() for parameter in form.parameters()) == expected
