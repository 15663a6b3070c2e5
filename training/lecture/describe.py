"""A network's layers, each by the lecture's formula and held against the module itself. Nothing is computed but shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from facekit.nets import NETS
from training.errors import TrainingError
from training.lecture.layers import Convolution, Dense, Flattening, GridPooling, Layer, Normalisation, Pair, Pooling, Shape


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One layer of a table.

    Args:
        name: Its place in the module, "body.0.c1".
        kind: A name of training.lecture.layers.
        output: The shape that comes out.
    """

    name: str
    kind: str
    output: Shape
    parameters: int
    multiply_adds: int


@dataclass(frozen=True, slots=True)
class Description:
    """A network as a table; layers that neither learn nor change the shape are left out."""

    net: str
    input: Shape
    rows: tuple[LayerRow, ...]

    @property
    def parameters(self) -> int:
        """Of all layers."""
        return sum(row.parameters for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        """Of all layers, for one picture."""
        return sum(row.multiply_adds for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        sums = {"parameters": self.parameters, "multiply_adds": self.multiply_adds}
        return {"net": self.net, "input": self.input, **sums, "layers": [asdict(row) for row in self.rows]}


def describe(name: str, arguments: Mapping[str, Any] | None = None, *, picture: Shape | None = None) -> Description:
    """The table of a network in NETS, built without memory for its weights.

    Args:
        picture: Channels, height, width; the network's own unless given.

    Raises:
        TrainingError: The size is not known, or a layer is not what the formulas say.
        UnknownNameError: No such network.
    """
    with torch.device("meta"):
        try:
            net = NETS.create(name, **(arguments or {}))
        except TypeError as error:
            raise TrainingError(f"The network {name!r} cannot be built so: {error}.", hint="Describe a recipe that uses it.") from error
    shape = picture or _own_picture(net)
    if shape is None:
        raise TrainingError(f"The network {name!r} does not say what pictures it takes.", hint="Say it: --input 3x160x160.")
    return Description(name, shape, traced(net, shape))


def traced(net: nn.Module, picture: Shape) -> tuple[LayerRow, ...]:
    """The rows of a network on the device "meta", in the order in which the layers are used.

    Raises:
        TrainingError: As describe.
    """
    rows: list[LayerRow] = []

    def note(name: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        return lambda module, given, made: rows.extend(_row(name, module, tuple(given[0].shape[1:]), tuple(made.shape[1:])))

    hooks = [module.register_forward_hook(note(name)) for name, module in net.named_modules() if not any(module.children())]
    try:
        with torch.no_grad():
            net.eval()(torch.zeros(1, *picture, device="meta"))
    except RuntimeError as error:
        size = "×".join(map(str, picture))
        raise TrainingError(f"The network does not take pictures of {size}: {error}.", hint="Give another --input.") from error
    finally:
        for hook in hooks:
            hook.remove()
    _check("all layers together", sum(row.parameters for row in rows), sum(parameter.numel() for parameter in net.parameters()))
    return tuple(rows)


def _own_picture(net: nn.Module) -> Shape | None:
    """What the network says of itself: all of it, or the side of a face."""
    side = getattr(net, "input_size", None)
    shape: Shape | None = getattr(net, "input_shape", None)
    return (3, side, side) if shape is None and side else shape


def _row(name: str, module: nn.Module, given: Shape, made: Shape) -> tuple[LayerRow, ...]:
    """The layer's row, none for one that has nothing to tell."""
    parameters = sum(parameter.numel() for parameter in module.parameters())
    formula = _FORMULAS.get(type(module))
    if formula is None:
        _check(f"{name}, a {type(module).__name__} without formula,", (given, 0), (made, parameters))
        return ()
    layer = formula(module)
    _check(name, (layer.output(given), layer.parameters(given)), (made, parameters))
    return (LayerRow(name, type(layer).__name__.lower(), made, parameters, layer.multiply_adds(given)),)


def _check(what: str, by_formula: object, by_module: object) -> None:
    if by_formula != by_module:
        raise TrainingError(f"{what} has {by_formula} by formula and {by_module} in the module.", hint="Enter it in training.lecture.")


def _pair(value: Any) -> Pair:
    return (value[0], value[1]) if isinstance(value, tuple) else (value, value)


def _convolution(module: Any) -> Layer:
    is_plain = module.dilation == (1, 1) and isinstance(module.padding, tuple)
    if not is_plain:
        raise TrainingError(f"{module} has no formula.", hint="Write its padding in numbers, and no dilation.")
    return Convolution(module.out_channels, module.kernel_size, module.stride, module.padding, module.groups, module.bias is not None)


def _pooling(module: Any) -> Layer:
    if module.ceil_mode:
        raise TrainingError(f"{module} rounds up.", hint="The lecture's formula rounds down.")
    return Pooling(_pair(module.kernel_size), _pair(module.stride), _pair(module.padding))


_FORMULAS: Mapping[type[nn.Module], Callable[[Any], Layer]] = {
    nn.Conv2d: _convolution,
    nn.MaxPool2d: _pooling,
    nn.AvgPool2d: _pooling,
    nn.AdaptiveAvgPool2d: lambda module: GridPooling(_pair(module.output_size)),
    nn.Flatten: lambda _: Flattening(),
    nn.Linear: lambda module: Dense(module.out_features, module.bias is not None),
    nn.BatchNorm1d: lambda module: Normalisation(module.affine),
    nn.BatchNorm2d: lambda module: Normalisation(module.affine),
}


def as_table(description: Description) -> str:
    """Lines for a terminal."""
    rows = [
        ("input", "", "×".join(map(str, description.input)), "", ""),
        *(
            (row.name, row.kind, "×".join(map(str, row.output)), f"{row.parameters:,}", f"{row.multiply_adds:,}")
            for row in description.rows
        ),
        ("total", "", "", f"{description.parameters:,}", f"{description.multiply_adds:,}"),
    ]
    head = ("layer", "kind", "output", "parameters", "multiply-adds")
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return "\n".join(_line(cells, widths) for cells in (head, *rows))


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    left = [cell.ljust(width) for cell, width in zip(cells[:3], widths[:3], strict=True)]
    right = [cell.rjust(width) for cell, width in zip(cells[3:], widths[3:], strict=True)]
    return "  ".join([*left, *right])
