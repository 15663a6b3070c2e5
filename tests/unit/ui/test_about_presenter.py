"""The About page: versions, licences, models, places and the doctor's findings."""

from __future__ import annotations

import importlib.metadata
import threading
from pathlib import Path

import pytest

from facekit import __version__
from facekit.engine.fake import FAKE_CARD
from facekit.errors import FacekitError
from tests.support.ui_fakes import Bench
from ui.pages.about.doctor import Doctor
from ui.pages.about.presenter import AboutPresenter, find_packages
from ui.pages.about.state import AboutState, Finding

GOOD, BAD = Finding("encoder", "ok", "encoder-v1"), Finding("database", "bad", "is damaged")


def open_page(*examinations: tuple[Finding, ...] | FacekitError) -> tuple[AboutPresenter, list[AboutState]]:
    bench, shown, left = Bench().start(), list[AboutState](), list(examinations)

    def examine() -> tuple[Finding, ...]:
        found = left.pop(0)
        if isinstance(found, FacekitError):
            raise found
        return found

    presenter = AboutPresenter(
        session=bench.session, tasks=bench.tasks, database=Path("/data/facekit.db"), examine=examine, show=shown.append
    )
    presenter.begin()
    return presenter, shown


def test_page_names_version_places_and_the_models_in_memory() -> None:
    _, shown = open_page((GOOD,))
    assert __version__ in shown[-1].version
    assert ("Database", str(Path("/data/facekit.db"))) in shown[-1].places
    assert shown[-1].models[0].name.startswith(FAKE_CARD.model_id)
    assert f"Licence: {FAKE_CARD.licence}" in shown[-1].models[0].text


def test_packages_are_those_installed_with_version_and_a_licence_that_fits_a_line() -> None:
    packages = {package.name: package for package in find_packages()}
    assert packages["numpy"].version == importlib.metadata.version("numpy")
    assert "BSD" in packages["numpy"].licence
    assert all(package.licence and "\n" not in package.licence for package in packages.values())


def test_findings_are_summed_up_and_looked_for_again_when_asked() -> None:
    presenter, shown = open_page((GOOD,), (GOOD, BAD))
    assert shown[-1].verdict == "All that the main job needs is in order."
    presenter.begin()
    assert shown[-1].findings == (GOOD,)
    presenter.examine()
    assert shown[-1].verdict == "Something is wrong with: database."
    assert any(state.is_examining for state in shown)
    assert not shown[-1].is_examining


def test_doctor_that_gives_no_answer_is_said() -> None:
    _, shown = open_page(FacekitError("facekit doctor gave no answer: broken"))
    assert "gave no answer" in shown[-1].verdict


@pytest.mark.models
@pytest.mark.slow
def test_doctor_looks_in_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACEKIT_HOME", str(tmp_path))
    database = tmp_path / "here.db"
    findings = {finding.subject: finding for finding in Doctor(database).examine()}
    assert findings["main job"].state == "ok"
    assert str(database) in findings["database"].text
    assert not database.exists()


def test_doctor_when_closed_answers_nothing_and_is_waited_for_no_longer(tmp_path: Path) -> None:
    doctor = Doctor(tmp_path / "here.db")
    answers: list[tuple[Finding, ...]] = []
    thread = threading.Thread(target=lambda: answers.append(doctor.examine()))
    thread.start()
    while doctor._process is None:
        pass
    doctor.close()
    thread.join(10)
    assert answers == [()]
    assert doctor.examine() == ()
