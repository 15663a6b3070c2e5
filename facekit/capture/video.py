"""A video file."""

from __future__ import annotations

from pathlib import Path

import cv2

from facekit.capture.opencv import Capture
from facekit.capture.pacing import Pacer
from facekit.errors import CaptureError
from facekit.types import Pixels

_TIMEOUT_S = 20.0  # a file on a network drive may be slow, it may not hang
_DEFAULT_FPS = 25.0  # where the file gives none, or nonsense
_HINT = "It may be damaged or of a kind that OpenCV cannot play; MP4, WebM and AVI usually work."


class VideoSource:
    """A video file.

    Args:
        address: Its path.
        paced: Play at the file's own speed; False: as fast as it can be read.
        loop: Begin again at the end.
    """

    is_live = False

    def __init__(self, address: str, *, paced: bool = True, loop: bool = False) -> None:
        self.source_id = address
        self.label = Path(address).name
        self._paced = paced
        self._loop = loop
        self._capture: Capture | None = None
        self._pacer = Pacer(0.0)
        self._has_read = False

    def open(self) -> None:
        """Open the file at its beginning.

        Raises:
            CaptureError: It is missing, or no video that can be played.
        """
        if self._capture:
            return
        if not Path(self.source_id).is_file():
            raise CaptureError(f"There is no video {self.source_id}.")
        self._has_read = False
        self._capture, fps = self._opened()
        self._pacer = Pacer(1 / fps if self._paced else 0.0)

    def read(self) -> Pixels | None:
        """The next picture, H×W×3 uint8 RGB, when it is due; None at the end.

        Raises:
            CaptureError: The file is not open, or not one picture of it can be read.
        """
        pixels = self._next()
        if pixels is None and not self._has_read:
            raise CaptureError(f"No picture of the video {self.label} can be read.", hint=_HINT)
        if pixels is None and self._loop:
            self._rewind()
            pixels = self._next()
        if pixels is not None:
            self._has_read = True
            self._pacer.wait()
        return pixels

    def close(self) -> None:
        """Let go of the file."""
        if self._capture:
            self._capture.close()
            self._capture = None

    def _opened(self) -> tuple[Capture, float]:
        """The file at its beginning, and its pictures a second."""
        capture = Capture(lambda: cv2.VideoCapture(self.source_id), self.label)
        try:
            is_open = capture.open(_TIMEOUT_S)
            fps = capture.get(cv2.CAP_PROP_FPS)
        except TimeoutError:
            is_open = False
        if not is_open:
            capture.close()
            raise CaptureError(f"The video {self.label} cannot be opened.", hint=_HINT)
        return capture, fps if 1 <= fps <= 240 else _DEFAULT_FPS

    def _next(self) -> Pixels | None:
        if not self._capture:
            raise CaptureError(f"The video {self.label} is not open.")
        try:
            return self._capture.read(_TIMEOUT_S)
        except TimeoutError:
            raise CaptureError(f"The video {self.label} gave no picture within {_TIMEOUT_S:g} s.") from None

    def _rewind(self) -> None:
        """Opened anew rather than sought: seeking to the first picture is not exact in every format."""
        self.close()
        self._capture, _ = self._opened()
