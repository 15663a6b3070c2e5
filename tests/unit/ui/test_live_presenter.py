"""What the Live page says of faces, frames and sources."""

from __future__ import annotations

from dataclasses import replace

from facekit import quality
from facekit.engine.port import EnginePhase, EngineState
from facekit.types import Candidate, Decision, FrameResult, Outcome, QualityIssue
from tests.support.ui_fakes import CAMERA, THRESHOLD, Bench, frame_of, observed
from ui.pages.live.state import Tone
from ui.ports import SourcePhase, SourceState
from ui.sources import SourceChoice


def test_match_when_seen_is_named_with_its_distance() -> None:
    bench = Bench().start()
    ana = bench.enrol("Ana", 0)
    bench.session.refresh()
    bench.see(observed(Outcome.MATCH, person_id=ana.person_id, distance=0.314))
    (face,) = bench.state.faces
    assert (face.tone, face.label, face.since) == (Tone.MATCH, "Ana · 0.31", "14:03:22")
    assert face.details == "distance 0.31 · in view 0 s"
    assert not face.can_enrol


def test_stranger_when_seen_is_not_recognized_and_may_be_enrolled() -> None:
    bench = Bench().start()
    bench.see(observed(Outcome.NON_MATCH, distance=None))
    (face,) = bench.state.faces
    assert (face.tone, face.label) == (Tone.NOT_RECOGNIZED, "not recognized")
    assert face.can_enrol
    assert bench.state.can_enrol


def test_two_persons_when_too_close_to_tell_are_both_named() -> None:
    bench = Bench().start()
    ana, bea = bench.enrol("Ana", 0), bench.enrol("Bea", 10)
    bench.session.refresh()
    both = (Candidate(ana.person_id, 1, 0.4, 1), Candidate(bea.person_id, 2, 0.42, 2))
    bench.see(replace(observed(Outcome.UNCERTAIN), decision=Decision(Outcome.UNCERTAIN, THRESHOLD, None, 0.4, both)))
    assert bench.state.faces[0].label == "Ana or Bea?"
    assert bench.state.faces[0].details == "Ana 0.40 · Bea 0.42\nin view 0 s"


def test_face_in_view_is_told_how_long() -> None:
    bench = Bench().start()
    for seconds, words in ((0, "in view 0 s"), (12, "in view 12 s"), (60, "in view 1 min"), (7200, "in view 2 h")):
        bench.clock.seconds += seconds
        bench.see(observed(Outcome.NON_MATCH, distance=None))
        assert bench.state.faces[0].details == words


def test_face_in_view_when_the_camera_is_lost_is_there_no_longer() -> None:
    bench = Bench().start()
    bench.live.source_changed(SourceState(SourcePhase.RUNNING, "0", "Desk camera"))
    frame = bench.see(observed(Outcome.NON_MATCH))
    bench.live.source_changed(SourceState(SourcePhase.LOST, "0", "Desk camera", "The camera is gone."))
    assert bench.state.faces == ()
    bench.live.result_arrived(FrameResult(frame.frame_id, frame.captured_at, frame.source_id, (observed(Outcome.NON_MATCH),)))
    assert bench.state.faces == ()
    assert bench.state.hint == "Faces are looked for again as soon as the picture is back."


def test_first_run_lasts_until_a_source_is_chosen_or_somebody_is_enrolled() -> None:
    bench = Bench().start()
    runs = [bench.state.is_first_run]
    bench.enrol("Ana", 0)
    bench.session.refresh()
    assert [*runs, bench.state.is_first_run] == [True, False]
    bench = Bench(cameras=(CAMERA,)).start()
    bench.sources.use_camera()
    assert bench.source.opened == [CAMERA.spec]
    assert not bench.state.is_first_run


def test_camera_that_is_wanted_before_one_is_there_is_opened_when_found() -> None:
    bench = Bench().start()
    bench.cameras = (CAMERA,)
    bench.sources.use_camera()
    assert bench.source.opened == [CAMERA.spec]


def test_poor_sample_when_seen_says_what_to_do() -> None:
    bench = Bench().start()
    bench.see(observed(Outcome.POOR_SAMPLE, issues=(QualityIssue.TURNED_AWAY,)))
    assert bench.state.faces[0].title == quality.advice(QualityIssue.TURNED_AWAY)
    assert bench.state.faces[0].tone is Tone.POOR


def test_result_when_older_than_half_a_second_is_dropped() -> None:
    bench = Bench().start()
    bench.see(observed(Outcome.NON_MATCH), age=0.6)
    assert bench.state.faces == ()
    bench.see(observed(Outcome.NON_MATCH), frame_id=2, age=0.4)
    assert len(bench.state.faces) == 1


def test_result_on_a_slow_machine_is_still_shown() -> None:
    bench = Bench().start()
    frame = frame_of(1, bench.clock.seconds - 1.0)
    bench.live.frame_arrived(frame)
    face = observed(Outcome.NON_MATCH)
    bench.live.result_arrived(FrameResult(1, frame.captured_at, "camera", (face,), {"total": 900.0}, bench.session.gallery_revision))
    assert len(bench.state.faces) == 1


def test_result_of_an_old_gallery_is_dropped() -> None:
    bench = Bench().start()
    old = bench.session.gallery_revision
    bench.enrol("Ana", 0)
    bench.session.refresh()
    assert bench.session.gallery_revision != old
    bench.live.frame_arrived(frame_of())
    face = observed(Outcome.NON_MATCH)
    bench.live.result_arrived(FrameResult(1, bench.clock.seconds, "camera", (face,), {}, old))
    assert bench.state.faces == ()


