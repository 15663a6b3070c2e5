"""Triplet loss (lecture D6). Which triplets, by which distance, reduced how, comes from outside: miners, distances, reducers."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from facekit.registry import resolve
from training.errors import TrainingError
from training.losses.base import Loss, Stats
from training.losses.distances import DISTANCES, Distance
from training.losses.miners import MINERS, Miner
from training.losses.reducers import REDUCERS, Reducer


class TripletLoss(Loss):
    """max(‖f(A) − f(P)‖² − ‖f(A) − f(N)‖² + α, 0) over mined triplets (FaceNet, Schroff et al. 2015).

    Args:
        margin: α.
        soft_margin: ln(1 + exp(d(A,P) − d(A,N))) in place of the hinge (Hermans et al. 2017): never 0, and α plays no part.
        miner: A name of MINERS.
        distance: A name of DISTANCES.
        reducer: A name of REDUCERS.
        seed: Of the miner "random"; with the number of steps seen, which the state dict keeps, it decides what is drawn.
    """

    def __init__(
        self,
        *,
        margin: float = 0.2,
        soft_margin: bool = False,
        miner: str = "semi-hard",
        distance: str = "squared-euclidean",
        reducer: str = "mean",
        seed: int = 0,
    ) -> None:
        super().__init__()
        if margin <= 0:
            raise TrainingError(f"The margin α of the triplet loss is {margin}.", hint="Choose one above 0, 0.2 for unit vectors.")
        self.margin = 0.0 if soft_margin else margin
        self.soft_margin = soft_margin
        self.seed = seed
        self.miner: Miner = resolve(MINERS.entry(miner).target)
        self.distance: Distance = resolve(DISTANCES.entry(distance).target)
        self.reducer: Reducer = resolve(REDUCERS.entry(reducer).target)

    @property
    def collapsed_value(self) -> float:
        """α, or ln 2 of the soft margin: both distances are 0 then."""
        return math.log(2.0) if self.soft_margin else self.margin

    def triplet_values(self, to_positive: Tensor, to_negative: Tensor) -> Tensor:
        """(T,) losses of triplets with these distances, (T,) each."""
        excess = to_positive - to_negative + self.margin
        return F.softplus(excess) if self.soft_margin else F.relu(excess)

    def measure(self, embeddings: Tensor, labels: Tensor) -> tuple[Tensor, Stats]:
        """The reduced loss of the mined triplets; 0 where there is none. Stats: their number, share within α (active), mean distances."""
        distances = self.distance(embeddings, embeddings)
        generator = torch.Generator().manual_seed(self.seed + int(self.steps_seen))
        triplets = self.miner(distances.detach(), labels, generator)
        to_positive = distances[triplets.anchors, triplets.positives]
        to_negative = distances[triplets.anchors, triplets.negatives]
        values = self.triplet_values(to_positive, to_negative)
        count = max(len(triplets), 1)
        stats = {
            "triplets": torch.tensor(len(triplets), device=values.device),
            "active": (to_positive - to_negative + self.margin > 0).sum() / count,
            "distance_positive": to_positive.sum() / count,
            "distance_negative": to_negative.sum() / count,
        }
        return self.reducer(values), stats
