"""The loss of a network that says whether something is in the picture and, if so, where: squared errors, masked by the truth."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training.errors import TrainingError
from training.losses.base import LossOutput, at_least_float32


class LocalizationLoss(nn.Module):
    """Of truth y and answer ŷ with K numbers a picture, y₁ being 1 where there is something and 0 where there is not:

    (ŷ₁ − y₁)² + (ŷ₂ − y₂)² + … + (ŷ_K − y_K)² where y₁ = 1, (ŷ₁ − y₁)² alone where y₁ = 0; the mean over the pictures.

    Args:
        is_masked: Else all K squared errors count always, and the network must also learn what stands for "nowhere".
    """

    def __init__(self, *, is_masked: bool = True) -> None:
        super().__init__()
        self.is_masked = is_masked

    def forward(self, answers: Tensor, truth: Tensor) -> LossOutput:
        """The loss of (N, K) float answers and truth. Stats: mean squared error of y₁, and the mean of the other sums where y₁ = 1.

        Raises:
            TrainingError: The shapes differ.
        """
        if answers.shape != truth.shape or truth.ndim != 2:
            raise TrainingError(
                f"The network answers with {tuple(answers.shape)} numbers where the truth has {tuple(truth.shape)}.",
                hint="Set net.arguments.outputs to the numbers of one picture.",
            )
        wide = at_least_float32(answers)
        errors = (wide - truth.to(wide.dtype)).square()
        is_there = truth[:, 0] == 1
        whether, where = errors[:, 0], errors[:, 1:].sum(dim=1)
        counted = torch.where(is_there, where, torch.zeros_like(where)) if self.is_masked else where
        stats = {"whether": float(whether.detach().mean())}
        if is_there.any():
            stats["where"] = float(where.detach()[is_there].mean())
        return LossOutput((whether + counted).mean(), stats)
