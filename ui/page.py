"""What every page of the window is, and what it is given. A page is built when it is first shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from facekit.engine.port import EnginePort
from facekit.types import Frame, FrameResult
from ui.ports import Clock, CommandRunner, SourcePort, SourceState, Tasks
from ui.recorder import Recorder
from ui.session import Session
from ui.sources import Sources
from ui.theme import Theme
from ui.trainings import Trainings


@dataclass(frozen=True, slots=True, eq=False)
class Services:
    """What the pages share.

    Args:
        trigger: Does what an action of the table does: trigger("show_people") goes to that page.
        database: The file of the store.
    """

    theme: Theme
    session: Session
    engine: EnginePort
    source: SourcePort
    tasks: Tasks
    clock: Clock
    trainings: Trainings
    commands: CommandRunner
    trigger: Callable[[str], None]
    sources: Sources
    recorder: Recorder
    database: Path


class Page:
    """A presenter and a view, wired. Whatever a page does not care for it leaves as it is here; all calls come in the window's thread."""

    name: ClassVar[str]
    """As in the table of pages, and in the action show_<name>."""
    uses_camera: ClassVar[bool] = False
    """Whether a newly chosen source can be seen here; from other pages the window goes to Live."""
    view: QWidget

    def __init__(self, services: Services) -> None:
        """Each page builds its own presenter and view of these."""

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What the actions do that the table has for this page alone."""
        return {}

    def shown(self) -> None:
        """The page came to the front."""

    def hidden(self) -> None:
        """Another page came to the front."""

    def source_changed(self, source: SourceState) -> None:
        """The source of frames is another one, or fares otherwise."""

    def frame_arrived(self, frame: Frame) -> None:
        """The newest frame; also while the page is hidden."""

    def result_arrived(self, result: FrameResult) -> None:
        """What the engine found in a frame; also while the page is hidden."""

    def close(self) -> None:
        """The window closes: stop what goes on, within bounded time."""
