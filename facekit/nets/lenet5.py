"""LeNet-5 (LeCun et al. 1998): convolve, pool, convolve, pool, and three layers that end in ten digits."""

from __future__ import annotations

from torch import Tensor, nn

_ACTIVATIONS: dict[str, type[nn.Module]] = {"tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


class LeNet5(nn.Module):
    """N×1×28×28 float32 → N×`classes` scores. The border of two that makes 32×32 of it is in the first layer.

    As it is taught: C3 sees all maps of S2, the pooling learns nothing, and a dense layer takes the place of the radial basis functions.

    Args:
        activation: "tanh" or "sigmoid".
    """

    input_shape = (1, 28, 28)

    def __init__(self, classes: int = 10, activation: str = "tanh") -> None:
        super().__init__()
        squash = _ACTIVATIONS[activation]
        self.body = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2),
            squash(),
            nn.AvgPool2d(2),
            nn.Conv2d(6, 16, 5),
            squash(),
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Linear(16 * 5 * 5, 120),
            squash(),
            nn.Linear(120, 84),
            squash(),
        )
        self.head = nn.Linear(84, classes)

    def forward(self, x: Tensor) -> Tensor:
        """N×classes."""
        scores: Tensor = self.head(self.body(x))
        return scores
