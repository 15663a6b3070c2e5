"""Losses of the encoder, by name: formula + distance + reducer + miner. The table lives here; listing it imports no torch.

Distillation is not in the table, for it compares with a teacher's vectors and not with labels: training.losses.distillation.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from facekit.registry import Registry, resolve
from training.errors import TrainingError

if TYPE_CHECKING:
    from training.losses.base import Loss

LOSSES: Registry[Loss] = Registry("loss")
LOSSES.add("triplet", "training.losses.triplet:TripletLoss", "max(d(A,P) − d(A,N) + α, 0) on mined triplets", needs=("torch",))
LOSSES.add(
    "binomial-deviance", "training.losses.binomial_deviance:BinomialDevianceLoss", "sigmoid(Σ w_k·|difference_k| + b)", needs=("torch",)
)
LOSSES.add(
    "chi-square-hinge", "training.losses.chi_square_hinge:ChiSquareHingeLoss", "hinge on a weighted χ² of two vectors", needs=("torch",)
)
LOSSES.add("arcface", "training.losses.margin_softmax:ArcFaceLoss", "softmax over persons, margin added to the angle", needs=("torch",))
LOSSES.add("cosface", "training.losses.margin_softmax:CosFaceLoss", "softmax over persons, margin taken off the cosine", needs=("torch",))

_SIZES = frozenset({"embedding_size", "n_classes"})


def create_loss(name: str, *, embedding_size: int, n_classes: int, options: Mapping[str, Any] | None = None) -> Loss:
    """The loss of that name, given those of the two sizes that it needs and a recipe's options.

    Raises:
        UnknownNameError: No such loss, or an option names a miner, distance or reducer that there is not.
        TrainingError: The loss has no such option.
    """
    accepted = set(inspect.signature(resolve(LOSSES.entry(name).target)).parameters)
    options = dict(options or {})
    if unknown := sorted(set(options) - (accepted - _SIZES)):
        known = ", ".join(sorted(accepted - _SIZES)) or "none"
        raise TrainingError(f"The loss {name!r} has no option {unknown[0]!r}.", hint=f"Its options: {known}.")
    sizes = {"embedding_size": embedding_size, "n_classes": n_classes}
    return LOSSES.create(name, **{key: size for key, size in sizes.items() if key in accepted}, **options)
