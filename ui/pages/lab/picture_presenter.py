"""The picture that the lab works on: the source's newest, one from a file, or a person who does not exist. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from facekit.errors import FacekitError
from facekit.imaging import read_image
from facekit.synthetic import still
from facekit.types import Frame, Pixels
from ui.pages.lab.state import PictureState
from ui.ports import SourcePhase, SourceState, Tasks


class PicturePresenter:
    """Holds one picture; the others of the page watch it.

    Args:
        show: Is given every new state.
    """

    def __init__(self, *, tasks: Tasks, show: Callable[[PictureState], None]) -> None:
        self._tasks = tasks
        self._show_state = show
        self._observers: list[Callable[[], None]] = []
        self._person = 0
        self.state = PictureState()

    @property
    def pixels(self) -> Pixels | None:
        """H×W×3 uint8 RGB; None before the first."""
        return self.state.pixels

    def observe(self, changed: Callable[[], None]) -> None:
        """Have `changed` called when the picture is another one."""
        self._observers.append(changed)

    def source_changed(self, source: SourceState) -> None:
        """Take in how the source fares; the last frame stays when it ends."""
        can_be_live = source.phase in (SourcePhase.RUNNING, SourcePhase.ENDED)
        self._show(can_be_live=can_be_live, is_live=self.state.is_live and can_be_live)

    def frame_arrived(self, frame: Frame) -> None:
        """The newest frame, which is the picture where that is wanted."""
        if self.state.is_live:
            self._set(frame.pixels, "the newest picture of the source")

    def go_live(self, is_live: bool) -> None:
        """Follow the source, or hold what it showed last."""
        self._show(is_live=is_live and self.state.can_be_live, trouble="")

    def open_file(self, path: Path) -> None:
        """Take the picture of a file."""
        self._tasks.run(partial(read_image, path), lambda pixels: self._taken(pixels, path.name), self._fail)

    def make_person(self) -> None:
        """Take a picture of a person who does not exist; each time of another one."""
        self._person += 1
        number = self._person
        self._tasks.run(partial(still, number, 0), lambda pixels: self._taken(pixels, "a person who does not exist"), self._fail)

    def _taken(self, pixels: Pixels, words: str) -> None:
        self._show(is_live=False, trouble="")
        self._set(pixels, words)

    def _fail(self, error: FacekitError) -> None:
        self._show(trouble=str(error))

    def _set(self, pixels: Pixels, words: str) -> None:
        self._show(pixels=pixels, words=words)
        for changed in self._observers:
            changed()

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # the names are those of PictureState
        self._show_state(self.state)
