"""Where the pictures come from, and what else they could come from: the same for every page with a picture. Free of Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from facekit.capture import CameraInfo
from ui.ports import SourcePort, SourceState, Tasks
from ui.session import Session


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """A camera in the source menu."""

    spec: str
    label: str


class Sources:
    """The present source, and the cameras there are.

    Args:
        list_cameras: Called on a task's thread.
    """

    def __init__(self, *, session: Session, source: SourcePort, tasks: Tasks, list_cameras: Callable[[], tuple[CameraInfo, ...]]) -> None:
        self._session = session
        self._source = source
        self._tasks = tasks
        self._list_cameras = list_cameras
        self._wants_camera = False
        self._observers: list[Callable[[], None]] = []
        self.state = SourceState()
        self.cameras: tuple[SourceChoice, ...] | None = None
        """None until they were looked for."""

    def observe(self, changed: Callable[[], None]) -> None:
        """Have `changed` called now and after each change from now on."""
        self._observers.append(changed)
        changed()

    def look_for_cameras(self) -> None:
        """Fill the source menus."""
        self._tasks.run(self._list_cameras, self._cameras_found, self._session.fail)

    def choose(self, spec: str) -> None:
        """Open another source and remember it."""
        if spec != self._session.settings.source:
            self._session.keep(self._session.settings.replace(source=spec))
        self._source.open(spec)

    def use_camera(self) -> None:
        """Open the first camera there is, as soon as one is found."""
        if self.cameras:
            self.choose(self.cameras[0].spec)
        else:
            self._wants_camera, self.cameras = True, None
            self._tell()
            self.look_for_cameras()

    def open_again(self) -> None:
        """Look for cameras, and open the source that was used last anew, if there is one."""
        self.look_for_cameras()
        if self._session.settings.source:
            self._source.open(self._session.settings.source)

    def source_changed(self, state: SourceState) -> None:
        """Take in how the source fares."""
        self.state = state
        self._tell()

    def _cameras_found(self, cameras: tuple[CameraInfo, ...]) -> None:
        self.cameras = tuple(SourceChoice(camera.spec, camera.name) for camera in cameras)
        self._tell()
        wanted, self._wants_camera = self._wants_camera, False
        if wanted and cameras:
            self.choose(cameras[0].spec)

    def _tell(self) -> None:
        for changed in self._observers:
            changed()
