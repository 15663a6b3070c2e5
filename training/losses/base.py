"""What every loss is and returns. No formula lives here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from training.errors import TrainingError

Stats = dict[str, Tensor]
"""Scalars that a loss noted on the way, by name."""


@dataclass(frozen=True, slots=True, eq=False)
class LossOutput:
    """What one batch gives.

    Args:
        value: Scalar with its graph; call backward on it.
        stats: For events and curves; "spread" is in all of them (see `spread`).
    """

    value: Tensor
    stats: Mapping[str, float] = field(default_factory=dict)


class Loss(nn.Module):
    """A loss on embeddings; a subclass writes `measure`.

    It computes in 32 bits at least, whatever autocast does around it: 2 − 2·cos in bfloat16 has two digits left. Losses that compare rows
    of a batch with each other want the batch of all processes: gather with gradients first (Fabric: all_gather(…, sync_grads=True)).
    """

    steps_seen: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("steps_seen", torch.zeros((), dtype=torch.long))

    @property
    def collapsed_value(self) -> float | None:
        """What the loss is when all embeddings coincide, where that is one number; CollapseWatch looks for it."""
        return None

    def measure(self, embeddings: Tensor, labels: Tensor) -> tuple[Tensor, Stats]:
        """The scalar loss and scalar stats of embeddings (N, D) and their N labels."""
        raise NotImplementedError

    def forward(self, embeddings: Tensor, labels: Tensor) -> LossOutput:
        """The loss of unit vectors (N, D) float and the persons they show, (N,) long.

        Raises:
            TrainingError: The shapes do not belong together.
        """
        if embeddings.ndim != 2 or len(labels) != len(embeddings) or len(labels) == 0:
            raise TrainingError(
                f"A loss was given embeddings of shape {tuple(embeddings.shape)} and labels of shape {tuple(labels.shape)}.",
                hint="It takes embeddings (N, D) and one label for each, N at least 1.",
            )
        with torch.autocast(embeddings.device.type, enabled=False):
            wide = at_least_float32(embeddings)
            value, stats = self.measure(wide, labels)
        if self.training:
            self.steps_seen += 1
        return LossOutput(value, _as_floats({**stats, "spread": spread(wide)}))


def at_least_float32(values: Tensor) -> Tensor:
    """The same numbers, float16 and bfloat16 widened to float32."""
    return values.float() if values.dtype in (torch.float16, torch.bfloat16) else values


def spread(embeddings: Tensor) -> Tensor:
    """Mean squared distance of (N, D) vectors to their mean: near 1 for unit vectors all over the sphere, 0 when they coincide."""
    return embeddings.detach().var(dim=0, correction=0).sum()


def _as_floats(stats: Stats) -> dict[str, float]:
    """One transfer from the device for all of them."""
    values = torch.stack([value.detach().float() for value in stats.values()]).tolist()
    return dict(zip(stats, values, strict=True))
