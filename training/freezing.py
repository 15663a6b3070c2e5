"""Transfer learning: the last layers learn and the rest stays as it is, batch norm's statistics too."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from training.errors import TrainingError


def train_only(net: nn.Module, prefixes: Sequence[str], *, keep_norms: bool = False) -> None:
    """Leave only the parameters under these names to be trained; without a name all are.

    Args:
        prefixes: Of modules or parameters: "fc", "body.12".
        keep_norms: Leave out every batch norm.

    Raises:
        TrainingError: There is nothing of such a name.
    """
    names = [name for name, _ in net.named_parameters()]
    for prefix in prefixes:
        if not any(_is_under(name, prefix) for name in names):
            known = ", ".join(name for name, _ in net.named_children())
            raise TrainingError(f"The network has no parameters under {prefix!r}.", hint=f"Its parts: {known}.")
    if prefixes:
        for name, parameter in net.named_parameters():
            parameter.requires_grad_(any(_is_under(name, prefix) for prefix in prefixes))
    for module in net.modules():
        if keep_norms and isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.requires_grad_(False)


def frozen_modules(net: nn.Module) -> list[nn.Module]:
    """The modules of which nothing is trained: in train mode their batch norm would follow the new pictures, so they stay in eval mode."""
    owned = [(module, list(module.parameters())) for module in net.modules()]
    return [module for module, parameters in owned if parameters and not any(each.requires_grad for each in parameters)]


def _is_under(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(f"{prefix}.")
