"""A real network camera on loopback: MJPEG over HTTP, which can stall, cut its viewers off, go away and come back."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import cast

import cv2

from facekit.types import Pixels

_BOUNDARY = "picture"


class MjpegServer:
    """Serves pictures round and round at /video on a port of its own; any other path is not found.

    Args:
        pictures: H×W×3 uint8 RGB.
        fps: Pictures a second.
    """

    def __init__(self, pictures: Sequence[Pixels], *, fps: float = 60.0) -> None:
        self.jpegs = [_jpeg(picture) for picture in pictures]
        self.interval_s = 1 / fps
        self.flowing = Event()
        self.flowing.set()
        self._server = _Server(("127.0.0.1", 0), self)
        self._port = self._server.server_address[1]
        self._serve()

    def __enter__(self) -> MjpegServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where the pictures are."""
        return f"http://127.0.0.1:{self._port}/video"

    def stall(self) -> None:
        """Keep the connections, send nothing."""
        self.flowing.clear()

    def resume(self) -> None:
        """Send again."""
        self.flowing.set()

    def stop(self) -> None:
        """Cut every viewer off and close the port."""
        self._server.cut.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def come_back(self) -> None:
        """Open the same port again after stop()."""
        self._server = _Server(("127.0.0.1", self._port), self)
        self._serve()

    def _serve(self) -> None:
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # server_close waits for the viewers' threads, so that no test leaves one behind
    block_on_close = True

    def __init__(self, address: tuple[str, int], camera: MjpegServer) -> None:
        super().__init__(address, _Viewer)
        self.camera = camera
        self.cut = Event()


class _Viewer(BaseHTTPRequestHandler):
    """One connection."""

    def do_GET(self) -> None:
        if self.path != "/video":
            self.send_error(404)
            return
        server = cast(_Server, self.server)
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
        self.end_headers()
        try:
            for jpeg in itertools.cycle(server.camera.jpegs):
                while not server.camera.flowing.wait(0.02) and not server.cut.is_set():
                    pass
                if server.cut.wait(server.camera.interval_s):
                    return
                self.wfile.write(f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n".encode())
                self.wfile.write(jpeg + b"\r\n")
        except OSError:  # the viewer hung up
            return

    def log_message(self, format: str, *args: object) -> None:
        """Tests are quiet."""


def _jpeg(picture: Pixels) -> bytes:
    is_done, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    assert is_done
    return data.tobytes()
