"""Curves as plain values: what a chart draws, the marks of its axes, and the same in words. Free of Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ui.language import decimal, significant, whole

_NARROWEST = 1e-9
"""Values nearer to each other than this stand as one: their marks could not be told apart in figures."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A line of a chart.

    Args:
        points: x and y, x rising.
    """

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart; both axes are named."""

    title: str
    x_label: str
    y_label: str
    curves: tuple[Curve, ...] = ()

    @property
    def words(self) -> str:
        """What is to be seen, for those who do not see it."""
        drawn = [curve for curve in self.curves if curve.points]
        return "; ".join(_words(curve) for curve in drawn) or "nothing to draw yet"


@dataclass(frozen=True, slots=True)
class Distributions:
    """Mated and non-mated distances with the threshold between them.

    Args:
        mated, non_mated: Comparisons by distance, from 0 up, `bin` wide each.
        low, high: Where the threshold would lie with other persons, 95 %.
    """

    mated: tuple[int, ...]
    non_mated: tuple[int, ...]
    bin: float
    threshold: float
    low: float
    high: float

    @property
    def words(self) -> str:
        """What is to be seen, for those who do not see it."""
        return (
            f"{whole(sum(self.mated))} comparisons of one person, most often at {decimal(self._peak(self.mated))}; "
            f"{whole(sum(self.non_mated))} of different people, most often at {decimal(self._peak(self.non_mated))}; "
            f"limit {decimal(self.threshold)}"
        )

    def _peak(self, counts: tuple[int, ...]) -> float:
        return (counts.index(max(counts)) + 0.5) * self.bin


def ticks(low: float, high: float, count: int = 5) -> tuple[float, ...]:
    """About `count` round numbers, the first not above `low` and the last not below `high`."""
    if high - low < _NARROWEST:
        margin = abs(high) / 10 if abs(high) > 10 * _NARROWEST else 0.5
        low, high = low - margin, high + margin
    step = _round_step((high - low) / max(1, count - 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(round(number * step, 12) for number in range(first, last + 1))


def number_words(value: float) -> str:
    """A number as an axis shows it: 1,500 or 0.25 or 3e-5."""
    if value and abs(value) < 1e-4:
        return f"{value:.0e}"
    return whole(value) if float(value).is_integer() else significant(value, 4)


def duration_words(seconds: float) -> str:
    """A span of time for people: 42 s, 5 min, 2 h 10 min."""
    if seconds < 90:
        return f"{whole(seconds)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def _round_step(rough: float) -> float:
    size = 10.0 ** math.floor(math.log10(rough))
    return next(step * size for step in (1, 2, 5, 10) if step * size >= rough * 0.999)


def _words(curve: Curve) -> str:
    (_, first), (x, last) = curve.points[0], curve.points[-1]
    values = [y for _, y in curve.points]
    ends = f"from {significant(first)} to {significant(last)} at {whole(x)}" if len(values) > 1 else f"{significant(last)} at {whole(x)}"
    return f"{curve.name}: {ends}, lowest {significant(min(values))}, highest {significant(max(values))}"
