"""DET curves: FNMR over FMR on two logarithmic axes, and their drawing as SVG. Text alone: no plotting library is needed for two axes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from facekit.errors import EvaluationError
from facekit.evaluation.calibrate import AllPairs

_A_DECADE = 20
_LEAST_MATCHES = 3
"""Fewer false matches than this say too little of a rate."""
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Okabe and Ito's, which colour-blind readers tell apart."""
_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 720, 480, 64, 16, 16, 48


@dataclass(frozen=True, slots=True)
class DetCurve:
    """Points of a curve.

    Args:
        fmr: Ascending, above 0.
        fnmr: Never rises.
    """

    fmr: tuple[float, ...]
    fnmr: tuple[float, ...]


def read_curve(raw: Mapping[str, Sequence[float]]) -> DetCurve:
    """The curve of a kept report: {"fmr": […], "fnmr": […]}."""
    return DetCurve(tuple(raw["fmr"]), tuple(raw["fnmr"]))


def det_curve(pairs: AllPairs) -> DetCurve:
    """FNMR at twenty false match rates a decade, from three false matches up to what the pairs keep.

    At each rate the threshold is the largest whose FMR is not above it.

    Raises:
        EvaluationError: The pairs keep fewer than four non-mated distances.
    """
    if len(pairs.nearest) <= _LEAST_MATCHES:
        raise EvaluationError(f"{len(pairs.nearest)} non-mated distances draw no curve.", hint="Give more persons.")
    low, high = np.log10(_LEAST_MATCHES), np.log10(len(pairs.nearest) - 1)
    allowed = np.unique(np.logspace(low, high, 1 + math.ceil((high - low) * _A_DECADE)).round().astype(np.int64))
    mated = np.sort(pairs.mated)
    # Everything below the first distance that must not match is a match.
    matched = np.searchsorted(mated, pairs.nearest[allowed], side="left")
    return DetCurve(tuple((allowed / pairs.non_mated_count).tolist()), tuple((1 - matched / len(mated)).tolist()))


def det_svg(curves: Mapping[str, DetCurve]) -> str:
    """The curves in one drawing, each with its name; a point without any error cannot be drawn and is left out.

    Raises:
        EvaluationError: No curve has a point to draw.
    """
    shown = {name: _points(curve) for name, curve in curves.items()}
    every = [point for points in shown.values() for point in points]
    if not every:
        raise EvaluationError("There is no error to draw a curve of.", hint="Give harder pairs, or more of them.")
    axes = _Axes(*_decades([x for x, _ in every]), *_decades([y for _, y in every]))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="13">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        *axes.drawn(),
    ]
    for row, (name, points) in enumerate(shown.items()):
        parts += _drawn_curve(name, points, axes, row)
    return "\n".join([*parts, "</svg>"]) + "\n"


@dataclass(frozen=True, slots=True)
class _Axes:
    """Powers of ten at the ends of both axes."""

    x_low: int
    x_high: int
    y_low: int
    y_high: int

    def place(self, fmr: float, fnmr: float) -> tuple[float, float]:
        x = (math.log10(fmr) - self.x_low) / (self.x_high - self.x_low)
        y = (math.log10(fnmr) - self.y_low) / (self.y_high - self.y_low)
        return _LEFT + x * (_WIDTH - _LEFT - _RIGHT), _HEIGHT - _BOTTOM - y * (_HEIGHT - _TOP - _BOTTOM)

    def drawn(self) -> Iterator[str]:
        for power in range(self.x_low, self.x_high + 1):
            (x, bottom), (_, top) = self.place(10.0**power, 10.0**self.y_low), self.place(10.0**power, 10.0**self.y_high)
            yield _line(x, bottom, x, top)
            yield f'<text x="{x:.1f}" y="{bottom + 18:.1f}" text-anchor="middle">{10.0**power:g}</text>'
        for power in range(self.y_low, self.y_high + 1):
            (left, y), (right, _) = self.place(10.0**self.x_low, 10.0**power), self.place(10.0**self.x_high, 10.0**power)
            yield _line(left, y, right, y)
            yield f'<text x="{left - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>'
        yield f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2:.1f}" y="{_HEIGHT - 10}" text-anchor="middle">FMR</text>'
        middle = (_TOP + _HEIGHT - _BOTTOM) / 2
        yield f'<text x="14" y="{middle:.1f}" text-anchor="middle" transform="rotate(-90 14 {middle:.1f})">FNMR</text>'


def _points(curve: DetCurve) -> list[tuple[float, float]]:
    return [(x, y) for x, y in zip(curve.fmr, curve.fnmr, strict=True) if y > 0]


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten around the values, at least one decade."""
    low = math.floor(math.log10(min(values)) + 1e-9)
    return low, max(low + 1, math.ceil(math.log10(max(values)) - 1e-9))


def _line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" stroke="#dddddd"/>'


def _drawn_curve(name: str, points: Sequence[tuple[float, float]], axes: _Axes, row: int) -> Iterator[str]:
    colour = _COLOURS[row % len(_COLOURS)]
    dashes = ' stroke-dasharray="6 3"' if row >= len(_COLOURS) else ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (axes.place(*point) for point in points))
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
    y = _TOP + 18 + 18 * row
    yield f'<line x1="{_WIDTH - 220}" y1="{y - 4}" x2="{_WIDTH - 196}" y2="{y - 4}" stroke="{colour}" stroke-width="2"{dashes}/>'
    yield f'<text x="{_WIDTH - 190}" y="{y}">{escape(name)}</text>'
