"""The page of the limit from one's own people, without Qt or processes: what is asked for, told, shown, used and refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facekit.engine.fake import FAKE_CARD
from facekit.imaging import save_image
from facekit.settings import Settings
from facekit.store.base import NewTemplate
from facekit.types import AlignedFace, Interval, OperatingPoint
from tests.support.command_fakes import HandCommands
from tests.support.embeddings import at_angle, consent, good_quality
from tests.support.ui_fakes import KEY, Bench
from ui.pages.threshold.presenter import ThresholdPresenter
from ui.pages.threshold.state import ThresholdState

_BAND = Interval(0.0, 0.01)
CALIBRATED = replace(FAKE_CARD, operating_points=(OperatingPoint(1.0, 0.001, 0.001, _BAND, 0.05, _BAND, 0.1, 100_000, 2_000, "others"),))
POINT = OperatingPoint(
    0.8, 0.01, 0.0095, _BAND, 0.1, _BAND, 0.1, 400, 90, "all pairs of 30 pictures of 10 persons, enrolled here, 2026-11-22"
)


@dataclass
class ThresholdBench(Bench):
    """The page on a store in memory."""

    settings: Settings = field(default_factory=Settings)
    commands: HandCommands = field(default_factory=HandCommands)
    states: list[ThresholdState] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.page = ThresholdPresenter(
            session=self.session,
            tasks=self.tasks,
            clock=self.clock,
            commands=self.commands,
            database=Path("people.db"),
            show=self.states.append,
        )

    def enrol_many(self, people: int, pictures: int) -> None:
        """So many people of so many pictures each."""
        for person in range(people):
            made = [NewTemplate(at_angle(20.0 * person + row, key=KEY), good_quality(), f"{row}.png") for row in range(pictures)]
            self.store.enrol(f"P{person:02d}", consent(), made)

    def ready(self) -> ThresholdBench:
        self.engine.card = CALIBRATED
        self.session.start()
        return self

    def tell(self, shown: Mapping[str, Any]) -> None:
        """What the process says at its end."""
        pair = {"left": "", "right": "", "distance": 0.7, "rows": [0, 1]}
        self.commands.tell(
            {
                "encoder": str(CALIBRATED.key),
                "excluded": 3,
                "operating_point": asdict(POINT),
                "threshold_interval": [0.6, 1.1],
                "bin": 0.05,
                "mated": [3, 2],
                "non_mated": [0, 9],
                "nearest_non_mated": [pair, {**pair, "distance": 0.9}],
                "farthest_mated": [{**pair, "distance": 0.9}],
                "shown": shown,
            }
        )
        self.commands.end("")


def picture(person: str, *, template: int | None = None, file: str = "", box: Mapping[str, float] | None = None) -> dict[str, Any]:
    return {"person": person, "name": f"{person}.png", "template": template, "file": file, "box": box}


@pytest.fixture
def bench() -> ThresholdBench:
    made = ThresholdBench()
    made.enrol_many(20, 3)
    return made.ready()


def test_enrolled_people_when_too_few_for_the_rate_are_refused_with_what_is_missing(bench: ThresholdBench) -> None:
    shown = bench.page.state
    assert shown.enrolled == "Enrolled people: 60 pictures of 20 people"
    assert shown.enough.startswith("1,710 comparisons of different people: 1 in 1,000 takes 3,000, so 1,290 are missing.")
    assert shown.why_not == "Choose a higher rate, enrol more people, or add a folder."
    bench.page.measure()
    assert bench.commands.commands == []


def test_enrolled_people_when_enough_for_another_rate_can_be_measured(bench: ThresholdBench) -> None:
    bench.page.want_rate(0.01)
    assert bench.page.state.why_not == ""
    assert bench.page.state.enough == "1,710 comparisons of different people: enough for 1 in 100."
    bench.page.measure()
    assert bench.commands.commands == [("calibrate", "--fmr", "0.01", "--worst", "6", "--db", "people.db")]
    assert bench.page.state.work is not None


def test_nobody_enrolled_says_what_it_takes() -> None:
    bench = ThresholdBench().ready()
    assert bench.page.state.enrolled == "Enrolled people: nobody yet"
    assert bench.page.state.why_not.startswith("It takes at least two people")
    bench.page.take_enrolled(False)
    assert bench.page.state.why_not == "Choose whom to measure on."


def test_folders_are_measured_beside_the_enrolled_or_alone(bench: ThresholdBench) -> None:
    bench.page.add_folder(Path("/photos/team"))
    bench.page.add_folder(Path("/photos/team"))
    bench.page.set_aligned(True)
    bench.page.measure()
    bench.commands.end("No face was found.")
    bench.page.take_enrolled(False)
    bench.page.measure()
    first, second = bench.commands.commands
    assert first[:2] == second[:2] == ("calibrate", "/photos/team")
    assert first[-2:] == ("--gallery", "--aligned")
    assert "--gallery" not in second
    assert bench.page.state.work is not None
    bench.page.cancel()
    shown = bench.states[-1]
    assert (shown.work, shown.result, shown.refusal) == (None, None, "")
    bench.page.clear_folders()
    assert bench.page.state.folders == ()
    assert not bench.page.state.are_aligned


def test_result_is_told_with_pictures_and_which_pairs_are_on_the_wrong_side(bench: ThresholdBench, tmp_path: Path) -> None:
    crop = AlignedFace(np.full((112, 112, 3), 90, np.uint8))
    enrolled = bench.store.enrol("Ana", consent(keep_crops=True), [NewTemplate(at_angle(1, key=KEY), good_quality(), "a.png", crop)])
    (template,) = bench.store.templates(enrolled.person_id)
    photo = np.zeros((200, 300, 3), np.uint8)
    photo[100:140, 200:240] = 255
    save_image(tmp_path / "photo.png", photo)
    box = {"x0": 200.0, "y0": 100.0, "x1": 240.0, "y1": 140.0}
    bench.page.want_rate(0.01)
    bench.page.measure()
    bench.tell({"0": picture("Ana", template=template.template_id), "1": picture("Bea", file=str(tmp_path / "photo.png"), box=box)})
    result = bench.page.state.result
    assert result is not None
    assert result.headline == "τ 0.80 for 1 in 100"
    assert [pair.is_wrong for pair in result.alike] == [True, False]
    assert [pair.is_wrong for pair in result.unlike] == [True]
    left, right = result.alike[0].left, result.alike[0].right
    assert left.pixels is not None
    assert left.pixels.shape == (112, 112, 3)
    assert right.pixels is not None
    assert right.pixels.shape == (56, 56, 3)  # the face with a fifth of its side around it
    assert right.pixels[8:-8, 8:-8].min() == 255
    assert "400 comparisons of different people" in result.told[1]
    assert result.told[2].startswith("3 of these are with faces that you said are not somebody")


def test_result_when_a_template_or_file_is_gone_shows_names_alone(bench: ThresholdBench) -> None:
    bench.page.want_rate(0.01)
    bench.page.measure()
    bench.tell({"0": picture("Ana", template=99), "1": picture("Bea", file="/gone/b.png")})
    result = bench.page.state.result
    assert result is not None
    assert (result.alike[0].left.person, result.alike[0].left.pixels, result.alike[0].right.pixels) == ("Ana", None, None)


def test_use_decides_by_it_at_once_and_says_where_it_comes_from(bench: ThresholdBench) -> None:
    bench.page.want_rate(0.01)
    assert bench.page.state.in_use == f"In use: τ 1.00, from the card of {CALIBRATED.model_id}, for 1 in 1,000."
    bench.page.measure()
    bench.tell({"0": picture("Ana", template=1), "1": picture("Bea", template=2)})
    bench.page.use()
    assert bench.session.rule is not None
    assert bench.session.rule.threshold == 0.8
    assert bench.engine.searches[0].rule.threshold == 0.8
    assert bench.kept[-1].threshold_encoder == str(CALIBRATED.key)
    assert bench.page.state.in_use == f"In use: τ 0.80, from your own people: {POINT.measured_on}."
    assert bench.page.state.result is not None
    assert bench.page.state.result.is_used
    bench.page.use_card()
    assert bench.session.rule.threshold == 1.0
    assert not bench.page.state.is_own


def test_threshold_of_another_encoder_is_not_used_with_this_one(bench: ThresholdBench) -> None:
    other = bench.session.settings.replace(threshold=0.5, threshold_encoder="encoder-x@0123", threshold_from="36 pictures")
    bench.session.keep(other)
    assert bench.session.rule is not None
    assert bench.session.rule.threshold == 1.0
    assert "What was measured with encoder-x@0123 is not used with it." in bench.page.state.in_use


def test_refusal_is_shown_until_something_else_is_chosen(bench: ThresholdBench) -> None:
    bench.page.want_rate(0.01)
    bench.page.measure()
    bench.commands.end("1,710 non-mated comparisons cannot show that.")
    assert bench.page.state.refusal == "1,710 non-mated comparisons cannot show that."
    bench.page.want_rate(0.001)
    assert bench.page.state.refusal == ""
