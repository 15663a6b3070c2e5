"""People who do not exist, played like a camera: to try the program without one."""

from __future__ import annotations

from collections.abc import Iterator

from facekit.capture.base import FORMS
from facekit.capture.pacing import Pacer
from facekit.errors import CaptureError
from facekit.registry import resolve
from facekit.types import Pixels

_FPS = 30
_FRAME_COUNT = 20 * _FPS


class SyntheticSource:
    """Moving synthetic people, the same each time; 20 s long, and when looped each round moves otherwise.

    Args:
        address: "", "COUNT" or "COUNT:SEED": people SEED, SEED + 1, … of facekit.synthetic; two from 0 where not said.
        paced: 30 pictures a second; False: as fast as they can be drawn.
        loop: Begin again at the end.
    """

    is_live = False

    def __init__(self, address: str = "", *, paced: bool = True, loop: bool = False, frame_count: int = _FRAME_COUNT) -> None:
        self._count, self._seed = _parse(address)
        self.source_id = f"synthetic:{self._count}:{self._seed}"
        self.label = "Synthetic people"
        self._interval_s = 1 / _FPS if paced else 0.0
        self._loop = loop
        self._frame_count = frame_count
        self._pictures: Iterator[Pixels] | None = None
        self._round = 0
        self._pacer = Pacer(self._interval_s)

    def open(self) -> None:
        """Begin with the first picture."""
        if self._pictures is None:
            self._round = 0
            self._pictures = self._clip()
            self._pacer = Pacer(self._interval_s)

    def read(self) -> Pixels | None:
        """The next picture, 480×640×3 uint8 RGB, when it is due; None at the end.

        Raises:
            CaptureError: It is not open.
        """
        if self._pictures is None:
            raise CaptureError("The synthetic people are not open.")
        pixels = next(self._pictures, None)
        if pixels is None and self._loop:
            self._round += 1
            self._pictures = self._clip()
            pixels = next(self._pictures, None)
        if pixels is not None:
            self._pacer.wait()
        return pixels

    def close(self) -> None:
        """Forget the picture it is at."""
        self._pictures = None

    def _clip(self) -> Iterator[Pixels]:
        # By name: capture and synthetic stand beside each other, and neither imports the other.
        clip = resolve("facekit.synthetic:clip")
        seeds = range(self._seed, self._seed + self._count)
        pictures: Iterator[Pixels] = clip(tuple(seeds), frame_count=self._frame_count, fps=_FPS, seed=self._round)
        return pictures


def _parse(address: str) -> tuple[int, int]:
    """(how many people, first seed)."""
    count, _, seed = address.partition(":")
    try:
        parsed = int(count or 2), int(seed or 0)
    except ValueError:
        parsed = 0, 0
    if not 1 <= parsed[0] <= 20 or parsed[1] < 0:
        raise CaptureError(f"'synthetic:{address}' is no source: 1 to 20 people and a seed from 0 on.", hint=FORMS)
    return parsed
