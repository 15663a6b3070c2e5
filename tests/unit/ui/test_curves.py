"""Curves as plain values."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ui.curves import Chart, Curve, number_words, ticks


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        (0, 1, (0, 0.5, 1)),
        (0, 200, (0, 50, 100, 150, 200)),
        (0.32, 0.97, (0.2, 0.4, 0.6, 0.8, 1.0)),
        (3, 3, (2.6, 2.8, 3, 3.2, 3.4)),
        (0, 0, (-0.5, 0, 0.5)),
    ],
)
def test_ticks_are_round_and_enclose_the_values(low: float, high: float, marks: tuple[float, ...]) -> None:
    assert ticks(low, high) == pytest.approx(marks)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
@example(0.0, 5e-324)
def test_ticks_of_any_values_enclose_them_and_are_few(one: float, other: float) -> None:
    low, high = sorted((one, other))
    marks = ticks(low, high)
    slack = 1e-6 * max(1.0, abs(low), abs(high))
    assert marks[0] <= low + slack
    assert marks[-1] >= high - slack
    assert 2 <= len(marks) <= 12


def test_numbers_are_short() -> None:
    assert [number_words(value) for value in (0, 1500, 0.25, 0.00003, 1 / 3)] == ["0", "1,500", "0.25", "3e-05", "0.3333"]


def test_chart_in_words_tells_ends_and_extremes() -> None:
    chart = Chart("Loss", "step", "loss", (Curve("a", ((1, 2.0), (5, 0.5), (9, 1.0))), Curve("empty", ())))
    assert chart.words == "a: from 2 to 1 at 9, lowest 0.5, highest 2"
    assert Chart("Loss", "step", "loss").words == "nothing to draw yet"
