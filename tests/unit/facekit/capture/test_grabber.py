from __future__ import annotations

from collections.abc import Iterator
from queue import SimpleQueue
from threading import Event, current_thread, get_ident

import pytest

from facekit.capture import Grabber, GrabberState, GrabberStatus
from facekit.errors import CaptureError
from facekit.types import Frame, Pixels
from tests.support.pictures import plain

_PATIENCE_S = 20.0


class FakeSource:
    """Reads what the test puts in: a picture, an error, or None for the end. Opening can be made to fail."""

    source_id = "fake"
    label = "Fake"

    def __init__(self, *, is_live: bool = True) -> None:
        self.is_live = is_live
        self.script: SimpleQueue[Pixels | CaptureError | None] = SimpleQueue()
        self.refusals: list[CaptureError] = []
        self.calls: list[str] = []
        self.is_reading = Event()

    def open(self) -> None:
        self.calls.append("open")
        if self.refusals:
            raise self.refusals.pop(0)

    def read(self) -> Pixels | None:
        self.is_reading.set()
        item = self.script.get()
        if isinstance(item, CaptureError):
            raise item
        return item

    def close(self) -> None:
        self.calls.append("close")

    def give(self, *items: Pixels | CaptureError | None) -> None:
        for item in items:
            self.script.put(item)


class States:
    """The states as they were told, and a way to wait for one."""

    def __init__(self) -> None:
        self.seen: list[GrabberStatus] = []
        self._told: SimpleQueue[GrabberStatus] = SimpleQueue()

    def __call__(self, status: GrabberStatus) -> None:
        self.seen.append(status)
        self._told.put(status)

    def wait_for(self, state: GrabberState) -> GrabberStatus:
        while (status := self._told.get(timeout=_PATIENCE_S)).state is not state:
            pass
        return status


@pytest.fixture
def source() -> Iterator[FakeSource]:
    fake = FakeSource()
    yield fake
    fake.give(None)  # lets a thread go that still reads


def _shade(value: int) -> Pixels:
    return plain((value, value, value), width=2, height=2)


def test_newest_when_consumer_is_slow_gets_the_last_frame_and_counts_the_rest(source: FakeSource) -> None:
    source.is_live = False
    states = States()
    with Grabber(source, on_state=states) as grabber:
        source.give(_shade(0))
        first = grabber.newest(timeout=_PATIENCE_S)
        source.give(_shade(1), _shade(2), _shade(3), None)
        states.wait_for(GrabberState.ENDED)
        last = grabber.newest(0, timeout=_PATIENCE_S)
        assert first is not None
        assert last is not None
        assert (first.frame_id, last.frame_id, int(last.pixels[0, 0, 0])) == (0, 3, 3)
        assert first.captured_at <= last.captured_at
        stats = grabber.stats()
        assert (stats.frames, stats.dropped, stats.reconnects) == (4, 2, 0)


def test_newest_when_nothing_newer_comes_is_none(source: FakeSource) -> None:
    with Grabber(source) as grabber:
        source.give(_shade(0))
        assert grabber.newest(timeout=_PATIENCE_S) is not None
        assert grabber.newest(0, timeout=0.01) is None
        assert grabber.newest(timeout=0.0) is not None  # any frame will do: the one there is
        source.give(None)


def test_newest_when_source_has_ended_answers_at_once(source: FakeSource) -> None:
    source.is_live = False
    source.give(None)
    with Grabber(source) as grabber:
        assert grabber.newest(timeout=_PATIENCE_S) is None
        assert grabber.state is GrabberState.ENDED


def test_on_frame_when_given_gets_every_frame_in_order_on_the_grabbers_thread(source: FakeSource) -> None:
    source.is_live = False
    got: list[tuple[Frame, int]] = []
    states = States()
    source.give(_shade(5), _shade(6), _shade(7), None)
    with Grabber(source, on_frame=lambda frame: got.append((frame, get_ident())), on_state=states) as grabber:
        states.wait_for(GrabberState.ENDED)
        assert grabber.stats().dropped == 0
    assert [frame.frame_id for frame, _ in got] == [0, 1, 2]
    assert [int(frame.pixels[0, 0, 0]) for frame, _ in got] == [5, 6, 7]
    assert {frame.source_id for frame, _ in got} == {"fake"}
    assert current_thread().ident not in {thread for _, thread in got}


def test_state_when_a_file_is_played_goes_opening_running_ended(source: FakeSource) -> None:
    source.is_live = False
    states = States()
    source.give(_shade(1), _shade(2), None)
    grabber = Grabber(source, on_state=states)
    assert grabber.status == GrabberStatus(GrabberState.OPENING)
    grabber.start()
    states.wait_for(GrabberState.ENDED)
    grabber.close()
    assert [status.state for status in states.seen] == [GrabberState.RUNNING, GrabberState.ENDED]
    assert grabber.state is GrabberState.CLOSED
    assert source.calls == ["open", "close"]


