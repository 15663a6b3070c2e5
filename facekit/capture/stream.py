"""A camera on the network: MJPEG over HTTP, or RTSP, through OpenCV's FFmpeg with time-outs."""

from __future__ import annotations

import socket
from urllib.parse import SplitResult, urlsplit

import cv2

from facekit.capture.opencv import Capture
from facekit.errors import CaptureError
from facekit.types import Pixels

_GRACE_S = 1.0  # FFmpeg keeps its time-outs itself, but for looking up a name; only then is its thread given up
_PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322}


class StreamSource:
    """A stream.

    Args:
        address: http://, https://, rtsp:// or rtsps://; a user name and password in it are never shown.
        open_timeout_s: For the connection and the first picture.
        read_timeout_s: A stream that gives no picture for so long is lost.
    """

    is_live = True

    def __init__(self, address: str, *, open_timeout_s: float = 5.0, read_timeout_s: float = 5.0) -> None:
        self._address = address
        self._parts = _split(address)
        self.label = self._parts.hostname or ""
        self.source_id = _public(self._parts)
        self._open_timeout_s = open_timeout_s
        self._read_timeout_s = read_timeout_s
        self._capture: Capture | None = None

    def open(self) -> None:
        """Connect and wait for the stream to begin.

        Raises:
            CaptureError: The server is not there, refuses, is silent, or sends no pictures.
        """
        if self._capture:
            return
        capture = Capture(self._connect, self.label)
        try:
            is_open = capture.open(self._open_timeout_s + _GRACE_S)
        except TimeoutError:
            capture.close()
            raise CaptureError(
                f"{self.source_id} did not answer within {self._open_timeout_s:g} s.", hint="Check the address and the network."
            ) from None
        if not is_open:
            capture.close()
            raise self._refusal()
        self._capture = capture

    def read(self) -> Pixels | None:
        """The next picture, H×W×3 uint8 RGB; never None.

        Raises:
            CaptureError: The stream is not open, was cut, or is silent.
        """
        if not self._capture:
            raise CaptureError(f"The stream {self.source_id} is not open.")
        try:
            pixels = self._capture.read(self._read_timeout_s + _GRACE_S)
        except TimeoutError:
            pixels = None
        if pixels is None:
            self.close()
            raise CaptureError(
                f"The stream {self.source_id} gives no more pictures.", hint="Check that the camera is on and the network is up."
            )
        return pixels

    def close(self) -> None:
        """Hang up."""
        if self._capture:
            self._capture.close()
            self._capture = None

    def _connect(self) -> cv2.VideoCapture:
        timeouts = [
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
            int(self._open_timeout_s * 1000),
            cv2.CAP_PROP_READ_TIMEOUT_MSEC,
            int(self._read_timeout_s * 1000),
        ]
        return cv2.VideoCapture(self._address, cv2.CAP_FFMPEG, timeouts)

    def _refusal(self) -> CaptureError:
        """OpenCV says only that it failed; a plain connection tells a dead server from a wrong path."""
        try:
            port = self._parts.port or _PORTS[self._parts.scheme]
            socket.create_connection((self.label, port), timeout=self._open_timeout_s).close()
        except OSError as error:
            return CaptureError(
                f"{self.source_id} cannot be reached: {error.strerror or error}.", hint="Check the address and the network."
            )
        return CaptureError(
            f"{self.source_id} can be reached, but sends no pictures.",
            hint="Check the path, and the user name and password: scheme://user:password@host/path.",
        )


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        is_whole = bool(parts.hostname) and parts.port != 0  # reading a bad port raises
    except ValueError:
        is_whole = False
    if not is_whole:
        raise CaptureError(
            f"The address of the stream is not whole: {address.rpartition('@')[2]!r}.", hint="For example http://192.168.1.20:8080/video."
        )
    return parts


def _public(parts: SplitResult) -> str:
    """The address without user, password and query: they may be secret, and this is logged and shown."""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
