"""Optimizers by name. Muon turns each matrix's momentum into the nearest orthogonal matrix, so that all directions learn alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from facekit.registry import Registry

Optimizer = torch.optim.Optimizer
OPTIMIZERS: Registry[Optimizer] = Registry("optimizer")
OPTIMIZERS.add("adamw", "torch.optim:AdamW", "AdamW (Loshchilov and Hutter 2019)", needs=("torch",))
OPTIMIZERS.add("sgd", "training.optim:sgd", "gradient descent with Nesterov's momentum, the first of betas", needs=("torch",))
OPTIMIZERS.add("muon", "training.optim:Muon", "Muon on matrices and filters (Jordan et al. 2024), AdamW on the rest", needs=("torch",))

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Of the quintic x → ax + bx³ + cx⁵ that brings singular values from (0, 1] to about 1 in five rounds (Jordan et al. 2024)."""
_ROUNDS = 5
_MATCHED_RMS = 0.2
"""The root mean square of an update of AdamW in practice (Liu et al. 2025): with it one learning rate serves both kinds of parameters."""


def sgd(params: Any, *, lr: float, betas: tuple[float, float]) -> Optimizer:
    """Gradient descent as the lecture has it; plain where the momentum is 0."""
    return torch.optim.SGD(params, lr=lr, momentum=betas[0], nesterov=betas[0] > 0)


class Muon(torch.optim.AdamW):
    """Muon where a parameter is a matrix or a filter that sees several channels, AdamW elsewhere.

    Args:
        params, lr, betas, weight_decay: As for AdamW.
        momentum: Of the matrices, Nesterov's.
    """

    def __init__(self, params: Any, *, momentum: float = 0.95, **options: Any) -> None:
        super().__init__(params, **options)
        self._momentum = momentum

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> Any:
        """One update of every parameter that has a gradient. AdamW then passes over those done here, for their gradient is gone."""
        loss = None if closure is None else torch.enable_grad()(closure)()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None and _is_matrix(parameter):
                    self._turn(parameter, group["lr"], group["weight_decay"])
                    parameter.grad = None
        super().step()
        return loss

    def _turn(self, parameter: nn.Parameter, lr: float, weight_decay: float) -> None:
        gradient = parameter.grad
        assert gradient is not None
        state = self.state[parameter]
        if not state:  # AdamW looks for a step in every state that it loads
            state["step"], state["momentum"] = torch.zeros(()), torch.zeros_like(parameter)
        momentum = state["momentum"]
        momentum.lerp_(gradient, 1 - self._momentum)
        update = orthogonalised(gradient.lerp(momentum, self._momentum).flatten(1))
        scale = _MATCHED_RMS * max(update.shape) ** 0.5
        parameter.mul_(1 - lr * weight_decay)
        parameter.add_(update.reshape(parameter.shape), alpha=-lr * scale)


def orthogonalised(matrix: Tensor) -> Tensor:
    """A matrix (m, n) of the same singular vectors whose singular values are all near 1 (0.7 … 1.2), by Newton and Schulz's iteration."""
    a, b, c = _COEFFICIENTS
    is_tall = matrix.shape[0] > matrix.shape[1]
    x = (matrix.T if is_tall else matrix).bfloat16()
    x = x / (x.norm() + 1e-7)
    for _ in range(_ROUNDS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    turned: Tensor = (x.T if is_tall else x).to(matrix.dtype)
    return turned


def _is_matrix(parameter: Tensor) -> bool:
    """Not vectors, nor depthwise filters, each of which is a vector of its own."""
    return parameter.ndim >= 2 and parameter[0].numel() > parameter.shape[-1] ** (parameter.ndim - 2)
