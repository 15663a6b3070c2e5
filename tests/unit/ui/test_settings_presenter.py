"""The settings as rows: typed, refused, reset, and what waits for the engine."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import pytest

from facekit.engine.fake import FAKE_CARD
from facekit.engine.port import EnginePhase, EngineState
from facekit.errors import SettingsError
from facekit.settings import Settings, about
from facekit.types import Interval, OperatingPoint
from tests.support.ui_fakes import Bench
from ui.pages.settings.presenter import SettingsPresenter
from ui.pages.settings.state import Editor, Option, SettingRow, SettingsState

CHOICES = {
    "detector": (Option("convolutional", "convolutional", about="ours, one pass"), Option("mtcnn", "MTCNN")),
    "source": (Option("", "ask"), Option("camera:usb-1", "Desk camera")),
}


def point(target_fmr: float, threshold: float) -> OperatingPoint:
    interval = Interval(0.01, 0.05)
    return OperatingPoint(threshold, target_fmr, target_fmr, interval, 0.034, interval, 0.05, 100_000, 2_000, "test pictures")


CALIBRATED = replace(FAKE_CARD, operating_points=(point(0.01, 1.2), point(0.001, 1.0), point(0.0001, 0.8)))


class Desk:
    """A settings page over a bench whose encoder has a card with three measured points."""

    def __init__(self) -> None:
        self.bench = Bench(Settings())
        self.bench.session.start()
        self.bench.session.engine_changed(EngineState(EnginePhase.READY, card=CALIBRATED))
        self.shown: list[SettingsState] = []
        self.presenter = SettingsPresenter(
            session=self.bench.session,
            source=self.bench.source,
            tasks=self.bench.tasks,
            find_choices=lambda: CHOICES,
            show=self.shown.append,
        )
        self.presenter.look_around()

    def row(self, name: str) -> SettingRow:
        return next(row for row in self.shown[-1].rows if row.name == name)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_rows_are_the_whole_table_with_editors_by_kind(desk: Desk) -> None:
    names = [row.name for row in desk.shown[-1].rows if row.editor is not Editor.PAGE]
    assert names == [field.name for field in dataclasses.fields(Settings) if about(field.name).is_shown]
    kinds = {name: desk.row(name).editor for name in ("record_events", "theme", "detector", "min_face", "target_fmr")}
    assert kinds == {
        "record_events": Editor.SWITCH,
        "theme": Editor.CHOICE,
        "detector": Editor.CHOICE,
        "min_face": Editor.TEXT,
        "target_fmr": Editor.CHOICE,
    }


def test_encoder_stands_beside_the_detector_and_leads_to_where_it_is_changed(desk: Desk) -> None:
    names = [row.name for row in desk.shown[-1].rows]
    assert names[names.index("detector") + 1] == "encoder"
    row = desk.row("encoder")
    assert (row.editor, row.note) == (Editor.PAGE, f"In use: {CALIBRATED.model_id}.")
    desk.presenter.search("encoder")
    assert "encoder" in [row.name for row in desk.shown[-1].rows]


def test_value_that_is_not_to_be_had_here_stays_among_the_choices(desk: Desk) -> None:
    desk.presenter.change("source", "rtsp://garden")
    assert desk.row("source").value in [option.value for option in desk.row("source").options]
    assert desk.bench.source.opened == ["rtsp://garden"]


@pytest.mark.parametrize(("query", "first"), [("detector", "detector"), ("who was seen", "record_events"), ("PRIVACY keep", "keep_crops")])
def test_search_looks_in_group_label_and_help(desk: Desk, query: str, first: str) -> None:
    desk.presenter.search(query)
    assert desk.shown[-1].rows[0].name == first
    assert len(desk.shown[-1].rows) < 4


def test_change_is_in_force_and_kept_at_once(desk: Desk) -> None:
    desk.presenter.change("min_face", " 60 ")
    assert desk.bench.session.settings.min_face == 60
    assert desk.bench.kept[-1].min_face == 60
    assert not desk.row("min_face").is_default


@pytest.mark.parametrize(
    ("name", "typed", "why"),
    [
        ("min_face", "many", "“many” is not a whole number"),
        ("min_face", "5", "between 12 and 400"),
        ("threshold", "4,5", "between 0 and 4"),
        ("threshold", "one", "“one” is not a number"),
    ],
)
def test_refused_value_stays_to_be_mended_and_says_what_would_be_taken(desk: Desk, name: str, typed: str, why: str) -> None:
    before = desk.bench.session.settings
    desk.presenter.change(name, typed)
    assert desk.bench.session.settings == before
    assert desk.row(name).text == typed
    assert why in desk.row(name).trouble
    desk.presenter.reset(name)
    assert desk.row(name).trouble == ""
    assert desk.row(name).is_default


def test_threshold_by_hand_decides_at_once_and_says_where_it_lies(desk: Desk) -> None:
    desk.presenter.change("threshold", "0,9")
    assert desk.bench.session.rule is not None
    assert desk.bench.session.rule.threshold == pytest.approx(0.9)
    assert desk.bench.engine.searches[0].rule.threshold == pytest.approx(0.9)
    assert desk.row("threshold").note == "Between the limits for 1 in 10,000 (τ 0.80) and 1 in 1,000 (τ 1.00)."
    assert desk.row("target_fmr").note == "Not used: the threshold is set by hand."
    desk.presenter.change("threshold", "3")
    assert desk.row("threshold").note.startswith("Looser")
    desk.presenter.change("threshold", "0.1")
    assert desk.row("threshold").note.startswith("Stricter")


def test_threshold_by_false_match_rate_is_chosen_among_the_measured_points_and_put_in_words(desk: Desk) -> None:
    row = desk.row("target_fmr")
    assert [option.label for option in row.options] == ["1 in 100 – τ 1.20", "1 in 1,000 – τ 1.00", "1 in 10,000 – τ 0.80"]
    assert row.note.startswith("Limit τ 1.00: of 10,000 pictures of different people about 10 pass as one, and 3.4% of one person’s")
    desk.presenter.change("target_fmr", 0.0001)
    assert desk.bench.session.rule is not None
    assert desk.bench.session.rule.threshold == pytest.approx(0.8)


def test_another_detector_waits_for_the_engine_which_is_offered(desk: Desk) -> None:
    assert desk.shown[-1].restart == ""
    desk.presenter.change("detector", "mtcnn")
    assert desk.shown[-1].restart
    assert "it runs with “convolutional”" in desk.row("detector").note
    desk.presenter.restart()
    assert desk.shown[-1].restart == ""
    assert desk.row("detector").note == ""


def test_settings_that_cannot_be_written_are_in_force_and_the_reason_is_said(desk: Desk) -> None:
    def refuse(_: Settings) -> None:
        raise SettingsError("The settings could not be kept in /ro: no.")

    desk.bench.session._keep_settings = refuse
    desk.presenter.change("min_face", "60")
    assert desk.bench.session.settings.min_face == 60
    assert "could not be kept" in desk.bench.notices[-1].text


def test_threshold_from_own_people_says_so_until_another_is_typed(desk: Desk) -> None:
    own = Settings().replace(threshold=0.9, threshold_encoder=str(CALIBRATED.key), threshold_from="all pairs of 36 pictures")
    desk.bench.session.keep(own)
    assert desk.row("target_fmr").note == "Not used: the threshold is from your own people."
    assert desk.row("threshold").note.startswith("From your own people: all pairs of 36 pictures. Between the limits for")
    desk.presenter.change("threshold", "0.95")
    assert desk.row("target_fmr").note == "Not used: the threshold is set by hand."
    desk.bench.session.keep(own.replace(threshold=0.9, threshold_encoder="encoder-x@01", threshold_from="36 pictures"))
    assert desk.row("threshold").note.startswith("Not used: it was measured with encoder-x@01.")


def test_detector_in_use_is_explained_below_its_short_name(desk: Desk) -> None:
    assert desk.row("detector").note == "ours, one pass"
    assert [option.label for option in desk.row("detector").options] == ["convolutional", "MTCNN"]
