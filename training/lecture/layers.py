"""The lecture's arithmetic: what a layer puts out, how many numbers it learns, how often it multiplies. By formula; no torch, no arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from training.errors import TrainingError

Shape = tuple[int, ...]
"""Channels, height, width of a volume; or one number, of a vector."""
Pair = tuple[int, int]
"""Down and across."""


def output_size(n: int, f: int, *, padding: int = 0, stride: int = 1) -> int:
    """⌊(n + 2p − f) / s⌋ + 1.

    Raises:
        TrainingError: The filter does not fit into the padded picture.
    """
    if f < 1 or stride < 1 or padding < 0 or n + 2 * padding < f:
        raise TrainingError(
            f"A filter of {f} with stride {stride} and padding {padding} does not fit a side of {n}.",
            hint="It needs n + 2p ≥ f ≥ 1 and a stride of 1 or more.",
        )
    return (n + 2 * padding - f) // stride + 1


def same_padding(f: int) -> int:
    """(f − 1) / 2, with which n stays n at stride 1.

    Raises:
        TrainingError: f is even: no padding that is equal on both sides keeps the size.
    """
    if f < 1 or f % 2 == 0:
        raise TrainingError(f"There is no padding 'same' for a filter of {f}.", hint="Choose an odd size: 1, 3, 5.")
    return (f - 1) // 2


class Layer(Protocol):
    """What each kind of layer tells about itself, given the shape that goes in."""

    def output(self, shape: Shape) -> Shape:
        """The shape that comes out."""

    def parameters(self, shape: Shape) -> int:
        """Numbers learnt."""

    def multiply_adds(self, shape: Shape) -> int:
        """Multiplications with an addition each, of one picture; additions alone and comparisons are not counted."""


@dataclass(frozen=True, slots=True)
class Convolution:
    """n_C filters over a volume.

    Args:
        filters: n_C[l].
        size: f, as are the next two.
        groups: Each filter sees so many-th of the channels.
    """

    filters: int
    size: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    groups: int = 1
    has_bias: bool = True

    def output(self, shape: Shape) -> Shape:
        """n_C × n_H × n_W."""
        return (self.filters, *_sides(shape, self.size, self.stride, self.padding))

    def parameters(self, shape: Shape) -> int:
        """f·f·n_C[l−1]·n_C[l] + n_C[l]."""
        return self._per_filter(shape) * self.filters + self.filters * self.has_bias

    def multiply_adds(self, shape: Shape) -> int:
        """f·f·n_C[l−1] for every number that comes out."""
        return self._per_filter(shape) * math.prod(self.output(shape))

    def _per_filter(self, shape: Shape) -> int:
        return math.prod(self.size) * shape[0] // self.groups


@dataclass(frozen=True, slots=True)
class Pooling:
    """The largest or the mean of each window; nothing is learnt."""

    size: Pair
    stride: Pair
    padding: Pair = (0, 0)

    def output(self, shape: Shape) -> Shape:
        """⌊(n − f) / s⌋ + 1 a side, the channels as they are."""
        return (shape[0], *_sides(shape, self.size, self.stride, self.padding))

    def parameters(self, shape: Shape) -> int:
        """None."""
        return 0

    def multiply_adds(self, shape: Shape) -> int:
        """None."""
        return 0


@dataclass(frozen=True, slots=True)
class GridPooling:
    """The mean of each cell of a grid laid over the picture, however large that is; 1×1 is the mean of each channel."""

    grid: Pair

    def output(self, shape: Shape) -> Shape:
        """The grid, the channels as they are."""
        return (shape[0], *self.grid)

    def parameters(self, shape: Shape) -> int:
        """None."""
        return 0

    def multiply_adds(self, shape: Shape) -> int:
        """None."""
        return 0


@dataclass(frozen=True, slots=True)
class Flattening:
    """A volume as one vector."""

    def output(self, shape: Shape) -> Shape:
        """n_C·n_H·n_W."""
        return (math.prod(shape),)

    def parameters(self, shape: Shape) -> int:
        """None."""
        return 0

    def multiply_adds(self, shape: Shape) -> int:
        """None."""
        return 0


@dataclass(frozen=True, slots=True)
class Dense:
    """Every number in with every number out."""

    units: int
    has_bias: bool = True

    def output(self, shape: Shape) -> Shape:
        """n[l]."""
        return (self.units,)

    def parameters(self, shape: Shape) -> int:
        """(n[l−1] + 1)·n[l]."""
        return (math.prod(shape) + self.has_bias) * self.units

    def multiply_adds(self, shape: Shape) -> int:
        """n[l−1]·n[l]."""
        return math.prod(shape) * self.units


@dataclass(frozen=True, slots=True)
class Normalisation:
    """Batch norm: a scale and a shift of each channel are learnt. At inference they go into the convolution before it."""

    is_learnt: bool = True

    def output(self, shape: Shape) -> Shape:
        """As it went in."""
        return shape

    def parameters(self, shape: Shape) -> int:
        """2·n_C."""
        return 2 * shape[0] * self.is_learnt

    def multiply_adds(self, shape: Shape) -> int:
        """None of its own."""
        return 0


def dense_like(layer: Layer, shape: Shape) -> Dense:
    """The dense layer with as many numbers in and out as `layer` has: what sharing and sparse connections save."""
    return Dense(math.prod(layer.output(shape)))


def _sides(shape: Shape, size: Pair, stride: Pair, padding: Pair) -> Pair:
    down, across = (output_size(n, f, padding=p, stride=s) for n, f, s, p in zip(shape[1:], size, stride, padding, strict=True))
    return down, across
