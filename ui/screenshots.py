"""python -m ui.screenshots FOLDER: pictures of the real window, with the real engine and store, and people who do not exist."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.app import App

SIZES = ((1024, 700), (1440, 900))
THEMES = ("light", "dark")
_PATIENCE_S = 120.0
_NAMES = ("Amir", "Bea")


class Photographer:
    """Waits for what is to be seen, then takes it in every size and theme."""

    def __init__(self, app: App, folder: Path) -> None:
        self._app = app
        self._folder = folder

    def wait(self, what: str, is_there: Callable[[], bool]) -> None:
        """Let the window live until the condition holds.

        Raises:
            TimeoutError: It does not come to hold.
        """
        from PySide6.QtWidgets import QApplication

        until = time.monotonic() + _PATIENCE_S
        while not is_there():
            if time.monotonic() > until:
                raise TimeoutError(f"{what} did not come within {_PATIENCE_S:g} s; the status line says {self._app.status.state!r}")
            QApplication.processEvents()
            time.sleep(0.01)

    def rest(self, seconds: float) -> None:
        """Let the window live for a while."""
        until = time.monotonic() + seconds
        self.wait("the time", lambda: time.monotonic() >= until)

    def hold(self, what: str, is_there: Callable[[], bool]) -> None:
        """Freeze the picture when the condition holds, and still holds after the held picture was looked at once more."""
        from ui.pages.live.page import LivePage

        live = self._app.page(LivePage).presenter
        while not (live.state.is_frozen and is_there()):
            if live.state.is_frozen:
                live.toggle_freeze()
            self.wait(what, is_there)
            live.toggle_freeze()
            self.rest(4.0)

    def take(self, name: str) -> None:
        """The window as it is, in every size and theme, as FOLDER/name-theme-WxH.png."""
        for theme in THEMES:
            self._app.theme.choose(theme)
            for width, height in SIZES:
                self._app.window.resize(width, height)
                self.rest(0.3)
                path = self._folder / f"{name}-{theme}-{width}x{height}.png"
                self._app.window.grab().save(str(path))
                sys.stdout.write(f"{path}\n")


def main(argv: list[str] | None = None) -> int:
    """The exit status after the last picture."""
    multiprocessing.freeze_support()
    parser = argparse.ArgumentParser(prog="python -m ui.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(argv).folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["FACEKIT_HOME"] = home
        _take_all(folder, Path(home) / "facekit.db")
    return 0


def _take_all(folder: Path, database: Path) -> None:
    from PySide6.QtWidgets import QApplication

    from facekit.settings import Settings
    from ui.app import build
    from ui.main_window import MainWindow
    from ui.theme import Theme

    application = QApplication(sys.argv[:1])
    theme = Theme(application, "light")
    window = MainWindow(theme)
    window.show()
    app = build(window, theme, Settings(), database)
    try:
        _scenes(app, Photographer(app, folder))
    finally:
        window.close()


def _scenes(app: App, photographer: Photographer) -> None:
    """The story of a first run."""
    from facekit.engine import EnginePhase
    from ui.pages.live.page import LivePage
    from ui.pages.live.state import Tone
    from ui.pages.people.page import PeoplePage

    live, people = app.page(LivePage), app.page(PeoplePage)
    photographer.wait("the engine", lambda: app.session.engine_state.phase is EnginePhase.READY and app.session.is_open)
    photographer.take("no-camera")
    app.window.show_page("people")
    photographer.take("people-empty")
    app.sources.choose("synthetic:3")
    app.window.show_page("live")
    photographer.hold("three faces", lambda: len(live.presenter.state.faces) == 3)
    photographer.take("live-nobody-enrolled")
    _enrol(app, photographer, "Amir", picture="enrol")
    photographer.hold(
        "a match beside a stranger", lambda: {Tone.MATCH, Tone.NOT_RECOGNIZED} <= {face.tone for face in live.presenter.state.faces}
    )
    photographer.take("live")
    matched = next(face.track_id for face in live.presenter.state.faces if face.tone is Tone.MATCH)
    live.enrolment.begin(matched)
    photographer.wait("the guard's question", lambda: bool(live.enrolment.state.form.question))
    live.enrolment.form.set_consent(True)
    live.enrolment.form.set_name("Carlos")
    photographer.take("enrol-too-like")
    live.enrolment.cancel()
    _enrol(app, photographer, "Bea")
    app.window.show_page("people")
    people.presenter.choose([people.presenter.state.rows[0].person_id])
    photographer.rest(0.5)
    photographer.take("people")
    people.presenter.remove()
    photographer.wait("the removal", lambda: bool(people.presenter.state.removed))
    photographer.take("people-removed")
    people.presenter.undo()
    _enrol_page(app, photographer)
    _verify_page(app, photographer)
    _lab_and_training(app, photographer)


def _enrol_page(app: App, photographer: Photographer) -> None:
    """Guidance at a camera, photos, and a folder of folders before anything of it is stored."""
    from facekit.imaging import save_image
    from facekit.synthetic import person_name, still
    from ui.pages.enrol.page import EnrolPage
    from ui.pages.enrol.state import ImportStep
    from ui.pages.enrol.view import FOLDERS, PHOTOS

    page = app.page(EnrolPage)
    app.window.show_page("enrol")
    app.source.open("synthetic:1")
    photographer.wait("two poses", lambda: len(page.camera.state.taken) == 2)
    photographer.take("enrol-guided")
    with tempfile.TemporaryDirectory() as scratch:
        for seed in range(10, 15):
            folder = Path(scratch) / "team" / person_name(seed)
            folder.mkdir(parents=True)
            for view in range(2):
                save_image(folder / f"{view}.png", still(seed, view))
        (folder / "torn.png").write_bytes(b"\x89PNG")
        page.view.tabs.setCurrentIndex(PHOTOS)
        page.photos.add([folder])
        photographer.wait("photos", lambda: bool(page.photos.state.cells) and not page.photos.state.is_busy)
        photographer.take("enrol-photos")
        page.view.tabs.setCurrentIndex(FOLDERS)
        page.folders.choose(folder.parent)
        photographer.wait("the review", lambda: page.folders.state.step is ImportStep.REVIEW)
        photographer.take("enrol-folders")


def _verify_page(app: App, photographer: Photographer) -> None:
    """An enrolled person against the camera."""
    from ui.pages.verify.page import VerifyPage
    from ui.pages.verify.state import Verdict

    page = app.page(VerifyPage)
    app.window.show_page("verify")
    app.source.open("synthetic:1:1")
    page.presenter.choose_person(next(person.person_id for person in app.session.people if person.name == "Amir"))
    photographer.wait("a verdict", lambda: page.presenter.state.verdict in (Verdict.SAME, Verdict.DIFFERENT))
    photographer.take("verify")


def _lab_and_training(app: App, photographer: Photographer) -> None:
    """Filters on the live picture, what the networks respond to, sliding windows, and a recipe."""
    from ui.pages.lab.page import LabPage
    from ui.pages.lab.view import FILTERS, LAYERS, SYSTEMS
    from ui.pages.training.page import TrainingPage

    app.window.show_page("lab")
    lab = app.page(LabPage)
    for part, name in ((FILTERS, "lab-filters"), (LAYERS, "lab-trained-filters")):
        lab.view.tabs.setCurrentIndex(part)
        photographer.wait("the maps", lambda: bool(lab.filters.state.maps) and (part == FILTERS or bool(lab.layers.state.maps)))  # noqa: B023
        photographer.take(name)
    lab.view.tabs.setCurrentIndex(SYSTEMS)
    lab.systems.choose("convolutional")
    lab.systems.run()
    photographer.wait("the windows", lambda: lab.systems.state.progress is None)
    photographer.take("lab-systems")
    app.window.show_page("training")
    training = app.page(TrainingPage)
    photographer.wait("the recipes", lambda: training.presenter.state.recipe is not None)
    photographer.take("training")


def _enrol(app: App, photographer: Photographer, name: str, *, picture: str = "") -> None:
    """Enrol the largest stranger in view."""
    from ui.pages.live.page import LivePage

    live = app.page(LivePage)
    track_id = live.presenter.nearest_face()
    assert track_id is not None
    live.enrolment.begin(track_id)
    photographer.wait("a sample", lambda: bool(live.enrolment.state.form.samples))
    live.enrolment.form.set_consent(True)
    live.enrolment.form.set_name(name)
    if picture:
        photographer.take(picture)
    if live.enrolment.state.form.question:
        live.enrolment.form.answer()
    live.enrolment.form.submit()
    photographer.wait(f"{name} in the list", lambda: name in [person.name for person in app.session.people])


if __name__ == "__main__":
    sys.exit(main())
