"""The Models page without Qt or processes: what is shown of the encoders, asked before a change, and done after the answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from facekit.cards import save_card, weight_file
from facekit.evaluation.promotion import Finding, Verdict
from facekit.imaging import save_image
from facekit.models.moving import promote
from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.store.base import NewTemplate
from facekit.types import AlignedFace
from facekit.weights import find_model, user_weights_dir
from tests.support.command_fakes import HandCommands
from tests.support.embeddings import at_angle, consent, good_quality
from tests.support.ui_fakes import Bench
from ui.pages.models.presenter import ModelsPresenter
from ui.pages.models.state import Can, EncoderCard, ModelsState, Tone

OLD, NEW = (find_model(name, task="encode")[0] for name in ("encoder-v0", DEFAULT_ENCODER))
CROP = AlignedFace(np.full((112, 112, 3), 90, np.uint8))


@dataclass
class ModelsBench(Bench):
    """The page on a store in memory; everyone in it was enrolled with encoder-v0."""

    commands: HandCommands = field(default_factory=HandCommands)
    states: list[ModelsState] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.models = ModelsPresenter(
            session=self.session,
            tasks=self.tasks,
            clock=self.clock,
            commands=self.commands,
            database=Path("people.db"),
            show=self.states.append,
        )

    def enrol_old(self, name: str, *, keeps: bool) -> int:
        """Somebody whom only the old encoder knows."""
        new = NewTemplate(at_angle(10.0 * len(self.store.people()), key=OLD.key), good_quality(), "test", CROP)
        return self.store.enrol(name, consent(keep_crops=keeps), [new]).person_id

    def card(self, name: str) -> EncoderCard:
        return next(card for card in self.states[-1].cards if card.name == name)

    def reencode_all(self) -> None:
        """What the child process does."""
        for template_id in self.store.coverage(NEW.key).to_encode:
            self.store.add_embeddings([(template_id, at_angle(template_id, key=NEW.key))])


@pytest.fixture
def bench() -> ModelsBench:
    made = ModelsBench()
    made.enrol_old("Ana", keeps=True)
    made.enrol_old("Bea", keeps=False)
    made.start()
    return made


def verdict(finding: Finding) -> Verdict:
    return Verdict(NEW.key, OLD.key, finding, "FNMR 8.0 % against 8.4 %.", None)


def said(bench: ModelsBench) -> str:
    return bench.notices[-1].text


def test_cards_say_where_each_encoder_is_used_and_who_needs_a_picture(bench: ModelsBench) -> None:
    active, beside = bench.card(NEW.model_id), bench.card(OLD.model_id)
    assert (active.name, active.use, active.tone) == (NEW.model_id, "active", Tone.GOOD)
    assert "1 kept picture could be re-encoded" in dict(active.facts)["Here"]
    assert active.needing.startswith("Bea needs a new picture")
    assert beside.use.startswith("asked beside")
    assert dict(beside.facts)["Here"] == "2 templates, knows 2 of 2 people"
    assert active.can == (Can.REENCODE, Can.EXPORT)
    assert beside.can == (Can.PROMOTE, Can.RELEASE, Can.EXPORT)


def test_figures_are_those_of_the_card_with_intervals_and_limits(bench: ModelsBench) -> None:
    shown = {figure.name: figure for figure in bench.card(NEW.model_id).figures}
    point = NEW.operating_point(0.001)
    figure = shown["FNMR at FMR 0.1%"]
    assert figure.value == f"{point.fnmr:.1%}"
    assert figure.interval == f"{point.fnmr_interval.low:.1%} … {point.fnmr_interval.high:.1%}"
    assert figure.limit == f"limit {point.threshold:.2f}"
    assert list(shown)[:2] == ["Accuracy", "Equal error rate"]


def test_reencoding_counts_says_the_time_left_and_reads_the_store_again(bench: ModelsBench) -> None:
    bench.models.reencode()
    assert bench.commands.commands == [("models", "reencode", NEW.model_id, "--db", "people.db")]
    bench.commands.tell({"event": "reencoded", "done": 0, "total": 40})
    bench.clock.seconds += 10
    bench.commands.tell({"event": "reencoded", "done": 10, "total": 40})
    work = bench.states[-1].work
    assert work is not None
    assert (work.done, work.total, work.count) == (10, 40, "10 of 40 · about 30 s left")
    bench.reencode_all()
    bench.commands.tell({"event": "finished", "encoder": NEW.model_id, "done": 1, "unreadable": [], "needing": ["Bea"]})
    bench.commands.end("")
    assert bench.states[-1].work is None
    assert said(bench) == f"1 picture re-encoded for {NEW.model_id}. A new picture is needed of Bea."
    assert dict(bench.card(NEW.model_id).facts)["Here"] == "1 template, knows 1 of 2 people"


def test_nothing_else_is_begun_while_something_goes_on(bench: ModelsBench) -> None:
    bench.models.reencode()
    bench.models.ask_to_promote("encoder-v0")
    bench.models.bring_in(Path("elsewhere"))
    assert bench.states[-1].question is None
    assert len(bench.commands.commands) == 1
    assert "is going on" in said(bench)


def test_cancel_ends_the_command_without_an_error(bench: ModelsBench) -> None:
    bench.models.reencode()
    before = len(bench.notices)
    bench.models.cancel()
    assert bench.states[-1].work is None
    assert len(bench.notices) == before


def test_command_that_fails_is_told(bench: ModelsBench) -> None:
    bench.models.bring_in(Path("nothing"))
    bench.commands.end("There is no folder or zip with an encoder at nothing.")
    assert said(bench).startswith("There is no folder or zip")


def test_promotion_without_a_comparison_needs_a_typed_reason(bench: ModelsBench) -> None:
    bench.models.ask_to_promote("encoder-v0")
    question = bench.states[-1].question
    assert question is not None
    assert question.wants_reason
    assert f"was not compared with {NEW.model_id}" in question.words
    bench.models.confirm("   ")
    assert bench.store.active_encoder() is None, "a blank is no reason"
    bench.models.ask_to_promote("encoder-v0")
    bench.models.confirm("to try it")
    change = bench.store.encoder_changes()[0].change
    assert (change.new, change.reason) == (OLD.key, "to try it")
    assert bench.card("encoder-v0").use.endswith("by force")
    assert bench.states[-1].way_back == NEW.model_id


def test_promotion_with_a_good_verdict_wants_no_reason_and_reencodes_first(bench: ModelsBench) -> None:
    promote(bench.store, OLD, reason="the other way round")
    bench.session.refresh()
    assert bench.card("encoder-v0").tone is Tone.GOOD
    good = Verdict(OLD.key, NEW.key, Finding.NOT_WORSE, "FNMR 8.4 % against 12.4 %.", None)
    compare(bench, good)
    bench.models.ask_to_promote(NEW.model_id)
    question = bench.states[-1].question
    assert question is not None
    assert not question.wants_reason
    assert "1 kept picture is re-encoded first" in question.words
    bench.models.confirm("")
    assert bench.commands.commands[-1][:3] == ("models", "reencode", NEW.model_id)
    assert bench.store.active_encoder() == OLD.key, "not before what is kept was re-encoded"
    bench.reencode_all()
    bench.commands.tell({"event": "finished", "encoder": NEW.model_id, "done": 1, "unreadable": [], "needing": ["Bea"]})
    bench.commands.end("")
    assert bench.store.active_encoder() == NEW.key
    assert bench.store.encoder_changes()[0].change.evidence


def test_promotion_is_given_up_when_its_reencoding_is_cancelled(bench: ModelsBench) -> None:
    promote(bench.store, OLD, reason="the other way round")
    bench.session.refresh()
    bench.models.ask_to_promote(NEW.model_id)
    bench.models.confirm("back")
    bench.models.cancel()
    assert bench.store.active_encoder() == OLD.key


def test_bad_verdict_is_shown_and_bars_the_plain_promotion(bench: ModelsBench) -> None:
    compare(bench, verdict(Finding.WORSE))
    card = bench.card("encoder-v0")
    assert card.verdict_tone is Tone.CARE
    assert "FNMR 8.0 % against 8.4 %." in card.verdict
    bench.models.ask_to_promote("encoder-v0")
    question = bench.states[-1].question
    assert question is not None
    assert question.wants_reason


def test_roll_back_is_asked_and_leads_to_the_former(bench: ModelsBench) -> None:
    bench.models.ask_to_roll_back()
    assert "no encoder to go back to" in said(bench)
    promote(bench.store, OLD, reason="to try it")
    bench.session.refresh()
    bench.models.ask_to_roll_back()
    bench.models.decline()
    assert bench.store.active_encoder() == OLD.key
    bench.models.ask_to_roll_back()
    bench.models.confirm("")
    assert bench.store.active_encoder() == NEW.key
    assert bench.states[-1].way_back == ""


def test_release_is_refused_while_somebody_would_be_lost_and_done_after(bench: ModelsBench) -> None:
    bench.models.ask_to_release("encoder-v0")
    bench.models.confirm("")
    assert "Bea" in said(bench)
    bench.store.remove(bench.store.find("Bea").person_id)
    bench.reencode_all()
    bench.session.refresh()
    bench.models.ask_to_release("encoder-v0")
    bench.models.confirm("")
    assert said(bench) == "encoder-v0 was let go: 1 template deleted."
    assert OLD.key not in bench.store.encoder_counts()


def test_encoder_in_use_is_not_deleted_and_another_is(bench: ModelsBench, own_encoder: str) -> None:
    bench.models.refresh()
    assert Can.DELETE not in bench.card("encoder-v0").can, "it came with the program"
    key = find_model(own_encoder, task="encode")[0].key
    person = bench.store.enrol("Carl", consent(), [NewTemplate(at_angle(70, key=key), good_quality(), "test")])
    bench.models.refresh()
    bench.models.ask_to_delete(own_encoder)
    assert said(bench).startswith("own cannot be deleted: 1 template that it made is kept.")
    bench.store.remove(person.person_id)
    bench.models.refresh()
    bench.models.ask_to_delete(own_encoder)
    bench.models.confirm("")
    assert not (user_weights_dir() / own_encoder).exists()
    assert own_encoder not in [card.name for card in bench.states[-1].cards]


def test_export_writes_the_encoder_and_never_over_a_file(bench: ModelsBench, tmp_path: Path) -> None:
    bench.models.export(NEW.model_id, tmp_path / "encoder.zip")
    assert (tmp_path / "encoder.zip").stat().st_size > 10_000_000
    bench.models.export(NEW.model_id, tmp_path / "encoder.zip")
    assert "is there already" in said(bench)


def test_comparison_needs_two_encoders_and_a_folder(bench: ModelsBench, tmp_path: Path) -> None:
    bench.models.open_comparison()
    comparison = bench.models.comparison
    shown = bench.states[-1].comparison
    assert shown is not None
    assert (shown.first, shown.second) == (NEW.model_id, "encoder-v0")
    assert "Choose a folder" in shown.why_not
    comparison.begin()
    assert bench.commands.commands == []
    comparison.choose_folder(tmp_path)
    comparison.choose("encoder-v0", "encoder-v0")
    assert bench.states[-1].comparison is not None
    assert "two different" in bench.states[-1].comparison.why_not
    comparison.choose("encoder-v0", NEW.model_id)
    comparison.set_aligned(True)
    comparison.begin()
    assert bench.commands.commands == [
        ("models", "compare", "encoder-v0", NEW.model_id, "--on", str(tmp_path), "--db", "people.db", "--aligned")
    ]


def test_compared_figures_stand_side_by_side_with_what_must_be_known_of_them(bench: ModelsBench) -> None:
    compare(bench, verdict(Finding.TOO_FEW))
    shown = bench.states[-1].comparison
    assert shown is not None
    assert shown.head == ("", NEW.model_id, "encoder-v0")
    assert shown.rows[0] == ("Accuracy", "98.0%  (96.0% … 99.0%)", "97.0%  (95.0% … 98.5%)")
    assert "Too few pairs" in shown.notes[1]
    assert shown.verdict_tone is Tone.CARE


def compare(bench: ModelsBench, found: Verdict) -> None:
    """The two of a verdict compared, with that outcome."""
    bench.models.comparison.open(found.old.encoder_id, found.new.encoder_id)
    bench.models.comparison.choose_folder(Path("faces"))
    bench.models.comparison.begin()
    rates = ((0.98, [0.96, 0.99]), (0.97, [0.95, 0.985]))
    sides = [
        {
            "encoder": key.encoder_id,
            **dict.fromkeys(("accuracy", "eer", "fnmr_at_fmr_0.001"), rate),
            **{f"{name}_interval": interval for name in ("accuracy", "eer", "fnmr_at_fmr_0.001")},
            "fmr_is_supported": False,
            "pairs": 1000,
            "undetected": 2,
        }
        for key, (rate, interval) in zip((found.old, found.new), rates, strict=True)
    ]
    bench.commands.tell({"event": "encoded", "done": 20, "total": 20})
    bench.commands.tell({"event": "compared", "encoders": sides, "verdict": found.as_json()})
    bench.commands.end("")


@pytest.fixture
def own_encoder() -> str:
    """An installed encoder with other weights; a card and a file are all that the page reads."""
    folder = user_weights_dir() / "own"
    folder.mkdir(parents=True)
    save_image(folder / "own.png", CROP.pixels)
    save_card(replace(NEW, model_id="own", files={"onnx": weight_file(folder / "own.png")}), folder)
    return "own"
