"""What the losses on pairs share: all pairs of a batch, a linear score of each, mated and non-mated pairs in balance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from training.errors import TrainingError
from training.losses.base import Loss, Stats


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Rows of a batch two by two: first, second (P,) long with first < second, and mated (P,) bool."""

    first: Tensor
    second: Tensor
    mated: Tensor


def all_pairs(labels: Tensor) -> Pairs:
    """The N·(N − 1)/2 pairs of N rows."""
    first, second = torch.triu_indices(len(labels), len(labels), offset=1, device=labels.device)
    return Pairs(first, second, labels[first] == labels[second])


class PairLoss(Loss):
    """A loss on the score Σ w_k·z_k + b of each pair, z what a subclass makes of two vectors; above 0 the score says "same person".

    w starts at −scale/√D and b at scale·level, so that the score is 0 where Σ z_k is level·√D: w and b are learnt with the network.

    Args:
        mated_weight: Share of the mated pairs in the loss, 0 … 1. A batch of P persons × K pictures has (P·K − K)/(K − 1) times as many
            non-mated ones, which would decide alone.
    """

    def __init__(self, embedding_size: int, *, scale: float, level: float, mated_weight: float) -> None:
        super().__init__()
        if not 0 < mated_weight < 1:
            raise TrainingError(f"The weight of the mated pairs is {mated_weight}.", hint="Choose one between 0 and 1; 0.5 balances.")
        self.mated_weight = mated_weight
        self.weight = nn.Parameter(torch.full((embedding_size,), -scale / math.sqrt(embedding_size)))
        self.bias = nn.Parameter(torch.tensor(scale * level))

    def components(self, first: Tensor, second: Tensor) -> Tensor:
        """z of vectors (P, D) and (P, D): (P, D), 0 where they agree, larger the more they differ."""
        raise NotImplementedError

    def pair_values(self, signed_scores: Tensor) -> Tensor:
        """(P,) losses of scores (P,) that are positive where the pair is judged rightly."""
        raise NotImplementedError

    def scores(self, first: Tensor, second: Tensor) -> Tensor:
        """Σ w_k·z_k + b of vectors (P, D) and (P, D): (P,)."""
        return self.components(first, second) @ self.weight + self.bias

    def measure(self, embeddings: Tensor, labels: Tensor) -> tuple[Tensor, Stats]:
        """The balanced mean over all pairs. Stats: mean score of each kind, and the share of rightly judged pairs, kinds in balance."""
        pairs = all_pairs(labels)
        scores = self.scores(embeddings[pairs.first], embeddings[pairs.second])
        signed = torch.where(pairs.mated, scores, -scores)
        stats = {
            "score_mated": _mean_where(scores, pairs.mated),
            "score_non_mated": _mean_where(scores, ~pairs.mated),
            "judged_rightly": self._balanced((signed > 0).to(scores.dtype), pairs.mated),
        }
        return self._balanced(self.pair_values(signed), pairs.mated), stats

    def _balanced(self, values: Tensor, mated: Tensor) -> Tensor:
        """A kind that the batch lacks counts as 0."""
        return self.mated_weight * _mean_where(values, mated) + (1.0 - self.mated_weight) * _mean_where(values, ~mated)


def _mean_where(values: Tensor, chosen: Tensor) -> Tensor:
    return values[chosen].sum() / chosen.sum().clamp(min=1)
