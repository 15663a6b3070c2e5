"""RestartBudget: how often and after what pause."""

from __future__ import annotations

from facekit.engine.restarts import RestartBudget


def test_pause_when_deaths_come_close_together_doubles_and_ends_after_three() -> None:
    budget = RestartBudget(first_pause_s=0.25)
    assert [budget.next_pause_s(now) for now in (0.0, 1.0, 2.0, 3.0)] == [0.25, 0.5, 1.0, None]


def test_pause_when_deaths_are_far_apart_stays_short_forever() -> None:
    budget = RestartBudget(window_s=60.0, first_pause_s=0.25)
    assert [budget.next_pause_s(61.0 * i) for i in range(10)] == [0.25] * 10


def test_pause_when_the_oldest_restart_is_forgotten_is_granted_again() -> None:
    budget = RestartBudget(limit=2, window_s=60.0)
    assert [budget.next_pause_s(now) is not None for now in (0.0, 50.0, 59.0, 61.0)] == [True, True, False, True]
