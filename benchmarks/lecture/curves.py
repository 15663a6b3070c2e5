"""Error over steps as SVG, panels side by side, as He et al. (2015) show it: thin on the training pictures, bold on the test pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

Curve = Sequence[Sequence[float]]
"""Step, training error, test error; as often as it was measured."""
_COLOURS = ("#0072b2", "#d55e00")
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 400, 300, 48, 28, 40


def error_curves(panels: Mapping[str, Mapping[str, Curve]]) -> str:
    """One panel for each name, all on the same axes; two curves in each at most."""
    every = [point for curves in panels.values() for curve in curves.values() for point in curve]
    last = max(point[0] for point in every)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH * len(panels)} {_HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH * len(panels)}" height="{_HEIGHT}" fill="#ffffff"/>',
    ]
    for number, (title, curves) in enumerate(panels.items()):
        parts += [f'<g transform="translate({_WIDTH * number} 0)">', *_panel(title, curves, last), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(title: str, curves: Mapping[str, Curve], last: float) -> Iterator[str]:
    yield f'<text x="{(_LEFT + _WIDTH) / 2:.0f}" y="16" text-anchor="middle" font-weight="bold">{escape(title)}</text>'
    for tenths in range(0, 11, 2):
        x, y = _place(0, tenths / 10, last)
        yield f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{_WIDTH - 12}" y2="{y:.1f}" stroke="#dddddd"/>'
        yield f'<text x="{x - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{10 * tenths} %</text>'
    for quarter in range(0, 5, 2):
        x, y = _place(quarter / 4 * last, 0, last)
        yield f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{quarter / 4 * last:.0f}</text>'
    yield f'<text x="{(_LEFT + _WIDTH) / 2:.0f}" y="{_HEIGHT - 6}" text-anchor="middle">steps</text>'
    for row, ((name, curve), colour) in enumerate(zip(curves.items(), _COLOURS, strict=False)):
        for column, width in ((1, 1.0), (2, 2.5)):
            places = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_place(point[0], point[column], last) for point in curve))
            yield f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="{width}"/>'
        yield f'<text x="{_WIDTH - 16}" y="{_TOP + 14 + 16 * row}" text-anchor="end" fill="{colour}">{escape(name)}</text>'


def _place(step: float, error: float, last: float) -> tuple[float, float]:
    return _LEFT + step / last * (_WIDTH - 12 - _LEFT), _HEIGHT - _BOTTOM - error * (_HEIGHT - _TOP - _BOTTOM)
