"""Binomial deviance on the lecture's sigmoid of weighted absolute differences (D8)."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from training.losses.pairs import PairLoss


class BinomialDevianceLoss(PairLoss):
    """−Y·ln Ŷ − (1 − Y)·ln(1 − Ŷ) with Ŷ = sigmoid(Σ w_k·|f(x_i)_k − f(x_j)_k| + b), Y = 1 for the same person.

    That is the negative log-likelihood, half of what statisticians call the deviance; as a loss on pairs see Yi, Lei and Li 2014.
    The start: for unit vectors in random directions Σ |difference_k| is about 1.13·√D, at d = 1 about 0.8·√D, where the score is set to 0.
    """

    def __init__(self, embedding_size: int = 128, *, mated_weight: float = 0.5) -> None:
        super().__init__(embedding_size, scale=10.0, level=0.8, mated_weight=mated_weight)

    def components(self, first: Tensor, second: Tensor) -> Tensor:
        """|f_i,k − f_j,k|: (P, D)."""
        return (first - second).abs()

    def pair_values(self, signed_scores: Tensor) -> Tensor:
        """−ln sigmoid(±score): (P,)."""
        return F.softplus(-signed_scores)
