"""Filters as the lecture writes them: multiply and add under a moving window, pool, and learn a filter from examples. No torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from facekit.types import Pixels
from training.errors import TrainingError
from training.lecture.layers import output_size

Numbers = npt.NDArray[np.float64]
_MAX_SIDE = 31
_LUMA = np.array([0.299, 0.587, 0.114])

FILTERS: Mapping[str, Numbers] = {
    "vertical": np.array([[1.0, 0, -1], [1, 0, -1], [1, 0, -1]]),
    "horizontal": np.array([[1.0, 1, 1], [0, 0, 0], [-1, -1, -1]]),
    "sobel": np.array([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]]),
    "scharr": np.array([[3.0, 0, -3], [10, 0, -10], [3, 0, -3]]),
}
"""Edge filters by name: bright on the left, or above, gives a positive edge."""


def convolve(picture: npt.ArrayLike, weights: npt.ArrayLike, *, padding: int = 0, stride: int = 1) -> Numbers:
    """(H', W') sums of a picture (H, W) times a filter (f, f) under each of its places. The filter is not flipped."""
    volume, one = np.asarray(picture, np.float64)[:, :, None], np.asarray(weights, np.float64)[None, :, :, None]
    return convolve_volume(volume, one, padding=padding, stride=stride)[:, :, 0]


def convolve_volume(
    volume: npt.ArrayLike, filters: npt.ArrayLike, biases: npt.ArrayLike = 0.0, *, padding: int = 0, stride: int = 1
) -> Numbers:
    """(H', W', K) sums of a volume (H, W, C) under K filters (K, f, f, C), each with its bias.

    Raises:
        TrainingError: Picture and filter have different channels, or the filter does not fit.
    """
    picture, kernels = np.asarray(volume, np.float64), np.asarray(filters, np.float64)
    count, down, across, channels = kernels.shape
    if picture.shape[2] != channels:
        raise TrainingError(f"A filter of {channels} channels cannot go over a picture of {picture.shape[2]}.", hint="Make them equal.")
    height = output_size(picture.shape[0], down, padding=padding, stride=stride)
    width = output_size(picture.shape[1], across, padding=padding, stride=stride)
    padded = np.pad(picture, ((padding, padding), (padding, padding), (0, 0)))
    sums = np.broadcast_to(np.asarray(biases, np.float64), (height, width, count)).copy()
    for row in range(down):
        for column in range(across):
            seen = padded[row : row + stride * (height - 1) + 1 : stride, column : column + stride * (width - 1) + 1 : stride]
            sums += seen @ kernels[:, row, column].T
    return sums


def pool(picture: npt.ArrayLike, *, size: int = 2, stride: int = 2, kind: Literal["max", "average"] = "max") -> Numbers:
    """(⌊(n − f)/s⌋ + 1 a side) of a picture (H, W): the largest or the mean under each place of the window."""
    numbers = np.asarray(picture, np.float64)
    for side in numbers.shape:
        output_size(side, size, stride=stride)
    windows = np.lib.stride_tricks.sliding_window_view(numbers, (size, size))[::stride, ::stride]
    pooled: Numbers = windows.max(axis=(2, 3)) if kind == "max" else windows.mean(axis=(2, 3))
    return pooled


def parse_filter(text: str) -> Numbers:
    """The filter of that name, or of numbers typed row by row: "1 0 -1; 1 0 -1; 1 0 -1".

    Raises:
        TrainingError: It is neither.
    """
    if text.strip() in FILTERS:
        return FILTERS[text.strip()]
    try:
        rows = [[float(number) for number in row.replace(",", " ").split()] for row in text.strip().strip(";").split(";")]
    except ValueError:
        rows = []
    is_even = len({len(row) for row in rows}) == 1 and 0 < len(rows[0]) <= _MAX_SIDE and len(rows) <= _MAX_SIDE
    if not is_even or not np.isfinite(rows).all():
        names = ", ".join(FILTERS)
        raise TrainingError(
            f"{text!r} is no filter.", hint=f'Write rows of equal length, "1 0 -1; 1 0 -1; 1 0 -1", up to {_MAX_SIDE}, or one of {names}.'
        )
    return np.array(rows)


def grey(pixels: Pixels) -> Numbers:
    """(H, W) brightness, 0 … 255, of H×W×3 uint8 RGB pixels."""
    brightness: Numbers = pixels @ _LUMA
    return brightness


def shown(numbers: Numbers) -> Pixels:
    """A map (H, W) as H×W×3 uint8 RGB: 0 is middle grey, the number farthest from it black or white."""
    largest = float(np.abs(numbers).max(initial=0.0))
    level = np.round(127.5 + 127.5 * numbers / largest) if largest else np.full(numbers.shape, 128.0)
    return np.repeat(level.astype(np.uint8)[:, :, None], 3, axis=2)


@dataclass(frozen=True, slots=True, eq=False)
class LearntFilter:
    """What gradient descent has found.

    Args:
        weights: (f, f).
        losses: Mean squared error before each step, and after the last.
    """

    weights: Numbers
    losses: tuple[float, ...]


def learn_filter(pictures: Sequence[Numbers], maps: Sequence[Numbers], *, size: int = 3, steps: int = 2000) -> LearntFilter:
    """The filter that makes the maps of the pictures, by gradient descent on the mean squared error from a filter of zeros.

    The mean over all windows x of (x·w − y)² has the gradient 2·(G·w − b), with G the mean of x·xᵀ and b that of x·y. The rate is the
    largest that cannot overshoot, 1 over the curvature in the steepest direction.

    Args:
        pictures: (H, W) each; numbers about 0 are learnt from sooner than those about 128.
        maps: (H − f + 1, W − f + 1) each, of the wanted filter.

    Raises:
        TrainingError: A map has another size than the filter makes.
    """
    windows = np.concatenate([_windows(picture, size) for picture in pictures])
    wanted = np.concatenate([made.ravel() for made in maps])
    if len(windows) != len(wanted):
        raise TrainingError(f"{len(wanted):,} numbers cannot come of {len(windows):,} windows of {size}×{size}.", hint="Convolve unpadded.")
    moments, products = windows.T @ windows / len(windows), windows.T @ wanted / len(windows)
    energy, rate = float(wanted @ wanted) / len(wanted), 0.5 / float(np.linalg.eigvalsh(moments)[-1])
    weights, losses = np.zeros(size * size), [energy]
    for _ in range(steps):
        weights -= rate * 2 * (moments @ weights - products)
        losses.append(float(weights @ moments @ weights - 2 * weights @ products) + energy)
    return LearntFilter(weights.reshape(size, size), tuple(losses))


def _windows(picture: Numbers, size: int) -> Numbers:
    """(places, size²), each window as a row."""
    return np.lib.stride_tricks.sliding_window_view(picture, (size, size)).reshape(-1, size * size)
