"""Distances between rows; smaller = more alike, in all of them. Comparison in the product is facekit.matching."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from facekit.registry import Registry

Distance = Callable[[Tensor, Tensor], Tensor]
"""(N, D) and (M, D) → (N, M)."""

DISTANCES: Registry[Distance] = Registry("distance")
DISTANCES.add("squared-euclidean", "training.losses.distances:squared_euclidean", "‖a − b‖², 0 … 4 on unit vectors: the product's d")
DISTANCES.add("euclidean", "training.losses.distances:euclidean", "‖a − b‖, which Hermans et al. 2017 advise for the batch-hard loss")


def squared_euclidean(first: Tensor, second: Tensor) -> Tensor:
    """‖a − b‖² of each row of (N, D) with each of (M, D): (N, M), never below 0."""
    squares = (first * first).sum(1)[:, None] + (second * second).sum(1)[None, :]
    return (squares - 2.0 * first @ second.T).clamp(min=0.0)


def euclidean(first: Tensor, second: Tensor) -> Tensor:
    """‖a − b‖ of each row of (N, D) with each of (M, D): (N, M); the gradient of two equal rows is 0, not infinite."""
    return squared_euclidean(first, second).clamp(min=1e-12).sqrt()
