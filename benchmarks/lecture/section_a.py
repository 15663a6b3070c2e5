"""Section A of docs/lecture.md: layers and arithmetic. Ours is computed when the file is written."""

from __future__ import annotations

import math

import numpy as np

from benchmarks.lecture.rows import NOT_YET, Row, Section, kept
from benchmarks.tables import percent
from facekit.synthetic import still
from training.lecture.describe import describe
from training.lecture.filters import FILTERS, Numbers, convolve, grey, learn_filter, pool
from training.lecture.layers import Convolution, dense_like, output_size, same_padding
from training.lecture.worked import CHECKERBOARD, HALF_BRIGHT, POOLED, SEVEN, SEVEN_FILTER

_DENSE = Convolution(6, (5, 5))
_PICTURE = (3, 64, 64)


def _rows(numbers: Numbers) -> str:
    """Rows apart by a slash, equal neighbours told once."""
    rows = [" ".join(f"{number:g}".replace("-", "−") for number in row) for row in numbers]
    return " / ".join(row for index, row in enumerate(rows) if index == 0 or row != rows[index - 1])


def _mlp() -> str:
    result = kept("mlp")
    parameters = f"{describe('mlp').parameters:,} parameters"
    if result is None:
        return f"{parameters}; {NOT_YET}"
    run = result["runs"][0]
    pictures, steps = run["sizes"]["pictures"], run["steps"]
    return f"{parameters}; {percent(run['figures']['accuracy'], 2)} of 10,000 test digits after {steps:,} steps on {pictures:,} pictures"


def _convolution() -> str:
    vertical = FILTERS["vertical"]
    mirrored, constant = convolve(HALF_BRIGHT[:, ::-1], vertical), convolve(np.full((6, 6), 10.0), vertical)
    board = convolve(CHECKERBOARD, FILTERS["horizontal"])
    return (
        f"half bright `{_rows(convolve(HALF_BRIGHT, vertical))}`, mirrored `{_rows(mirrored)}`, checkerboard `{_rows(board)}`, "
        f"constant `{_rows(constant)}`"
    )


def _padding() -> str:
    sizes = ", ".join(f"f = {f}: {output_size(6, f)} and {output_size(6, f, padding=same_padding(f))}" for f in (3, 5))
    return f"n = 6, valid and same: {sizes}"


def _stride() -> str:
    return f"`{_rows(convolve(SEVEN, SEVEN_FILTER, stride=2))}`; 8×8 by 3×3: {output_size(8, 3, stride=2)}, not 4"


def _volumes() -> str:
    layer = Convolution(6, (3, 3))
    return f"{layer.parameters((3, 6, 6))}; 6×6×3 → {'×'.join(map(str, (*layer.output((3, 6, 6))[1:], layer.filters)))}"


def _pooling() -> str:
    return f"max `{_rows(pool(POOLED))}`, average `{_rows(pool(POOLED, kind='average'))}`"


def _learnt() -> str:
    pictures = [grey(still(person, 0)) / 255 - 0.5 for person in range(4)]
    learnt = learn_filter(pictures, [convolve(picture, FILTERS["vertical"]) for picture in pictures], steps=20_000)
    rounded = np.round(learnt.weights, 1) + 0.0
    dense, shared = dense_like(_DENSE, _PICTURE).parameters(_PICTURE), _DENSE.parameters(_PICTURE)
    return (
        f"rows `{_rows(rounded)}` from 4 pictures, off by {_above(np.abs(learnt.weights - FILTERS['vertical']).max())} at most; "
        f"dense {dense:,} parameters, six 5×5 filters {shared}"
    )


def _above(value: float) -> str:
    """The power of ten above it."""
    return f"{10.0 ** math.ceil(math.log10(value)):g}"


ROWS = (
    Row(
        "A1",
        "fully connected network on MNIST",
        "784-256-128-10: 235,146 parameters; 60,000 pictures",
        _mlp,
        "python -m training run lecture-mlp",
    ),
    Row(
        "A2",
        "convolution, filter not flipped",
        "`0 30 30 0`; mirrored `0 −30 −30 0`; checkerboard `0 0 0 0 / 30 10 −10 −30 / 0 0 0 0`; constant 0 (its caption slips)",
        _convolution,
        "python -m training filter PICTURE vertical --out MAP.png",
    ),
    Row(
        "A3",
        "padding",
        "n + 2p − f + 1; same: p = (f − 1)/2",
        _padding,
        "python -m training filter PICTURE sobel --padding same --out MAP.png",
    ),
    Row(
        "A4",
        "stride",
        "⌊(n + 2p − f)/s⌋ + 1 (one slide has ⌈⌉): `91 100 88 / 69 91 117 / 44 72 74`",
        _stride,
        "python -m training filter PICTURE vertical --stride 2 --out MAP.png",
    ),
    Row("A5", "volumes and parameters", "f·f·n_C·n_C′ + n_C′: six 3×3 filters on RGB 168", _volumes, "python -m training describe lenet5"),
    Row(
        "A6",
        "pooling",
        "max `3 5 / 2 4`; no parameters",
        _pooling,
        "python -m training filter PICTURE vertical --pool max --out MAP.png",
    ),
    Row(
        "A7",
        "learnt edge filter; sparse and shared",
        f"the filter that made the maps; {math.prod(_PICTURE):,} inputs of 64×64×3",
        _learnt,
        "python -m training learn-filter vertical",
    ),
)
SECTION = Section("A. Layers and arithmetic", ROWS)
