from __future__ import annotations

from threading import Event

import cv2
import numpy as np
import pytest

from facekit.capture.opencv import Capture, to_rgb
from facekit.errors import CaptureError
from facekit.types import AnyArray


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (np.full((2, 3, 3), (10, 20, 30), np.uint8), [30, 20, 10]),
        (np.full((2, 3, 4), (10, 20, 30, 255), np.uint8), [30, 20, 10]),
        (np.full((2, 3), 7, np.uint8), [7, 7, 7]),
        (np.full((2, 3, 1), 7, np.uint8), [7, 7, 7]),
    ],
)
def test_to_rgb_when_given_what_opencv_gives_is_rgb(picture: AnyArray, expected: list[int]) -> None:
    rgb = to_rgb(picture)
    assert rgb[1, 2].tolist() == expected
    assert (rgb.shape, rgb.dtype.name, rgb.flags.c_contiguous) == ((2, 3, 3), "uint8", True)


class BrokenDevice:
    """Opens, then OpenCV fails inside."""

    def __init__(self) -> None:
        self.is_released = Event()

    def isOpened(self) -> bool:
        return True

    def read(self) -> tuple[bool, AnyArray]:
        raise cv2.error("assertion failed")

    def get(self, propId: int, /) -> float:
        return 0.0

    def release(self) -> None:
        self.is_released.set()


def test_read_when_opencv_fails_inside_raises_capture_error_and_still_closes() -> None:
    device = BrokenDevice()
    capture = Capture(lambda: device, "broken")
    assert capture.open(10)
    with pytest.raises(CaptureError, match="assertion failed"):
        capture.read(10)
    capture.close()
    assert device.is_released.is_set()
