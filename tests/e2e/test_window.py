"""Stories told through the real window: engine process, SQLite and a network camera, all of them real."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from facekit.engine import EnginePhase
from facekit.settings import Settings, load_settings
from facekit.store import open_repository
from facekit.synthetic import still
from tests.support.mjpeg_server import MjpegServer
from tests.support.window import PATIENCE_MS, OpenWindow, press, wait
from ui.app import App
from ui.pages.live.page import LivePage
from ui.pages.live.state import Tone

pytestmark = [pytest.mark.gui, pytest.mark.models, pytest.mark.slow]
pytest.importorskip("facenet_pytorch", reason="the detector is not installed")


def tones(app: App) -> list[Tone]:
    return [face.tone for face in app.page(LivePage).presenter.state.faces]


def test_first_run_to_first_recognition(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    with MjpegServer([still(1, view) for view in range(3)], fps=10) as camera:
        app = open_window(Settings())
        wait(qtbot, lambda: app.page(LivePage).presenter.state.cameras is not None and app.page(LivePage).view.empty.isVisible())
        app.sources.choose(camera.url)
        wait(qtbot, lambda: tones(app) == [Tone.NOT_RECOGNIZED])
        wait(qtbot, lambda: "Nobody is enrolled yet" in app.page(LivePage).view.hint.text())
        press(qtbot, app, "Enrol…")
        panel = app.page(LivePage).view.panel
        wait(qtbot, lambda: bool(app.page(LivePage).enrolment.state.form.samples))
        QTest.keyClick(panel.consent, Qt.Key.Key_Space)
        QTest.keyClicks(panel.name, "Ana")
        press(qtbot, app, "Enrol Ana")
        wait(qtbot, lambda: tones(app) == [Tone.MATCH])
        assert app.page(LivePage).view.video.accessibleDescription().startswith("Ana · ")
        assert app.window.status_line.people.text() == "· 1 person"
        app.close()
    assert [person.name for person in open_repository(tmp_path / "facekit.db").people()] == ["Ana"]
    assert load_settings().source == camera.url


def test_engine_killed_while_live_is_said_and_names_come_back(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MjpegServer([still(1, view) for view in range(3)], fps=10) as camera:
        app = open_window(Settings(source=camera.url))
        wait(qtbot, lambda: len(tones(app)) == 1)
        said: list[str] = []
        app.session.observe(lambda: said.append(app.window.status_line.engine.text()))
        pid = app.engine.stats().pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        wait(qtbot, lambda: "engine restarting" in said)
        before = app.page(LivePage).presenter.state.frame
        wait(qtbot, lambda: app.page(LivePage).presenter.state.frame is not before)  # the picture goes on meanwhile
        wait(qtbot, lambda: app.session.engine_state.phase is EnginePhase.READY and len(tones(app)) == 1)
        assert app.window.status_line.engine.text() == "engine ready"


def test_source_that_is_not_there_is_said_with_a_way_out(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    app = open_window(Settings(source=str(tmp_path / "missing.mp4")))
    wait(qtbot, app.page(LivePage).view.empty.isVisible)
    wait(qtbot, lambda: "missing.mp4" in app.page(LivePage).presenter.state.source.message)
    press(qtbot, app, "Try again")
    assert app.window.isVisible()


@pytest.mark.skipif(sys.platform == "win32", reason="ends the program with a signal")
def test_program_opens_a_window_and_an_engine_and_leaves_no_process(tmp_path: Path) -> None:
    environment = {**os.environ, "FACEKIT_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "ui", "--source", "synthetic:1", "--size", "1024x700"]
    with subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2]) as program:
        until = time.monotonic() + PATIENCE_MS / 1000
        while not (tmp_path / "data" / "facekit.db").exists() or not children(program.pid):
            assert program.poll() is None
            assert time.monotonic() < until
            time.sleep(0.2)
        engine = children(program.pid)
        program.send_signal(signal.SIGINT)
        program.wait()
        while any(is_alive(pid) for pid in engine):
            assert time.monotonic() < until
            time.sleep(0.2)


def children(pid: int) -> list[int]:
    return [int(child) for thread in Path(f"/proc/{pid}/task").iterdir() for child in (thread / "children").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
