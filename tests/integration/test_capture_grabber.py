"""The grabber over real files: whole, slow to be taken, looped."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from facekit.capture import Grabber, GrabberState, GrabberStatus, open_source
from facekit.types import Frame
from tests.support.pictures import plain, write_video

_PATIENCE_S = 30.0


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Thirty pictures, each a little brighter than the one before."""
    shades = [plain((8 * index, 8 * index, 8 * index)) for index in range(30)]
    return write_video(tmp_path / "ramp.avi", shades, fps=30)


def test_grabber_when_a_file_is_played_unpaced_hands_every_frame_to_the_callback(video: Path) -> None:
    frames: list[Frame] = []
    ended = Event()

    def on_state(status: GrabberStatus) -> None:
        if status.state is GrabberState.ENDED:
            ended.set()

    with Grabber(open_source(str(video), paced=False), on_frame=frames.append, on_state=on_state):
        assert ended.wait(_PATIENCE_S)
    assert [frame.frame_id for frame in frames] == list(range(30))
    brightness = [float(frame.pixels.mean()) for frame in frames]
    assert brightness == sorted(brightness)


def test_grabber_when_the_consumer_is_slow_drops_counts_and_keeps_order(video: Path) -> None:
    taken: list[Frame] = []
    with Grabber(open_source(str(video))) as grabber:
        while frame := grabber.newest(taken[-1].frame_id if taken else None, timeout=_PATIENCE_S):
            taken.append(frame)
            grabber.newest(frame.frame_id + 6, timeout=_PATIENCE_S)  # what a slow consumer does not see
            if grabber.state is GrabberState.ENDED:
                break
        stats = grabber.stats()
    ids = [frame.frame_id for frame in taken]
    brightness = [float(frame.pixels.mean()) for frame in taken]
    assert stats.frames == 30
    assert stats.dropped >= 5
    assert len(taken) + stats.dropped <= 30
    assert ids == sorted(set(ids))
    assert brightness == sorted(brightness)


def test_grabber_when_a_file_is_looped_goes_on_counting(video: Path) -> None:
    with Grabber(open_source(str(video), paced=False, loop=True)) as grabber:
        frame = grabber.newest(70, timeout=_PATIENCE_S)
        assert frame is not None
        assert frame.frame_id > 70
        assert grabber.state is GrabberState.RUNNING
    assert grabber.status == GrabberStatus(GrabberState.CLOSED)