def test_faces_when_no_result_follows_are_taken_away() -> None:
    bench = Bench().start()
    bench.see(observed(Outcome.NON_MATCH))
    bench.engine.is_holding = True
    bench.clock.seconds += 0.6
    bench.live.frame_arrived(frame_of(2, bench.clock.seconds))
    assert bench.state.faces == ()


def test_freeze_when_on_holds_the_picture_and_looks_at_it_once_more() -> None:
    bench = Bench().start()
    held = bench.see(observed(Outcome.NON_MATCH))
    bench.engine.faces = (observed(Outcome.NON_MATCH, track_id=7),)
    bench.live.toggle_freeze()
    assert [face.track_id for face in bench.state.faces] == [7]
    bench.live.frame_arrived(frame_of(2))
    assert bench.state.frame is held
    bench.live.toggle_freeze()
    bench.live.frame_arrived(frame_of(3))
    assert bench.state.frame is not held


def test_engine_when_restarting_takes_the_names_away_and_says_so() -> None:
    bench = Bench().start()
    bench.see(observed(Outcome.NON_MATCH))
    bench.engine.show(EngineState(EnginePhase.RESTARTING, "It was killed."))
    assert bench.state.faces == ()
    assert "as soon as the engine is ready" in bench.state.hint
    assert not bench.state.can_enrol


def test_empty_gallery_when_a_picture_is_there_says_what_to_do() -> None:
    bench = Bench().start()
    bench.live.frame_arrived(frame_of())
    assert "Nobody is enrolled yet" in bench.state.hint
    bench.enrol("Ana", 0)
    bench.session.refresh()
    assert bench.state.hint == "No face in view."


def test_start_with_a_source_of_last_time_opens_it() -> None:
    bench = Bench(settings=Bench().settings.replace(source="synthetic:2"), cameras=(CAMERA,)).start()
    assert bench.source.opened == ["synthetic:2"]
    assert bench.state.cameras == (SourceChoice("camera:usb-1", "Desk camera"),)


def test_start_without_a_source_opens_none() -> None:
    assert Bench(cameras=(CAMERA,)).start().source.opened == []


def test_chosen_source_is_opened_and_remembered() -> None:
    bench = Bench().start()
    bench.sources.choose("synthetic")
    assert bench.source.opened == ["synthetic"]
    assert bench.kept[-1].source == "synthetic"


def test_new_source_when_opening_clears_the_old_picture() -> None:
    bench = Bench().start()
    bench.see(observed(Outcome.NON_MATCH))
    bench.live.source_changed(SourceState(SourcePhase.OPENING, "0"))
    assert bench.state.frame is None
    assert bench.state.faces == ()


def test_lost_source_keeps_the_last_picture() -> None:
    bench = Bench().start()
    frame = bench.see()
    bench.live.source_changed(SourceState(SourcePhase.LOST, "0", "Desk camera", "It was unplugged."))
    assert bench.state.frame is frame


def test_nearest_face_prefers_the_largest_that_is_not_recognized() -> None:
    bench = Bench().start()
    ana = bench.enrol("Ana", 0)
    bench.session.refresh()
    bench.see(
        observed(Outcome.MATCH, track_id=1, person_id=ana.person_id, side=200, left=0),
        observed(Outcome.NON_MATCH, track_id=2, side=50, left=300),
        observed(Outcome.NON_MATCH, track_id=3, side=80, left=400),
    )
    assert bench.live.nearest_face() == 3


def test_look_when_the_track_is_gone_and_several_are_in_view_is_none() -> None:
    bench = Bench().start()
    bench.see(observed(Outcome.NON_MATCH, track_id=1), observed(Outcome.NON_MATCH, track_id=2, left=300))
    assert bench.live.look_at(2) is not None
    assert bench.live.look_at(9) is None


def test_held_picture_goes_on_when_another_page_comes_to_the_front() -> None:
    bench = Bench().start()
    bench.see(observed(Outcome.NON_MATCH))
    bench.live.toggle_freeze()
    held = [bench.state.is_frozen]
    bench.live.thaw()
    assert [*held, bench.state.is_frozen] == [True, False]
    bench.live.thaw()
    assert not bench.state.is_frozen


def test_held_picture_is_looked_at_again_when_the_people_have_changed() -> None:
    bench = Bench().start()
    bench.see(observed(Outcome.NON_MATCH))
    bench.live.toggle_freeze()
    ana = bench.enrol("Ana", 0)
    bench.engine.faces = (observed(Outcome.MATCH, person_id=ana.person_id, distance=0.2),)
    bench.session.refresh()
    assert [face.title for face in bench.state.faces] == ["Ana"]


def test_face_whose_name_another_face_has_says_so() -> None:
    bench = Bench().start()
    ana = bench.enrol("Ana", 0)
    bench.session.refresh()
    face = observed(Outcome.NON_MATCH, distance=0.4)
    near = Candidate(ana.person_id, 1, 0.4, 1)
    bench.see(replace(face, decision=replace(face.decision, candidates=(near,))))
    assert bench.state.faces[0].title == "not recognized"
    assert bench.state.faces[0].details.startswith("Ana is nearer in another face · distance 0.40")
