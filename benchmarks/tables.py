"""Figures as words and Markdown tables, for every section of the report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Result = dict[str, Any]
"""What a file of benchmarks/results holds, or a part of it."""


def percent(value: float, digits: int = 1) -> str:
    """A fraction as a percentage."""
    return f"{100 * value:.{digits}f} %"


def with_interval(result: Result, name: str) -> str:
    """A rate with the interval beside it."""
    if result[name] is None:
        return "–"
    low, high = result[f"{name}_interval"]
    return f"{percent(result[name])} ({100 * low:.1f} … {100 * high:.1f})"


def tar(result: Result, far: str) -> str:
    """TAR at a FAR with its interval."""
    low, high = result["tar_at_far_interval"][far]
    return f"{percent(result['tar_at_far'][far])} ({100 * low:.1f} … {100 * high:.1f})"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def low_high(point: Result, name: str) -> str:
    """A rate of a card's operating point with its interval."""
    interval = point[f"{name}_interval"]
    return f"{percent(point[name])} ({100 * interval['low']:.1f} … {100 * interval['high']:.1f})"
