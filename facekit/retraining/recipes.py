"""The ways of retraining, by name. Imports nothing: the terminal lists them before a verb is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RECIPES: Final[Mapping[str, str]] = {
    "finetune-head": "only the last layer learns: quickest, changes least",
    "finetune-all": "the whole network learns, batch-hard triplets",
    "finetune-triplet": "the whole network, the lecture's triplet loss, semi-hard",
    "finetune-deviance": "the whole network, the lecture's sigmoid of weighted differences",
    "finetune-chi-square": "the whole network, the lecture's weighted χ²",
    "from-scratch": "random weights: for many persons and hours of time",
}
"""Files of training/recipes. In all of them the old encoder stands beside the loss, so that what it knows is not forgotten."""
