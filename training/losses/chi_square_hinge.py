"""Hinge on the lecture's weighted χ² of two vectors (D9)."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from training.losses.pairs import PairLoss

EPSILON = 1e-6
"""Added to the denominator: two zeros in one place give 0, and the gradient stays below 3."""


class ChiSquareHingeLoss(PairLoss):
    """max(0, m − Y·(Ŷ + b)) with Ŷ = Σ w_k·(f_i,k − f_j,k)² / (f_i,k + f_j,k), Y = +1 for the same person, −1 for two.

    DeepFace (Taigman et al. 2014) learns this w and b with a linear support vector machine, whose loss the hinge is. Its features are not
    negative; ours have signs, and f_i,k + f_j,k could be 0 or less. We take each number apart into its positive and its negative part,
    (max(f, 0), max(−f, 0)), neither of which is negative, with one w_k for both: the sum over the two parts is exactly
    (f_i,k − f_j,k)² / (|f_i,k| + |f_j,k|). Nothing is lost (squares would confuse f with −f, ReLU would drop half), and on features
    that are not negative it is the lecture's formula to the letter.
    w comes out negative where a difference speaks against the same person. The start: the sum is about √D for unit vectors in
    random directions and about 0.61·√D at d = 1, where the score is set to 0.

    Args:
        margin: m.
    """

    def __init__(self, embedding_size: int = 128, *, margin: float = 1.0, mated_weight: float = 0.5) -> None:
        super().__init__(embedding_size, scale=4.0, level=0.61, mated_weight=mated_weight)
        self.margin = margin

    def components(self, first: Tensor, second: Tensor) -> Tensor:
        """(f_i,k − f_j,k)² / (|f_i,k| + |f_j,k|): (P, D)."""
        return (first - second).square() / (first.abs() + second.abs() + EPSILON)

    def pair_values(self, signed_scores: Tensor) -> Tensor:
        """max(0, m − Y·score): (P,)."""
        return F.relu(self.margin - signed_scores)
