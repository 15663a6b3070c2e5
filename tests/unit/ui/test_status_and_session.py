"""What the status line says, and what the pages share."""

from __future__ import annotations

from dataclasses import replace

from facekit.engine.fake import FAKE_CARD
from facekit.engine.port import EnginePhase, EngineState
from facekit.errors import FacekitError, StoreDamagedError
from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.settings import Settings
from facekit.store.base import Repository
from facekit.types import FrameResult, Interval, OperatingPoint
from facekit.weights import find_model
from tests.support.ui_fakes import Bench
from ui.ports import NoticeKind
from ui.status import Health, StatusPresenter, StatusState

POINT = OperatingPoint(1.26, 0.001, 0.00098, Interval(0.0008, 0.0012), 0.031, Interval(0.02, 0.04), 0.1, 1_000_000, 5000, "test pictures")
READY = EngineState(EnginePhase.READY, detector_device="cpu", encoder_device="cpu", card=replace(FAKE_CARD, operating_points=(POINT,)))


def status_of(bench: Bench) -> tuple[StatusPresenter, list[StatusState]]:
    shown: list[StatusState] = []
    return StatusPresenter(session=bench.session, clock=bench.clock, show=shown.append), shown


def person_counts(bench: Bench) -> list[int]:
    """People in each gallery that the engine searches."""
    return [search.gallery.person_count for search in bench.engine.searches]


def test_status_when_all_is_well_says_each_fact_once() -> None:
    bench = Bench(settings=Settings())
    _, shown = status_of(bench)
    bench.enrol("Ana", 0)
    bench.session.start()
    bench.session.engine_changed(replace(READY, card=replace(READY.card, model_id="calibrated")))  # type: ignore[type-var]
    state = shown[-1]
    assert (state.engine, state.health, state.device, state.people) == ("engine ready", Health.GOOD, "CPU", "1 person")
    assert state.limit == "τ 1.26 (FMR 1 in 1,000)"
    assert "1,000,000 comparisons" in state.limit_help


def test_status_with_two_devices_names_both() -> None:
    bench = Bench()
    _, shown = status_of(bench)
    bench.session.engine_changed(replace(READY, encoder_device="cuda:0 (H100)"))
    assert shown[-1].device == "finds on CPU, compares on cuda:0 (H100)"


def test_status_with_a_threshold_by_hand_says_so() -> None:
    bench = Bench()
    _, shown = status_of(bench)
    bench.session.engine_changed(READY)
    assert shown[-1].limit == "τ 1.00 (by hand)"


def test_status_when_the_engine_failed_offers_to_restart_and_tells_the_reason() -> None:
    bench = Bench()
    _, shown = status_of(bench)
    bench.session.engine_changed(EngineState(EnginePhase.FAILED, "The engine died three times.", "See the log."))
    state = shown[-1]
    assert (state.engine, state.health, state.can_restart) == ("engine failed", Health.BAD, True)
    assert state.notice is not None
    assert state.notice.text == "The engine died three times. See the log."


def test_frame_that_could_not_be_analysed_is_told_and_the_engine_stays_ready() -> None:
    bench = Bench()
    _, shown = status_of(bench)
    bench.session.engine_changed(replace(READY, detail="The picture is broken."))
    assert shown[-1].health is Health.GOOD
    assert bench.notices[-1].text == "The picture is broken."


def test_speed_is_counted_over_the_last_seconds_and_gone_when_the_engine_is() -> None:
    bench = Bench()
    presenter, shown = status_of(bench)
    bench.session.engine_changed(READY)
    for _ in range(21):
        presenter.result_arrived(FrameResult(0, 0.0, "camera", ()))
        bench.clock.seconds += 0.1
    assert shown[-1].speed == "10 frames/s"
    bench.clock.seconds += 60
    presenter.result_arrived(FrameResult(0, 0.0, "camera", ()))
    bench.clock.seconds += 0.0003
    presenter.result_arrived(FrameResult(0, 0.0, "camera", ()))
    assert shown[-1].speed == "10 frames/s", "two results at once tell no speed"
    bench.session.engine_changed(EngineState(EnginePhase.RESTARTING))
    assert shown[-1].speed == ""


