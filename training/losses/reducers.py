"""How the losses of the triplets of a batch become one scalar."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from facekit.registry import Registry

Reducer = Callable[[Tensor], Tensor]
"""(T,) values → scalar; 0 where T is 0."""

REDUCERS: Registry[Reducer] = Registry("reducer")
REDUCERS.add("mean", "training.losses.reducers:mean", "mean over all triplets, with easy ones the gradient fades")
REDUCERS.add("mean-active", "training.losses.reducers:mean_active", "mean over those above 0 (Hermans et al. 2017)")


def mean(values: Tensor) -> Tensor:
    """The mean of (T,) values as a scalar, 0 of none."""
    return values.sum() / max(len(values), 1)


def mean_active(values: Tensor) -> Tensor:
    """The mean of those of (T,) values that are above 0 as a scalar, 0 of none."""
    return values.sum() / (values > 0).sum().clamp(min=1)
