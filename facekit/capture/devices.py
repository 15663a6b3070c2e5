"""The cameras of this machine and the ids by which they are found again. No camera is opened here."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

logger = logging.getLogger(__name__)

_GSTREAMER = 1800  # cv2.CAP_GSTREAMER: lists the same devices as V4L2, and OpenCV's wheels cannot open them through it


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """A camera that is connected now.

    Args:
        stable_id: Stays the same when other cameras come and go, and after a restart.
        name: As the system calls it.
        index: Of this moment, for OpenCV; changes when cameras come and go.
        backend: OpenCV's number for the system's interface (cv2.CAP_V4L2 …).
        path: The system's own name of the device, "" where it has none.
        vid, pid: USB vendor and product, None where unknown.
    """

    stable_id: str
    name: str
    index: int
    backend: int
    path: str
    vid: int | None
    pid: int | None

    @property
    def spec(self) -> str:
        """What open_source takes to open this camera."""
        return f"camera:{self.stable_id}"


class Listed(Protocol):
    """A camera as cv2-enumerate-cameras lists it."""

    @property
    def index(self) -> int: ...
    @property
    def name(self) -> str | None: ...
    @property
    def path(self) -> str | None: ...
    @property
    def vid(self) -> int | None: ...
    @property
    def pid(self) -> int | None: ...
    @property
    def backend(self) -> int: ...


def list_cameras() -> tuple[CameraInfo, ...]:
    """The cameras connected now, in the system's order; empty when there are none."""
    try:
        from cv2_enumerate_cameras import enumerate_cameras, supported_backends
    except ImportError as error:  # on macOS it needs pyobjc
        logger.warning("cameras cannot be listed: %s", error)
        return ()
    return describe(camera for backend in supported_backends if backend != _GSTREAMER for camera in enumerate_cameras(backend))


def describe(listed: Iterable[Listed]) -> tuple[CameraInfo, ...]:
    """Each camera once, although Windows lists it under two interfaces; two alike get different ids."""
    found: dict[str, CameraInfo] = {}
    for camera in sorted(listed, key=lambda camera: camera.index):
        info = _info(camera, _stable_id(camera))
        twin = found.get(info.stable_id)
        if twin and twin.backend != info.backend:
            continue
        if twin:
            info = _info(camera, f"{info.stable_id}#{camera.index}")
        found[info.stable_id] = info
    return tuple(found.values())


def _info(camera: Listed, stable_id: str) -> CameraInfo:
    return CameraInfo(stable_id, _name(camera), camera.index, camera.backend, camera.path or "", camera.vid, camera.pid)


def _name(camera: Listed) -> str:
    return camera.name or f"Camera {camera.index}"


def _stable_id(camera: Listed) -> str:
    path = camera.path or ""
    if path.startswith("/dev/"):  # Linux: /dev/video0 is but the index again
        return udev_name(Path(path)) or _usb_id(camera) or path
    # Windows: the device's instance; what follows "#{" names the interface. macOS: the unique id.
    return path.partition("#{")[0].lower() or _usb_id(camera) or _name(camera)


def _usb_id(camera: Listed) -> str:
    return "" if camera.vid is None or camera.pid is None else f"{camera.vid:04x}:{camera.pid:04x}"


def udev_name(device: Path, *, root: Path = Path("/dev/v4l")) -> str:
    """Linux's lasting name of a video device: by maker and serial number, else by the socket it is plugged into; "" for none."""
    for folder in (root / "by-id", root / "by-path"):
        for link in sorted(folder.glob("*")):
            if link.resolve() == device.resolve():
                return link.name
    return ""
