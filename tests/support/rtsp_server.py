"""A real RTSP camera on loopback: JPEG in RTP (RFC 2435), interleaved in the RTSP connection (RFC 2326, 10.12)."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Sequence
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import cast

import cv2

from facekit.types import Pixels

_CHUNK = 1400
_CLOCK_HZ = 90_000
_FPS = 30
_SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=test\r\nt=0 0\r\nm=video 0 RTP/AVP 26\r\nc=IN IP4 0.0.0.0\r\na=control:track0\r\n"


class RtspServer:
    """Serves pictures round and round at /live; any other path is not found.

    Args:
        pictures: H×W×3 uint8 RGB; sides are multiples of 16, 2,040 at most.
    """

    def __init__(self, pictures: Sequence[Pixels]) -> None:
        self._server = _Server([_Jpeg(picture) for picture in pictures])
        self.url = f"rtsp://127.0.0.1:{self._server.server_address[1]}/live"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def __enter__(self) -> RtspServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Cut every viewer off and close the port; does nothing the second time."""
        self._server.cut.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Jpeg:
    """One picture as RFC 2435 carries it: its size, its two quantisation tables, its coded data."""

    def __init__(self, picture: Pixels) -> None:
        is_done, encoded = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        assert is_done
        data = encoded.tobytes()
        self.height, self.width = picture.shape[:2]
        self.tables = b""
        at = 2
        while (marker := data[at + 1]) != 0xDA:
            length = int.from_bytes(data[at + 2 : at + 4], "big")
            if marker == 0xDB:
                body = data[at + 4 : at + 2 + length]
                self.tables += b"".join(body[start + 1 : start + 65] for start in range(0, len(body), 65))
            at += 2 + length
        scan = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        self.coded = data[scan:-2]

    def payloads(self) -> list[bytes]:
        """The bodies of its RTP packets: type 1 (4:2:0), tables sent along (Q = 255)."""
        parts = []
        for offset in range(0, len(self.coded), _CHUNK):
            header = struct.pack(">I", offset) + bytes((1, 255, self.width // 8, self.height // 8))
            tables = struct.pack(">BBH", 0, 0, len(self.tables)) + self.tables if offset == 0 else b""
            parts.append(header + tables + self.coded[offset : offset + _CHUNK])
        return parts


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = False  # server_close waits for the viewers' threads, so that no test leaves one behind

    def __init__(self, jpegs: list[_Jpeg]) -> None:
        super().__init__(("127.0.0.1", 0), _Viewer)
        self.jpegs = jpegs
        self.cut = Event()


class _Viewer(StreamRequestHandler):
    """One connection."""

    timeout = 20.0

    def handle(self) -> None:
        try:
            while request := self._request():
                method, fields = request
                self._answer(method, fields)
                if method == "PLAY":
                    self._play()
                    return
        except OSError:  # the viewer hung up
            return

    def _request(self) -> tuple[str, dict[str, str]] | None:
        first = self.rfile.readline().decode().split()
        if not first:
            return None
        fields = {"path": first[1]}
        while line := self.rfile.readline().decode().strip():
            name, _, value = line.partition(":")
            fields[name.lower()] = value.strip()
        return first[0], fields

    def _answer(self, method: str, fields: dict[str, str]) -> None:
        status, lines, body = "200 OK", [f"CSeq: {fields['cseq']}", "Session: 1"], ""
        if "/live" not in fields["path"]:
            status = "404 Not Found"
        elif method == "DESCRIBE":
            body = _SDP
            lines += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
        elif method == "SETUP" and "TCP" not in fields["transport"]:
            status = "461 Unsupported Transport"
        elif method == "SETUP":
            lines.append("Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
        self.wfile.write("\r\n".join([f"RTSP/1.0 {status}", *lines, "", body]).encode())

    def _play(self) -> None:
        server = cast(_Server, self.server)
        sequence = 0
        for count, jpeg in enumerate(itertools.cycle(server.jpegs)):
            payloads = jpeg.payloads()
            for payload in payloads:
                marker = 0x80 if payload is payloads[-1] else 0
                packet = struct.pack(">BBHII", 0x80, marker | 26, sequence & 0xFFFF, count * _CLOCK_HZ // _FPS, 1) + payload
                self.wfile.write(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
                sequence += 1
            if server.cut.wait(1 / _FPS):
                return
