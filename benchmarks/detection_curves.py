"""Precision over recall as SVG, a panel a size of face, with all detectors in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

import numpy as np

from facekit.types import AnyArray

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
"""Of Okabe and Ito's, which colour-blind readers tell apart."""
_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 300, 270, 44, 28, 12, 40
_COLUMNS = 3
_POINTS = 200
"""Of a curve at most: more cannot be seen."""


def precision_recall_panels(panels: Mapping[str, Mapping[str, AnyArray]]) -> str:
    """By title and name, the curve (K, 3): recall, precision, score."""
    rows = -(-len(panels) // _COLUMNS)
    size = f"{_WIDTH * _COLUMNS} {_HEIGHT * rows}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH * _COLUMNS}" height="{_HEIGHT * rows}" fill="#ffffff"/>',
    ]
    for number, (title, curves) in enumerate(panels.items()):
        place = f"{_WIDTH * (number % _COLUMNS)} {_HEIGHT * (number // _COLUMNS)}"
        parts += [f'<g transform="translate({place})">', *_panel(title, curves), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(title: str, curves: Mapping[str, AnyArray]) -> Iterator[str]:
    yield f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2:.0f}" y="18" text-anchor="middle" font-weight="bold">{escape(title)}</text>'
    for tenths in range(0, 11, 2):
        (x, y), (right, top) = _place(tenths / 10, tenths / 10), _place(1, 1)
        left, bottom = _place(0, 0)
        yield f'<path d="M{x:.1f} {bottom:.1f}V{top:.1f}M{left:.1f} {y:.1f}H{right:.1f}" stroke="#dddddd"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 16:.1f}" text-anchor="middle">{tenths / 10:g}</text>'
        yield f'<text x="{left - 5:.1f}" y="{y + 4:.1f}" text-anchor="end">{tenths / 10:g}</text>'
    yield f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2:.0f}" y="{_HEIGHT - 8}" text-anchor="middle">recall, upwards precision</text>'
    for row, ((name, curve), colour) in enumerate(zip(curves.items(), _COLOURS, strict=False)):
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_place(point[0], point[1]) for point in _thinned(curve)))
        yield f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield f'<text x="{_LEFT + 8}" y="{_HEIGHT - _BOTTOM - 10 - 15 * row}" fill="{colour}">{escape(name)}</text>'


def _thinned(curve: AnyArray) -> AnyArray:
    if len(curve) <= _POINTS:
        return curve
    thin: AnyArray = curve[np.linspace(0, len(curve) - 1, _POINTS).astype(int)]
    return thin


def _place(recall: float, precision: float) -> tuple[float, float]:
    x, y = _LEFT + recall * (_WIDTH - _LEFT - _RIGHT), _HEIGHT - _BOTTOM - precision * (_HEIGHT - _TOP - _BOTTOM)
    return float(x), float(y)
