"""Mated and non-mated distances as two curves with τ between them, drawn as SVG."""

from __future__ import annotations

from collections.abc import Iterator

from facekit.evaluation.own_people import BINS, OwnPeople
from facekit.evaluation.rates import MAX_DISTANCE
from facekit.evaluation.trials import Float64Array

_MATED, _NON_MATED, _LIMIT = "#0072b2", "#d55e00", "#333333"
"""The first two of Okabe and Ito's, which colour-blind readers tell apart."""
_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 720, 320, 16, 40, 16, 48


def distributions_svg(found: OwnPeople) -> str:
    """Both distributions, each as a share of its own comparisons, with the threshold and its interval."""
    highest = max(found.mated.max() / found.mated.sum(), found.non_mated.max() / found.non_mated.sum())
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="13">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        *_axis(),
        *_limit(found),
        *_curve(found.mated, highest, _MATED),
        *_curve(found.non_mated, highest, _NON_MATED),
        f'<text x="{_LEFT}" y="20" fill="{_MATED}">the same person, {int(found.mated.sum()):,} comparisons</text>',
        f'<text x="{_LEFT + 300}" y="20" fill="{_NON_MATED}">different persons, {int(found.non_mated.sum()):,}</text>',
    ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _axis() -> Iterator[str]:
    bottom = _HEIGHT - _BOTTOM
    for tenths in range(0, 41, 5):
        x = _place(tenths / 10)
        yield f'<line x1="{x:.1f}" y1="{bottom}" x2="{x:.1f}" y2="{_TOP}" stroke="#eeeeee"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{tenths / 10:g}</text>'
    yield f'<line x1="{_place(0):.1f}" y1="{bottom}" x2="{_place(MAX_DISTANCE):.1f}" y2="{bottom}" stroke="#888888"/>'
    yield f'<text x="{_WIDTH / 2:.0f}" y="{_HEIGHT - 10}" text-anchor="middle">distance d</text>'


def _limit(found: OwnPeople) -> Iterator[str]:
    low, high = _place(found.threshold_interval.low), _place(min(found.threshold_interval.high, MAX_DISTANCE))
    x, height = _place(found.point.threshold), _HEIGHT - _BOTTOM - _TOP
    yield f'<rect x="{low:.1f}" y="{_TOP}" width="{max(high - low, 1):.1f}" height="{height}" fill="{_LIMIT}" fill-opacity="0.1"/>'
    yield f'<line x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{_HEIGHT - _BOTTOM}" stroke="{_LIMIT}" stroke-dasharray="5 3"/>'
    yield f'<text x="{x + 6:.1f}" y="{_TOP + 14}" fill="{_LIMIT}">τ = {found.point.threshold:.2f}</text>'


def _curve(counts: Float64Array, highest: float, colour: str) -> Iterator[str]:
    scale = (_HEIGHT - _BOTTOM - _TOP) / (highest * counts.sum())
    places = [(_place((at + 0.5) * MAX_DISTANCE / BINS), _HEIGHT - _BOTTOM - count * scale) for at, count in enumerate(counts.tolist())]
    yield f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _place(distance: float) -> float:
    return _LEFT + distance / MAX_DISTANCE * (_WIDTH - _LEFT - _RIGHT)
