"""The Enrol page: at a camera, from photos, from a folder of folders."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from facekit.enrolment import account_name
from facekit.types import Frame, FrameResult
from ui.page import Page, Services
from ui.pages.enrol.camera_presenter import CameraPresenter
from ui.pages.enrol.folders_presenter import FoldersPresenter
from ui.pages.enrol.photos_presenter import PhotosPresenter
from ui.pages.enrol.view import CAMERA, FOLDERS, PHOTOS, EnrolView
from ui.ports import SourceState

ONE_SYNTHETIC = "synthetic:1"
"""Somebody who does not exist, alone before the camera."""


class EnrolPage(Page):
    """A presenter a tab, made when the tab is first wanted."""

    name = "enrol"
    uses_camera = True
    view: EnrolView

    def __init__(self, services: Services) -> None:
        self._services = services
        self._session = services.session
        self.view = view = EnrolView(services.theme)
        self._common: dict[str, Any] = {
            "session": services.session,
            "engine": services.engine,
            "clock": services.clock,
            "account": account_name(),
        }
        self.camera = CameraPresenter(show=view.camera.show_state, **self._common)
        self._has_folders = False
        self._is_shown = False
        self._connect_camera()
        self.camera.begin()

    @cached_property
    def photos(self) -> PhotosPresenter:
        """Of the second tab."""
        view = self.view.photos
        made = PhotosPresenter(show=view.show_state, tasks=self._services.tasks, **self._common)
        view.live_wanted.connect(self._go_live)
        view.dropped.connect(made.add)
        view.choice_made.connect(made.choose)
        view.removal_wanted.connect(made.remove)
        view.clear_wanted.connect(made.clear)
        view.form.bind(made.form)
        made.clear()
        return made

    @cached_property
    def folders(self) -> FoldersPresenter:
        """Of the third tab."""
        view = self.view.folders
        made = FoldersPresenter(show=view.show_state, tasks=self._services.tasks, **self._common)
        view.folder_chosen.connect(made.choose)
        view.model.include_wanted.connect(made.include)
        view.consent_given.connect(made.set_consent)
        view.crops_kept.connect(made.set_keeps_crops)
        view.training_allowed.connect(made.set_allows_training)
        view.submitted.connect(made.submit)
        view.cancelled.connect(made.cancel)
        view.another_wanted.connect(made.clear)
        view.people_wanted.connect(lambda: self._services.trigger("show_people"))
        made.clear()
        self._has_folders = True
        return made

    def shown(self) -> None:
        """See Page."""
        self._is_shown = True
        self._tell_camera()
        name, self._session.name_to_enrol = self._session.name_to_enrol, ""
        if name:
            self.camera.form.set_name(name)
            self.photos.form.set_name(name)

    def hidden(self) -> None:
        """See Page."""
        self._is_shown = False
        self._tell_camera()

    def source_changed(self, source: SourceState) -> None:
        """See Page."""
        self.camera.source_changed(source)

    def frame_arrived(self, frame: Frame) -> None:
        """See Page."""
        self.camera.frame_arrived(frame)

    def result_arrived(self, result: FrameResult) -> None:
        """See Page."""
        self.camera.result_arrived(result)

    def close(self) -> None:
        """See Page."""
        if self._has_folders:
            self.folders.cancel()

    def _tell_camera(self) -> None:
        self.camera.shown(self._is_shown and self.view.tabs.currentIndex() == CAMERA)

    def _tab_shown(self, tab: int) -> None:
        if tab == PHOTOS:
            _ = self.photos
        elif tab == FOLDERS:
            _ = self.folders
        self._tell_camera()

    def _go_live(self) -> None:
        self._services.trigger("show_live")

    def _connect_camera(self) -> None:
        view = self.view.camera
        self.view.tab_shown.connect(self._tab_shown)
        view.live_wanted.connect(self._go_live)
        view.synthetic_wanted.connect(lambda: self._services.source.open(ONE_SYNTHETIC))
        self.view.source.bind(self._services.sources, self._services.trigger)
        view.any_camera_wanted.connect(self._services.sources.use_camera)
        view.finish_wanted.connect(self.camera.finish)
        view.begin_wanted.connect(self.camera.begin)
        view.form.bind(self.camera.form)