def test_notice_stays_until_dismissed() -> None:
    bench = Bench()
    presenter, shown = status_of(bench)
    bench.session.fail(FacekitError("It is broken.", hint="Mend it."))
    assert shown[-1].notice is not None
    assert shown[-1].notice.text == "It is broken. Mend it."
    presenter.dismiss()
    assert shown[-1].notice is None


def test_card_without_a_threshold_is_told_and_nobody_is_compared() -> None:
    bench = Bench(settings=Settings()).start()
    assert bench.session.rule is None
    assert bench.engine.searches == ()
    assert bench.notices[-1].kind is NoticeKind.ERROR
    assert "no measured threshold" in bench.notices[-1].text


def test_engine_ready_before_or_after_the_store_gets_the_gallery() -> None:
    bench = Bench()
    bench.enrol("Ana", 0)
    bench.session.engine_changed(EngineState(EnginePhase.READY, card=FAKE_CARD))
    assert person_counts(bench) == []
    bench.session.start()
    assert person_counts(bench) == [1]


def test_store_that_cannot_be_opened_is_told_and_refuses_changes() -> None:
    bench = Bench()

    def damaged() -> Repository:
        raise StoreDamagedError("The database x.db is damaged.", hint="Take a backup.")

    bench.session._open_repository = damaged
    bench.session.start()
    assert bench.notices[-1].text == "The database x.db is damaged. Take a backup."
    errors: list[FacekitError] = []
    bench.session.change(lambda repository: repository.people(), lambda _: None, errors.append)
    assert "not open" in errors[0].message


def test_kept_settings_are_used_and_written() -> None:
    bench = Bench().start()
    bench.session.keep(bench.session.settings.replace(theme="dark"))
    assert bench.session.settings.theme == "dark"
    assert bench.kept[-1].theme == "dark"


def test_person_known_to_an_older_encoder_alone_is_searched_for_with_it() -> None:
    bench = Bench(settings=Settings())
    new, old = (replace(FAKE_CARD, model_id=name, operating_points=(POINT,)) for name in ("new", "old"))
    bench.enrol("Ana", 0, key=old.key)
    bench.enrol("Bea", 90, key=new.key)
    bench.session.start()
    bench.session.engine_changed(replace(READY, card=new, beside=(old,)))
    assert [search.gallery.key for search in bench.engine.searches] == [new.key, old.key]
    assert person_counts(bench) == [1, 1]
    assert [search.rule.threshold for search in bench.engine.searches] == [1.26, 1.26]


def test_person_whom_no_encoder_in_memory_knows_is_named_once() -> None:
    bench = Bench(settings=Settings())
    bench.enrol("Ana", 0, key=replace(FAKE_CARD, model_id="gone").key)
    bench.session.start()
    bench.session.engine_changed(replace(READY, card=replace(FAKE_CARD, model_id="new", operating_points=(POINT,))))
    bench.session.refresh()
    told = [notice.text for notice in bench.notices if notice.kind is NoticeKind.ERROR and "Ana" in notice.text]
    assert len(told) == 1


def test_encoder_that_a_person_needs_is_asked_for_beside_the_active_one() -> None:
    old, _ = find_model("encoder-v0", task="encode")
    bench = Bench(settings=Settings())
    bench.enrol("Ana", 0, key=old.key)
    bench.session.start()
    assert bench.engine.config.encoders == (DEFAULT_ENCODER, "encoder-v0")


def test_encoder_that_a_person_needs_from_now_on_is_loaded_beside_the_active_one() -> None:
    bench = Bench(settings=Settings()).start()
    bench.enrol("Ana", 0, key=find_model("encoder-v0", task="encode")[0].key)
    bench.session.refresh()
    assert bench.engine.config.encoders == (DEFAULT_ENCODER, "encoder-v0")
