"""A camera of this machine, found by its stable id, opened and read without ever hanging the caller."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import cv2

from facekit.capture.devices import CameraInfo, list_cameras
from facekit.capture.opencv import Capture, VideoCapture
from facekit.errors import CaptureError
from facekit.types import Pixels

_HINTS = {
    "linux": "Close other programs that use it, or unplug it and plug it in again.",
    "darwin": "Allow it under System Settings, Privacy & Security, Camera; close other programs that use it; then try again.",
    "win32": "Close other programs that use it, and allow desktop apps the camera under Settings, Privacy, Camera.",
}
_GROUP_HINT = "Add yourself to the group video (sudo usermod -aG video $USER) and log in again."


class CameraSource:
    """A camera.

    Args:
        address: A stable id or name from list_cameras, the index of this moment, or "" for the first camera.
        cameras: Lists the cameras connected now.
        device: Makes the cv2.VideoCapture of (index, backend).
        open_timeout_s: Windows needs more than ten seconds for some cameras.
        read_timeout_s: A camera that gives no picture for so long is lost.
    """

    is_live = True

    def __init__(
        self,
        address: str = "",
        *,
        cameras: Callable[[], tuple[CameraInfo, ...]] = list_cameras,
        device: Callable[[int, int], VideoCapture] = cv2.VideoCapture,
        open_timeout_s: float = 20.0,
        read_timeout_s: float = 5.0,
    ) -> None:
        self.source_id = address or "camera"
        self.label = f"Camera {address}".strip()
        self._address = address
        self._cameras = cameras
        self._device = device
        self._open_timeout_s = open_timeout_s
        self._read_timeout_s = read_timeout_s
        self._capture: Capture | None = None

    def open(self) -> None:
        """Find the camera among those connected now and open it.

        Raises:
            CaptureError: It is not connected, in use, not permitted, or does not answer in time.
        """
        if self._capture:
            return
        info = self._find(self._cameras())
        self.source_id, self.label = info.stable_id, info.name
        capture = Capture(lambda: self._device(info.index, info.backend), info.name)
        try:
            is_open = capture.open(self._open_timeout_s)
        except TimeoutError:
            capture.close()
            raise CaptureError(f"{info.name} did not answer within {self._open_timeout_s:g} s.", hint=_hint(info)) from None
        if not is_open:
            capture.close()
            raise CaptureError(f"{info.name} cannot be opened.", hint=_hint(info))
        # From now on this camera and no other, also when it is the first one no more.
        self._address, self._capture = info.stable_id, capture

    def read(self) -> Pixels | None:
        """The next picture, H×W×3 uint8 RGB; never None.

        Raises:
            CaptureError: The camera is not open or gives no more pictures.
        """
        if not self._capture:
            raise CaptureError(f"{self.label} is not open.")
        try:
            pixels = self._capture.read(self._read_timeout_s)
        except TimeoutError:
            pixels = None
        if pixels is None:
            self.close()
            raise CaptureError(f"{self.label} gives no more pictures.", hint="Check its cable, and that no other program has taken it.")
        return pixels

    def close(self) -> None:
        """Let go of the camera."""
        if self._capture:
            self._capture.close()
            self._capture = None

    def _find(self, cameras: tuple[CameraInfo, ...]) -> CameraInfo:
        if not self._address and cameras:
            return cameras[0]
        for info in cameras:
            if self._address in (info.stable_id, info.name, str(info.index)):
                return info
        if self._address.isdecimal():  # the list may be incomplete: let OpenCV try
            return CameraInfo(self._address, f"Camera {self._address}", int(self._address), cv2.CAP_ANY, "", None, None)
        if not cameras:
            raise CaptureError("No camera is connected.", hint="Connect one, or choose a video, a stream or synthetic people.")
        raise CaptureError(f"{self.label} is not connected.", hint=f"Connected now: {', '.join(info.name for info in cameras)}.")


def _hint(info: CameraInfo) -> str:
    if info.path.startswith("/dev/") and Path(info.path).exists() and not os.access(info.path, os.R_OK | os.W_OK):
        return _GROUP_HINT
    return _HINTS.get(sys.platform, _HINTS["linux"])
