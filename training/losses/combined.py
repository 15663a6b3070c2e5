"""A loss on persons with a teacher beside it, so that what was distilled is not forgotten while persons are told apart."""

from __future__ import annotations

from torch import Tensor

from training.losses.base import Loss, LossOutput
from training.losses.distillation import DistillationLoss


class CombinedLoss(Loss):
    """label(f, y) of the rows that show a person + weight · teaching(f, t) of the rows that have a target; either may lack."""

    def __init__(self, label: Loss, teaching: DistillationLoss | None = None, *, weight: float = 1.0) -> None:
        super().__init__()
        self.label, self.teaching, self.weight = label, teaching, weight

    @property
    def collapsed_value(self) -> float | None:
        """That of the label loss where it is alone; beside a teacher no one number tells."""
        return self.label.collapsed_value if self.teaching is None else None

    def forward(self, embeddings: Tensor, labels: Tensor, targets: Tensor | None = None) -> LossOutput:
        """The sum of the terms.

        Args:
            labels: (N,) long, below 0 where the person is unknown.
            targets: (N, T), a row of zeros where the teacher has not seen the face.
        """
        known = labels >= 0
        output: LossOutput = self.label(embeddings[known], labels[known])
        taught = None if targets is None else targets.any(dim=1)
        if self.teaching is None or targets is None or taught is None or not taught.any():
            return output
        term: LossOutput = self.teaching(embeddings[taught], targets[taught])
        parts = {"label_loss": float(output.value.detach()), "teaching_loss": float(term.value.detach())}
        return LossOutput(output.value + self.weight * term.value, {**term.stats, **output.stats, **parts})
