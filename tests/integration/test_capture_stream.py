"""Streams against a real server on loopback: played, stalled, cut, gone and back."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from queue import SimpleQueue
from threading import Thread

import pytest

from facekit.capture import Grabber, GrabberState, GrabberStatus, Source, open_source
from facekit.capture.stream import StreamSource
from facekit.errors import CaptureError
from tests.support.mjpeg_server import MjpegServer
from tests.support.pictures import BLUE, GREEN, RED, colour_name, plain
from tests.support.rtsp_server import RtspServer

_PATIENCE_S = 30.0


@pytest.fixture
def server() -> Iterator[MjpegServer]:
    with MjpegServer([plain(RED), plain(GREEN), plain(BLUE)]) as camera:
        yield camera


@pytest.fixture
def mute_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        taken: list[socket.socket] = []

        def take() -> None:
            while True:
                try:
                    taken.append(listening.accept()[0])
                except OSError:
                    return

        thread = Thread(target=take, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(_PATIENCE_S)
        for connection in taken:
            connection.close()


def _read_on(source: Source) -> None:
    """Read until it raises; what was sent before the trouble may still be on its way."""
    for _ in range(1000):
        source.read()


def test_read_when_server_plays_keeps_colours_and_order(server: MjpegServer) -> None:
    source = open_source(server.url)
    source.open()
    names = [colour_name(pixels) for pixels in (source.read() for _ in range(7)) if pixels is not None]
    source.close()
    start = ["red", "green", "blue"].index(names[0])
    assert names == (["red", "green", "blue"] * 4)[start : start + 7]


def test_read_when_server_stalls_raises_instead_of_hanging(server: MjpegServer) -> None:
    source = StreamSource(server.url, read_timeout_s=0.5)
    source.open()
    assert source.read() is not None
    server.stall()
    with pytest.raises(CaptureError, match="no more pictures"):
        _read_on(source)


def test_read_when_connection_is_cut_raises_and_opens_again_when_back(server: MjpegServer) -> None:
    source = StreamSource(server.url)
    source.open()
    assert source.read() is not None
    server.stop()
    with pytest.raises(CaptureError, match="no more pictures"):
        _read_on(source)
    with pytest.raises(CaptureError, match="cannot be reached"):
        source.open()
    server.come_back()
    source.open()
    assert source.read() is not None
    source.close()


def test_open_when_path_is_wrong_says_it_is_there_but_sends_none(server: MjpegServer) -> None:
    with pytest.raises(CaptureError, match="can be reached, but sends no pictures") as caught:
        StreamSource(server.url.replace("/video", "/nothing")).open()
    assert "user name" in caught.value.hint


@pytest.mark.parametrize("scheme", ["http", "https", "rtsp"])
def test_open_when_server_is_mute_gives_up(mute_port: int, scheme: str) -> None:
    with pytest.raises(CaptureError, match=f"127.0.0.1:{mute_port}/x"):
        StreamSource(f"{scheme}://127.0.0.1:{mute_port}/x", open_timeout_s=0.3).open()


def test_read_when_rtsp_plays_keeps_colours_then_raises_when_cut() -> None:
    with RtspServer([plain(RED), plain(GREEN), plain(BLUE)]) as camera:
        source = open_source(camera.url)
        source.open()
        names = [colour_name(pixels) for pixels in (source.read() for _ in range(7)) if pixels is not None]
        assert names == ["red", "green", "blue", "red", "green", "blue", "red"]
        camera.stop()
        with pytest.raises(CaptureError, match="no more pictures"):
            _read_on(source)


def test_open_when_rtsp_path_is_wrong_says_it_is_there_but_sends_none() -> None:
    with RtspServer([plain(RED)]) as camera, pytest.raises(CaptureError, match="can be reached, but sends no pictures"):
        StreamSource(camera.url.replace("/live", "/nothing")).open()


def test_grabber_when_camera_is_lost_says_so_and_goes_on_when_it_is_back(server: MjpegServer) -> None:
    told: SimpleQueue[GrabberStatus] = SimpleQueue()

    def wait_for(state: GrabberState) -> GrabberStatus:
        while (status := told.get(timeout=_PATIENCE_S)).state is not state:
            pass
        return status

    with Grabber(StreamSource(server.url), on_state=told.put, first_delay_s=0.01) as grabber:
        wait_for(GrabberState.RUNNING)
        server.stop()
        assert "no more pictures" in wait_for(GrabberState.LOST).message
        before = grabber.stats().frames
        assert grabber.newest(before - 1, timeout=0.01) is None
        server.come_back()
        wait_for(GrabberState.RUNNING)
        frame = grabber.newest(before - 1, timeout=_PATIENCE_S)
        assert frame is not None
        assert frame.frame_id >= before
        assert frame.source_id == server.url
        assert grabber.stats().reconnects == 1


def test_grabber_when_stream_stalls_is_lost_and_recovers(server: MjpegServer) -> None:
    told: SimpleQueue[GrabberStatus] = SimpleQueue()
    source = StreamSource(server.url, open_timeout_s=1.0, read_timeout_s=0.5)
    with Grabber(source, on_state=told.put, first_delay_s=0.01) as grabber:
        assert grabber.newest(timeout=_PATIENCE_S) is not None
        server.stall()
        while told.get(timeout=_PATIENCE_S).state is not GrabberState.LOST:
            pass
        count = grabber.stats().frames
        server.resume()
        assert grabber.newest(count - 1, timeout=_PATIENCE_S) is not None


def test_grabber_when_closed_during_a_stall_returns(server: MjpegServer) -> None:
    grabber = Grabber(StreamSource(server.url, read_timeout_s=0.5))
    grabber.start()
    assert grabber.newest(timeout=_PATIENCE_S) is not None
    server.stall()
    grabber.close()
    assert grabber.state is GrabberState.CLOSED
    assert grabber.newest(10**9, timeout=_PATIENCE_S) is None
