"""python -m ui.screenshots FOLDER: pictures of the real window, with the real engine and store, and people who do not exist.

A scene that cannot be set is told of, and the others are taken all the same; minutes in all.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ui.app import App

SIZES = ((1024, 700), (1440, 900))
THEMES = ("light", "dark")
_PATIENCE_S = 120.0
_QUALITY = 85
_SETTLED_S = 0.2
_LOOKED_AT_S = 2.0


Scene: TypeAlias = "Callable[[App, Photographer], None]"


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
            self.rest(_LOOKED_AT_S)

    def take(self, name: str, is_there: Callable[[], bool] = lambda: True) -> None:
        """The window as it is, in every size and theme, as FOLDER/name-theme-WxH.webp.

        Args:
            is_there: What must be seen in each, where the picture goes on.
        """
        from PySide6.QtCore import QEvent
        from PySide6.QtWidgets import QApplication

        for theme in THEMES:
            self._app.theme.choose(theme)
            for width, height in SIZES:
                self._app.window.resize(width, height)
                self.rest(_SETTLED_S)
                self.wait(name, is_there)
                QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)  # what the newest picture has moved
                path = self._folder / f"{name}-{theme}-{width}x{height}.webp"
                self._app.window.grab().save(str(path), quality=_QUALITY)
                sys.stdout.write(f"{path}\n")


def main(argv: list[str] | None = None) -> int:
    """The exit status after the last picture: 1 where a scene could not be taken."""
    multiprocessing.freeze_support()
    parser = argparse.ArgumentParser(prog="python -m ui.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(argv).folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["FACEKIT_HOME"] = home
        return 0 if _take_all(folder, Path(home) / "facekit.db") else 1


def _take_all(folder: Path, database: Path) -> bool:
    """Whether every scene could be taken."""
    from PySide6.QtWidgets import QApplication

    from facekit.settings import Settings
    from ui.app import build
    from ui.main_window import MainWindow
    from ui.theme import Theme

    application = QApplication(sys.argv[:1])
    theme = Theme(application, "light")
    window = MainWindow(theme)
    window.show()
    app = build(window, theme, Settings(language="en_GB"), database)
    photographer = Photographer(app, folder)
    try:
        taken = [_taken(scene, app, photographer) for scene in _SCENES]
        return all(taken)
    finally:
        window.close()


def _taken(scene: Scene, app: App, photographer: Photographer) -> bool:
    try:
        scene(app, photographer)
    except TimeoutError as error:
        sys.stdout.write(f"{scene.__name__.strip('_')}: {error}\n")
        return False
    return True


def _first_run(app: App, photographer: Photographer) -> None:
    """Before anything was chosen."""
    from facekit.engine import EnginePhase

    photographer.wait("the engine", lambda: app.session.engine_state.phase is EnginePhase.READY and app.session.is_open)
    photographer.take("no-camera")
    app.window.show_page("people")
    photographer.take("people-empty")


def _live(app: App, photographer: Photographer) -> None:
    """Three people before the camera, two of whom are enrolled on the way."""
    from facekit.synthetic import person_name
    from ui.pages.live.page import LivePage
    from ui.pages.live.state import Tone

    live = app.page(LivePage)
    app.sources.choose("synthetic:3")
    app.window.show_page("live")
    photographer.hold("three faces", lambda: len(live.presenter.state.faces) == 3)
    photographer.take("live-nobody-enrolled")
    first, second = person_name(0), person_name(1)
    _enrol(app, photographer, first, picture="enrol")

    def tones() -> list[Tone]:
        return [face.tone for face in live.presenter.state.faces]

    photographer.hold("a match beside two strangers", lambda: sorted(tones()) == [Tone.MATCH, Tone.NOT_RECOGNIZED, Tone.NOT_RECOGNIZED])
    photographer.take("live")
    matched = next(face.track_id for face in live.presenter.state.faces if face.tone is Tone.MATCH)
    live.enrolment.begin(matched)
    photographer.wait("the guard's question", lambda: bool(live.enrolment.state.form.question))
    live.enrolment.form.set_consent(True)
    live.enrolment.form.set_name(person_name(5))
    photographer.take("enrol-too-like")
    live.enrolment.cancel()
    _enrol(app, photographer, second)


def _people(app: App, photographer: Photographer) -> None:
    """Somebody chosen, then removed and brought back."""
    from ui.pages.people.page import PeoplePage

    people = app.page(PeoplePage).presenter
    app.window.show_page("people")
    people.choose([people.state.rows[0].person_id])
    photographer.wait("their templates", lambda: people.state.detail is not None and people.state.detail.is_loaded)
    photographer.take("people")
    people.remove()
    photographer.wait("the removal", lambda: bool(people.state.removed))
    photographer.take("people-removed")
    people.undo()


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
    from facekit.synthetic import person_name
    from ui.pages.verify.page import VerifyPage
    from ui.pages.verify.state import Verdict

    page = app.page(VerifyPage)
    app.window.show_page("verify")
    app.source.open("synthetic:1:1")
    page.presenter.choose_person(next(person.person_id for person in app.session.people if person.name == person_name(1)))
    photographer.take("verify", lambda: page.presenter.state.verdict is Verdict.SAME)


def _lab(app: App, photographer: Photographer) -> None:
    """Filters on the live picture, what the networks respond to, and sliding windows."""
    from ui.pages.lab.page import LabPage
    from ui.pages.lab.view import FILTERS, LAYERS, SYSTEMS

    app.window.show_page("lab")
    lab = app.page(LabPage)
    for part, name in ((FILTERS, "lab-filters"), (LAYERS, "lab-trained-filters")):
        lab.view.tabs.setCurrentIndex(part)
        photographer.wait("the maps", lambda: bool(lab.filters.state.maps) and (part == FILTERS or bool(lab.layers.state.maps)))  # noqa: B023
        photographer.take(name)
    lab.view.tabs.setCurrentIndex(SYSTEMS)
    lab.systems.choose("convolutional")
    lab.systems.run()
    photographer.wait("the windows", lambda: bool(lab.systems.state.finding.words))  # on a live picture it goes on and on
    photographer.take("lab-systems")
    lab.systems.cancel()


def _events(app: App, photographer: Photographer) -> None:
    """Before recording is switched on, and with the first lines."""
    from ui.pages.events.page import EventsPage

    events = app.page(EventsPage).presenter
    app.window.show_page("events")
    photographer.wait("the sightings", lambda: events.state.is_loaded)
    photographer.take("events-off")
    events.record(True)
    app.source.open("synthetic:3")
    photographer.wait("three lines", lambda: events.state.count >= 3)
    photographer.take("events")
    events.record(False)


def _training(app: App, photographer: Photographer) -> None:
    """A recipe, and what retraining asks for."""
    from ui.pages.training.page import TrainingPage

    app.window.show_page("training")
    training = app.page(TrainingPage).presenter
    photographer.wait("the recipes", lambda: training.state.recipe is not None)
    photographer.take("training")
    app.window.show_page("retrain")
    photographer.rest(1.0)
    photographer.take("retrain")


def _models(app: App, photographer: Photographer) -> None:
    """The encoders, and the threshold."""
    from ui.pages.models.page import ModelsPage

    models = app.page(ModelsPage).presenter
    app.window.show_page("models")
    photographer.wait("the encoders", lambda: bool(models.state.cards))
    photographer.take("models")
    app.window.show_page("threshold")
    photographer.rest(1.0)
    photographer.take("threshold")


def _settings_and_about(app: App, photographer: Photographer) -> None:
    """What can be chosen, and what the doctor finds."""
    from ui.pages.about.page import AboutPage

    app.window.show_page("settings")
    photographer.rest(1.0)
    photographer.take("settings")
    app.window.show_page("about")
    about = app.page(AboutPage).presenter
    photographer.wait("the doctor's findings", lambda: not about.state.is_examining)
    photographer.take("about")


def _enrol(app: App, photographer: Photographer, name: str, *, picture: str = "") -> None:
    """Enrol the leftmost stranger in view: in synthetic:3 the persons stand in order."""
    from ui.pages.live.page import LivePage

    live = app.page(LivePage)
    strangers = [face for face in live.presenter.state.faces if face.can_enrol]
    live.enrolment.begin(min(strangers, key=lambda face: face.box.x0).track_id)
    photographer.wait("a sample", lambda: bool(live.enrolment.state.form.samples))
    live.enrolment.form.set_consent(True)
    live.enrolment.form.set_name(name)
    if picture:
        photographer.take(picture)
    if live.enrolment.state.form.question:
        live.enrolment.form.answer()
    live.enrolment.form.submit()
    photographer.wait(f"{name} in the list", lambda: name in [person.name for person in app.session.people])


_SCENES: tuple[Scene, ...] = (
    _first_run,
    _live,
    _people,
    _enrol_page,
    _verify_page,
    _events,
    _lab,
    _training,
    _models,
    _settings_and_about,
)
"""In the order of a first run: each leaves the window as the next one wants it."""


if __name__ == "__main__":
    sys.exit(main())
