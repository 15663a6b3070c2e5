"""What every source of frames promises, the table of them, and the one line of text that names one. No OpenCV here."""

from __future__ import annotations

import mimetypes
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from facekit.errors import CaptureError
from facekit.registry import Registry
from facekit.types import Frame, Pixels

FORMS = (
    "A source is a camera's number or camera:ID, a video or picture file, a folder of pictures, "
    "an address that begins with http://, https://, rtsp:// or rtsps://, or synthetic, synthetic:COUNT, synthetic:COUNT:SEED."
)
"""The forms of a source's name, one sentence for help and hints."""


class Source(Protocol):
    """One stream of pictures, used by one thread at a time."""

    source_id: str
    """What Frame.source_id says: a camera's stable id, a path, an address without password."""
    label: str
    """A short name for people, never a full path."""
    is_live: bool
    """Whether it may come back after it was lost, and ends only when closed."""

    def open(self) -> None:
        """Make ready to read; does nothing when open already.

        Raises:
            CaptureError: It is not there or refuses; within bounded time, never a hang.
        """
        ...

    def read(self) -> Pixels | None:
        """The next picture, H×W×3 uint8 RGB, contiguous, the caller's own; None at the end of a file or folder.

        Raises:
            CaptureError: It is lost, or was never opened. Close and open it to try again.
        """
        ...

    def close(self) -> None:
        """Let go of it, within bounded time; does nothing when closed already."""
        ...


SOURCES: Registry[Source] = Registry("source")
SOURCES.add("camera", "facekit.capture.camera:CameraSource", "A camera of this machine", needs=("cv2",))
SOURCES.add("video", "facekit.capture.video:VideoSource", "A video file", needs=("cv2",))
SOURCES.add("stills", "facekit.capture.stills:StillsSource", "A picture, or a folder of pictures in the order of their names")
SOURCES.add("stream", "facekit.capture.stream:StreamSource", "A camera on the network: HTTP (MJPEG) or RTSP", needs=("cv2",))
SOURCES.add("synthetic", "facekit.capture.synthetic:SyntheticSource", "People who do not exist", needs=("cv2",))

_LIVE = ("camera", "stream")


def open_source(spec: str, *, paced: bool = True, loop: bool = False) -> Source:
    """The source that a line of text names, not yet opened: Grabber and frames open it, so that no window waits here.

    Args:
        spec: See FORMS; "" is the first camera.
        paced: Play recordings at their own speed; False: as fast as they can be read.
        loop: Begin recordings again at their end.

    Raises:
        CaptureError: The text names nothing that could be a source.
        UnknownNameError: A package that this kind of source needs is not installed.
    """
    kind, address = _parse(spec.strip())
    if kind in _LIVE:
        return SOURCES.create(kind, address)
    return SOURCES.create(kind, address, paced=paced, loop=loop)


def frames(source: Source) -> Iterator[Frame]:
    """Every picture of a source from its opening to its end, none dropped; closes it.

    Raises:
        CaptureError: It cannot be opened, or is lost on the way.
    """
    try:
        source.open()
        frame_id = 0
        while (pixels := source.read()) is not None:
            yield Frame(pixels, frame_id, time.monotonic(), source.source_id)
            frame_id += 1
    finally:
        source.close()


def _parse(spec: str) -> tuple[str, str]:
    """(row of SOURCES, address for it)."""
    if not spec or spec.isdecimal():
        return "camera", spec
    head, _, rest = spec.partition(":")
    if head == "camera":
        return "camera", rest
    if head == "synthetic":
        return "synthetic", rest
    if re.match(r"(https?|rtsps?)://", spec, re.IGNORECASE):
        return "stream", spec
    return _parse_path(spec)


def _parse_path(spec: str) -> tuple[str, str]:
    path = Path(spec).expanduser()
    if path.is_dir() or (path.is_file() and is_picture(path)):
        return "stills", str(path)
    if path.is_file():
        return "video", str(path)
    raise CaptureError(f"{spec!r} is no source: there is no such file or folder.", hint=FORMS)


def is_picture(path: Path) -> bool:
    """By its name alone: whether it can be read, its source finds out."""
    return (mimetypes.guess_type(path.name, strict=False)[0] or "").startswith("image/")
