"""The About page, reached from the Help menu."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from ui.page import Page, Services
from ui.pages.about.doctor import Doctor
from ui.pages.about.presenter import AboutPresenter
from ui.pages.about.view import AboutView


class AboutPage(Page):
    """What it is, what it stands on, and whether all is well."""

    name = "about"
    view: AboutView

    def __init__(self, services: Services) -> None:
        self.view = view = AboutView(services.theme)
        self._doctor = Doctor(services.database)
        self.presenter = presenter = AboutPresenter(
            session=services.session,
            tasks=services.tasks,
            database=services.database,
            examine=self._doctor.examine,
            show=view.show_state,
        )
        view.guide_wanted.connect(lambda: services.trigger("show_guide"))
        view.keys_wanted.connect(lambda: services.trigger("show_keys"))
        view.examination_wanted.connect(presenter.examine)
        view.folder_wanted.connect(self._open_folder)

    def shown(self) -> None:
        """Begin to look."""
        self.presenter.begin()

    def close(self) -> None:
        """See Page."""
        self._doctor.close()

    def _open_folder(self, row: int) -> None:
        path = Path(self.presenter.state.places[row][1])
        folder = next(place for place in (path, *path.parents) if place.is_dir())
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
