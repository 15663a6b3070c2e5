from __future__ import annotations

import pytest

from facekit.capture.pacing import Pacer


class FakeClock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def _pacer(interval_s: float) -> tuple[Pacer, FakeClock]:
    clock = FakeClock()
    return Pacer(interval_s, clock=lambda: clock.now, sleep=clock.sleep), clock


def test_wait_when_called_first_does_not_sleep() -> None:
    pacer, clock = _pacer(0.5)
    pacer.wait()
    assert clock.slept == []


def test_wait_when_work_takes_part_of_the_interval_sleeps_the_rest() -> None:
    pacer, clock = _pacer(0.5)
    pacer.wait()
    clock.now += 0.2
    pacer.wait()
    clock.now += 0.1
    pacer.wait()
    assert clock.slept == pytest.approx([0.3, 0.4])


def test_wait_when_late_goes_on_from_now_without_a_burst() -> None:
    pacer, clock = _pacer(0.5)
    pacer.wait()
    clock.now += 3.0
    pacer.wait()
    pacer.wait()
    assert clock.slept == pytest.approx([0.5])


def test_wait_when_interval_is_zero_never_sleeps() -> None:
    pacer, clock = _pacer(0.0)
    for _ in range(3):
        pacer.wait()
    assert clock.slept == []
