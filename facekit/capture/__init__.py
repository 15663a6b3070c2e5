"""Where frames come from: cameras, video files, folders of pictures, streams and people who do not exist.

Importing this package loads no OpenCV: that comes with the first source that needs it.
"""

from __future__ import annotations

import os

from facekit.capture.base import SOURCES, Source, frames, open_source
from facekit.capture.devices import CameraInfo, list_cameras
from facekit.capture.grabber import Grabber, GrabberState, GrabberStats, GrabberStatus

__all__ = [
    "SOURCES",
    "CameraInfo",
    "Grabber",
    "GrabberState",
    "GrabberStats",
    "GrabberStatus",
    "Source",
    "frames",
    "list_cameras",
    "open_source",
]

# OpenCV reads these once, when it is loaded or first used, so they stand before any import of it.
# WORKAROUND: https://github.com/opencv/opencv/issues/17687 (some cameras take 20 s and more to open on Windows)
os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
# What FFmpeg prints on stderr about a stream, the source says in its CaptureError.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
