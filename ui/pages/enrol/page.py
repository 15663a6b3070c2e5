"""The Enrol page: at a camera, from photos, from a folder of folders."""

from __future__ import annotations

from typing import Any

from facekit.enrolment import account_name
from facekit.types import Frame, FrameResult
from ui.page import Page, Services
from ui.pages.enrol.camera_presenter import CameraPresenter
from ui.pages.enrol.folders_presenter import FoldersPresenter
from ui.pages.enrol.photos_presenter import PhotosPresenter
from ui.pages.enrol.view import CAMERA, EnrolView
from ui.ports import SourceState

ONE_SYNTHETIC = "synthetic:1"
"""Somebody who does not exist, alone before the camera."""


class EnrolPage(Page):
    """A presenter a tab."""

    name = "enrol"
    uses_camera = True
    view: EnrolView

    def __init__(self, services: Services) -> None:
        self._session = services.session
        self.view = view = EnrolView(services.theme)
        common: dict[str, Any] = {
            "session": services.session,
            "engine": services.engine,
            "clock": services.clock,
            "account": account_name(),
        }
        self.camera = CameraPresenter(show=view.camera.show_state, **common)
        self.photos = PhotosPresenter(show=view.photos.show_state, tasks=services.tasks, **common)
        self.folders = FoldersPresenter(show=view.folders.show_state, tasks=services.tasks, **common)
        self._is_shown = False
        self._connect(services)
        self.camera.begin()
        self.photos.clear()
        self.folders.clear()

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
        self.folders.cancel()

    def _tell_camera(self) -> None:
        self.camera.shown(self._is_shown and self.view.tabs.currentIndex() == CAMERA)

    def _connect(self, services: Services) -> None:
        camera, photos, folders = self.view.camera, self.view.photos, self.view.folders
        self.view.tab_shown.connect(self._tell_camera)
        for part in (camera, photos):
            part.live_wanted.connect(lambda: services.trigger("show_live"))
        camera.synthetic_wanted.connect(lambda: services.source.open(ONE_SYNTHETIC))
        camera.finish_wanted.connect(self.camera.finish)
        camera.begin_wanted.connect(self.camera.begin)
        camera.form.bind(self.camera.form)
        photos.dropped.connect(self.photos.add)
        photos.choice_made.connect(self.photos.choose)
        photos.removal_wanted.connect(self.photos.remove)
        photos.clear_wanted.connect(self.photos.clear)
        photos.form.bind(self.photos.form)
        folders.folder_chosen.connect(self.folders.choose)
        folders.model.include_wanted.connect(self.folders.include)
        folders.consent_given.connect(self.folders.set_consent)
        folders.crops_kept.connect(self.folders.set_keeps_crops)
        folders.training_allowed.connect(self.folders.set_allows_training)
        folders.submitted.connect(self.folders.submit)
        folders.cancelled.connect(self.folders.cancel)
        folders.another_wanted.connect(self.folders.clear)
        folders.people_wanted.connect(lambda: services.trigger("show_people"))
