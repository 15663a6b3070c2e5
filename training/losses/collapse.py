"""An alarm for training that has collapsed: all faces on one vector, or a triplet loss that stays at α. It watches, and stops nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from training.losses.base import LossOutput


class CollapseSign(StrEnum):
    """What was seen."""

    LOSS_STUCK = "loss_stuck"
    EMBEDDINGS_COINCIDE = "embeddings_coincide"


@dataclass(frozen=True, slots=True)
class CollapseAlarm:
    """Training has stalled or collapsed.

    Args:
        steps: For so many steps in a row.
        loss: Of the last of them.
        spread: Mean squared distance of the last embeddings to their mean, 0 … 1.
    """

    sign: CollapseSign
    steps: int
    loss: float
    spread: float

    @property
    def message(self) -> str:
        """What was seen and what helps, two sentences."""
        seen = {
            CollapseSign.LOSS_STUCK: f"The loss has stayed at {self.loss:.4f}, its value for equal embeddings",
            CollapseSign.EMBEDDINGS_COINCIDE: f"The embeddings lie within {self.spread:.4f} of their mean",
        }[self.sign]
        return f"{seen}, for {self.steps} steps. Start from a softmax or distilled encoder, mine semi-hard triplets, or lower the rate."


class CollapseWatch:
    """Looks at each step's loss and raises an alarm once, when a sign has lasted for `patience` steps; again only after it went away.

    Args:
        collapsed_value: Loss.collapsed_value of the loss watched: α for the triplet hinge; None where there is no such value.
        tolerance: How near to it counts, as a share of it.
        min_spread: Below it the embeddings count as one vector.
    """

    def __init__(self, collapsed_value: float | None, *, patience: int = 100, tolerance: float = 0.02, min_spread: float = 0.01) -> None:
        self.collapsed_value = collapsed_value
        self.patience = patience
        self.tolerance = tolerance
        self.min_spread = min_spread
        self._steps = dict.fromkeys(CollapseSign, 0)

    def observe(self, output: LossOutput) -> CollapseAlarm | None:
        """The alarm that this step completes, or None. Where both are due, coinciding embeddings are told and the loss is not."""
        loss, spread = float(output.value.detach()), output.stats["spread"]
        present = {CollapseSign.EMBEDDINGS_COINCIDE: spread < self.min_spread, CollapseSign.LOSS_STUCK: self._is_stuck(loss)}
        for sign, is_present in present.items():
            self._steps[sign] = self._steps[sign] + 1 if is_present else 0
        due = [sign for sign in present if self._steps[sign] == self.patience]
        return CollapseAlarm(due[0], self.patience, loss, spread) if due else None

    def _is_stuck(self, loss: float) -> bool:
        at = self.collapsed_value
        return at is not None and abs(loss - at) <= self.tolerance * at
