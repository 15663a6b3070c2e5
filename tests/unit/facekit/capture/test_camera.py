from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from threading import Event, current_thread, get_ident

import cv2
import numpy as np
import pytest

from facekit.capture.camera import CameraSource
from facekit.capture.devices import CameraInfo
from facekit.errors import CaptureError
from facekit.types import AnyArray

_BGR_RED = np.full((4, 6, 3), (0, 0, 255), dtype=np.uint8)


class FakeDevice:
    """Stands in for cv2.VideoCapture: gives so many red pictures, then none; hangs where told."""

    def __init__(self, *, is_open: bool = True, pictures: int = 3, hang_in_read: Event | None = None) -> None:
        self.is_open = is_open
        self.left = pictures
        self.hang_in_read = hang_in_read
        self.is_released = Event()
        self.threads: set[int] = set()

    def isOpened(self) -> bool:
        self.threads.add(get_ident())
        return self.is_open

    def read(self) -> tuple[bool, AnyArray]:
        self.threads.add(get_ident())
        if self.hang_in_read:
            self.hang_in_read.wait()
        self.left -= 1
        return (True, _BGR_RED) if self.left >= 0 else (False, np.empty(0))

    def get(self, propId: int, /) -> float:
        return 0.0

    def release(self) -> None:
        self.threads.add(get_ident())
        self.is_released.set()


def _info(stable_id: str, index: int, name: str = "") -> CameraInfo:
    return CameraInfo(stable_id, name or stable_id, index, 200, "", None, None)


class Desk:
    """What is plugged in, and what OpenCV was asked to open."""

    def __init__(self, *cameras: CameraInfo) -> None:
        self.cameras = cameras
        self.devices: list[FakeDevice] = []
        self.asked: list[tuple[int, int]] = []

    def source(self, address: str, *devices: FakeDevice, read_timeout_s: float = 5.0) -> CameraSource:
        self.devices = list(devices)
        return CameraSource(address, cameras=lambda: self.cameras, device=self._make, read_timeout_s=read_timeout_s)

    def _make(self, index: int, backend: int) -> FakeDevice:
        self.asked.append((index, backend))
        return self.devices.pop(0)


@pytest.fixture
def stuck() -> Iterator[Event]:
    """A driver that hangs until the test is over."""
    event = Event()
    yield event
    event.set()


def test_read_when_device_gives_bgr_returns_contiguous_rgb() -> None:
    source = Desk(_info("cam-a", 0)).source("cam-a", FakeDevice())
    source.open()
    pixels = source.read()
    source.close()
    assert pixels is not None
    assert pixels[0, 0].tolist() == [255, 0, 0]
    assert (pixels.shape, pixels.dtype.name, pixels.flags.c_contiguous) == ((4, 6, 3), "uint8", True)


def test_open_when_asked_by_id_finds_the_present_index() -> None:
    desk = Desk(_info("cam-a", 0), _info("cam-b", 2, "Desk camera"))
    source = desk.source("cam-b", FakeDevice())
    source.open()
    source.close()
    assert desk.asked == [(2, 200)]
    assert (source.source_id, source.label) == ("cam-b", "Desk camera")


@pytest.mark.parametrize(("address", "index"), [("", 1), ("4", 4), ("Desk camera", 4)])
def test_open_when_asked_by_index_name_or_nothing_finds_it(address: str, index: int) -> None:
    desk = Desk(_info("cam-a", 1), _info("cam-b", 4, "Desk camera"))
    source = desk.source(address, FakeDevice())
    source.open()
    source.close()
    assert desk.asked == [(index, 200)]


def test_open_when_index_is_not_listed_lets_opencv_try() -> None:
    desk = Desk()
    source = desk.source("7", FakeDevice())
    source.open()
    source.close()
    assert desk.asked == [(7, cv2.CAP_ANY)]


def test_open_when_not_connected_names_those_that_are() -> None:
    source = Desk(_info("cam-a", 0, "Lid camera")).source("cam-b")
    with pytest.raises(CaptureError, match="cam-b") as caught:
        source.open()
    assert "Lid camera" in caught.value.hint


def test_open_when_refused_names_the_camera_and_what_to_do() -> None:
    device = FakeDevice(is_open=False)
    source = Desk(_info("cam-a", 0, "Lid camera")).source("cam-a", device)
    with pytest.raises(CaptureError, match="Lid camera") as caught:
        source.open()
    assert "other programs" in caught.value.hint
    assert device.is_released.is_set()


def test_open_when_driver_hangs_gives_up_with_the_cameras_name(stuck: Event) -> None:
    def hang(index: int, backend: int) -> FakeDevice:
        stuck.wait()
        return FakeDevice()

    source = CameraSource("", cameras=lambda: (_info("cam-a", 0, "Lid camera"),), device=hang, open_timeout_s=0.05)
    with pytest.raises(CaptureError, match="Lid camera did not answer"):
        source.open()


def test_read_when_driver_hangs_is_lost_and_the_device_released_later() -> None:
    stuck = Event()
    device = FakeDevice(hang_in_read=stuck)
    source = Desk(_info("cam-a", 0)).source("cam-a", device, read_timeout_s=0.05)
    source.open()
    with pytest.raises(CaptureError, match="no more pictures"):
        source.read()
    assert not device.is_released.is_set()
    stuck.set()
    assert device.is_released.wait(10)


def test_read_when_camera_vanishes_raises_and_opens_again_at_its_new_index() -> None:
    desk = Desk(_info("cam-a", 0), _info("cam-b", 1))
    source = desk.source("cam-b", FakeDevice(pictures=1), FakeDevice(pictures=1))
    source.open()
    assert source.read() is not None
    with pytest.raises(CaptureError, match="cam-b gives no more pictures"):
        source.read()
    desk.cameras = ()
    with pytest.raises(CaptureError, match="No camera"):
        source.open()
    desk.cameras = (_info("cam-b", 0),)
    source.open()
    assert source.read() is not None
    source.close()
    assert desk.asked == [(1, 200), (0, 200)]


def test_open_when_first_camera_was_chosen_once_waits_for_the_same_one() -> None:
    desk = Desk(_info("cam-a", 0), _info("cam-b", 1))
    source = desk.source("", FakeDevice(pictures=0))
    source.open()
    with pytest.raises(CaptureError):
        source.read()
    desk.cameras = (_info("cam-b", 0),)
    with pytest.raises(CaptureError, match="cam-a is not connected"):
        source.open()


def test_calls_when_made_all_reach_the_device_on_one_thread_of_its_own() -> None:
    device = FakeDevice()
    source = Desk(_info("cam-a", 0)).source("", device)
    source.open()
    source.read()
    source.close()
    assert len(device.threads) == 1
    assert current_thread().ident not in device.threads


def test_open_when_there_is_no_such_device_here_fails_in_words_and_keeps_stderr_clean() -> None:
    code = (
        "from facekit.capture import open_source\n"
        "from facekit.errors import CaptureError\n"
        "try:\n    open_source('63').open()\n"
        "except CaptureError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Camera 63 cannot be opened.")
    assert done.stderr == ""
