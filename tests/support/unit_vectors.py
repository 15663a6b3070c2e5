"""Batches of unit vectors with labels, made from a seed or from angles."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def at_angles(*degrees: float) -> Tensor:
    """(N, 2) float64 unit vectors in the plane: two differ by d = 2 − 2·cos of the difference of the angles."""
    return torch.tensor([[math.cos(math.radians(each)), math.sin(math.radians(each))] for each in degrees], dtype=torch.float64)


def some_unit_vectors(count: int, size: int, *, seed: int = 0) -> Tensor:
    """(count, size) float64 unit vectors in random directions."""
    return F.normalize(torch.randn(count, size, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)))


def person_labels(persons: int, pictures: int) -> Tensor:
    """0, 0, …, 1, 1, …: (persons · pictures,) long."""
    return torch.arange(persons).repeat_interleave(pictures)


def separated(labels: Tensor, size: int) -> Tensor:
    """(N, size) float64: each person's pictures on an axis of their own, so d is 0 or 2."""
    return torch.eye(size, dtype=torch.float64)[labels]


def distance(first: Sequence[float] | Tensor, second: Sequence[float] | Tensor) -> float:
    """‖a − b‖² by a plain loop."""
    return sum((float(a) - float(b)) ** 2 for a, b in zip(first, second, strict=True))


def descend(value: Tensor, parameters: Iterable[Tensor], *, rate: float) -> None:
    """One step of plain gradient descent; torch.optim would take seconds to import what it does not need here."""
    parameters = list(parameters)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, torch.autograd.grad(value, parameters), strict=True):
            parameter -= rate * gradient
