"""A picture, or a folder of pictures in the order of their names."""

from __future__ import annotations

import logging
from pathlib import Path

from facekit.capture.pacing import Pacer
from facekit.errors import CaptureError, ImageError
from facekit.imaging import image_files, read_image
from facekit.types import Pixels

logger = logging.getLogger(__name__)


class StillsSource:
    """Pictures, one after the other. Those that cannot be read are passed over and kept in `skipped`.

    Args:
        address: A picture or a folder; folders in it are not entered.
        paced: Show each picture for `interval_s`; False: as fast as they can be read.
        loop: Begin again after the last.
    """

    is_live = False

    def __init__(self, address: str, *, paced: bool = True, loop: bool = False, interval_s: float = 1.0) -> None:
        self.source_id = address
        self.label = Path(address).name
        self.skipped: list[Path] = []
        self._loop = loop
        self._interval_s = interval_s if paced else 0.0
        self._paths: list[Path] | None = None
        self._position = 0
        self._pacer = Pacer(self._interval_s)

    def open(self) -> None:
        """List the pictures.

        Raises:
            CaptureError: The folder is missing, unreadable, or holds no picture.
        """
        if self._paths is not None:
            return
        self._paths = _pictures(Path(self.source_id))
        self._position = 0
        self.skipped = []
        self._pacer = Pacer(self._interval_s)

    def read(self) -> Pixels | None:
        """The next picture that can be read, H×W×3 uint8 RGB, when it is due; None after the last.

        Raises:
            CaptureError: Not open, or not one picture can be read.
        """
        if self._paths is None:
            raise CaptureError(f"{self.label} is not open.")
        pixels = self._next(self._paths)
        if pixels is None and not self._paths:
            raise CaptureError(f"None of the {len(self.skipped)} pictures of {self.label} can be read.")
        if pixels is None and self._loop:
            self._position = 0
            pixels = self._next(self._paths)
        if pixels is not None:
            self._pacer.wait()
        return pixels

    def close(self) -> None:
        """Forget the list."""
        self._paths = None

    def _next(self, paths: list[Path]) -> Pixels | None:
        while self._position < len(paths):
            path = paths[self._position]
            try:
                pixels = read_image(path)
            except ImageError as error:
                logger.warning("picture passed over: %s", error)
                self.skipped.append(paths.pop(self._position))
            else:
                self._position += 1
                return pixels
        return None


def _pictures(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    try:
        pictures = list(image_files(path))
    except ImageError as error:
        raise CaptureError(error.message, hint=error.hint) from error
    if not pictures:
        raise CaptureError(f"There is no picture in {path}.")
    return pictures