def test_state_when_source_cannot_be_opened_is_failed_with_message_and_hint(source: FakeSource) -> None:
    source.refusals = [CaptureError("Lid camera cannot be opened.", hint="Close other programs.")]
    states = States()
    with Grabber(source, on_state=states) as grabber:
        status = states.wait_for(GrabberState.FAILED)
        assert (status.message, status.hint) == ("Lid camera cannot be opened.", "Close other programs.")
        assert grabber.newest(timeout=_PATIENCE_S) is None
        assert grabber.status == status


def test_state_when_a_file_breaks_off_is_failed_not_tried_again(source: FakeSource) -> None:
    source.is_live = False
    source.give(_shade(1), CaptureError("The video is damaged."))
    states = States()
    with Grabber(source, on_state=states):
        assert states.wait_for(GrabberState.FAILED).message == "The video is damaged."
    assert source.calls == ["open", "close"]


def test_state_when_a_live_source_is_lost_says_why_and_comes_back(source: FakeSource) -> None:
    source.give(_shade(1), CaptureError("gone"), _shade(2))
    states = States()
    with Grabber(source, on_state=states, first_delay_s=0.001) as grabber:
        assert states.wait_for(GrabberState.LOST).message == "gone"
        states.wait_for(GrabberState.RUNNING)
        frame = grabber.newest(0, timeout=_PATIENCE_S)
        assert frame is not None
        assert (frame.frame_id, grabber.stats().reconnects) == (1, 1)
        source.give(None)


def test_state_when_coming_back_takes_several_tries_stays_lost_with_the_latest_reason(source: FakeSource) -> None:
    source.give(_shade(1))
    states = States()
    with Grabber(source, on_state=states, first_delay_s=0.001) as grabber:
        states.wait_for(GrabberState.RUNNING)
        source.refusals = [CaptureError("not connected"), CaptureError("not connected"), CaptureError("in use")]
        source.give(CaptureError("unplugged"), _shade(2))
        assert grabber.newest(0, timeout=_PATIENCE_S) is not None
        states.wait_for(GrabberState.RUNNING)
        source.give(None)
        states.wait_for(GrabberState.ENDED)
    running, lost = GrabberState.RUNNING, GrabberState.LOST
    assert [(status.state, status.message) for status in states.seen] == [
        (running, ""),
        (lost, "unplugged"),
        (lost, "not connected"),
        (lost, "in use"),
        (running, ""),
        (GrabberState.ENDED, ""),
    ]
    assert source.calls == ["open", "close", "open", "close", "open", "close", "open", "close", "open", "close"]
    assert grabber.stats().reconnects == 1


def test_close_when_waiting_to_try_again_does_not_wait_out_the_pause(source: FakeSource) -> None:
    source.give(CaptureError("gone"))
    states = States()
    grabber = Grabber(source, on_state=states, first_delay_s=3600)
    grabber.start()
    states.wait_for(GrabberState.LOST)
    grabber.close()
    assert not grabber._thread.is_alive()
    assert source.calls[-1] == "close"


def test_close_when_source_hangs_in_a_read_returns_and_nothing_is_called_after(source: FakeSource) -> None:
    states = States()
    frames: list[Frame] = []
    grabber = Grabber(source, on_frame=frames.append, on_state=states)
    grabber.start()
    assert source.is_reading.wait(_PATIENCE_S)
    grabber.close()
    assert grabber.state is GrabberState.CLOSED
    told = list(states.seen)
    source.give(_shade(1))  # the read comes back at last
    grabber._thread.join(_PATIENCE_S)
    assert not grabber._thread.is_alive()
    assert source.calls[-1] == "close"
    assert (frames, states.seen) == ([], told)
    assert grabber.state is GrabberState.CLOSED


def test_close_when_called_in_a_callback_ends_the_thread(source: FakeSource) -> None:
    grabber = Grabber(source, on_frame=lambda frame: grabber.close())
    source.give(_shade(1))
    grabber.start()
    grabber._thread.join(_PATIENCE_S)
    assert not grabber._thread.is_alive()
    assert grabber.state is GrabberState.CLOSED


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_state_when_a_callback_fails_is_failed_so_that_nobody_waits(source: FakeSource) -> None:
    def fail(frame: Frame) -> None:
        raise RuntimeError("a bug in the window")

    source.give(_shade(1))
    states = States()
    with Grabber(source, on_frame=fail, on_state=states):
        assert "broke off" in states.wait_for(GrabberState.FAILED).message
    assert source.calls[-1] == "close"


def test_stats_when_frames_arrive_has_a_rate_and_none_after_the_end(source: FakeSource) -> None:
    source.is_live = False
    source.give(_shade(1), _shade(2))
    states = States()
    with Grabber(source, on_state=states) as grabber:
        assert grabber.newest(0, timeout=_PATIENCE_S) is not None
        assert grabber.stats().fps > 0
        source.give(None)
        states.wait_for(GrabberState.ENDED)
        assert grabber.stats().fps == 0
