"""The Verify page without Qt: claims, probes, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facekit.engine import EnginePhase
from facekit.engine.port import EngineState
from facekit.imaging import save_image
from facekit.store.base import NewTemplate
from facekit.types import QualityIssue, Sample
from tests.support.embeddings import OTHER_KEY, consent, sample_at
from tests.support.ui_fakes import Bench, frame_of, sample
from ui.pages.verify.presenter import VerifyPresenter
from ui.pages.verify.state import ClaimKind, ProbeKind, Verdict, VerifyState
from ui.ports import SourcePhase, SourceState


class Gate:
    """The Verify page in front, with a camera, Ana (0 degrees) and Bea (170 degrees) enrolled."""

    def __init__(self, enrolled: dict[str, float] | None = None) -> None:
        self.bench = Bench().start()
        self.ids = {name: self.bench.enrol(name, angle).person_id for name, angle in (enrolled or {"Ana": 0, "Bea": 170}).items()}
        self.bench.session.refresh()
        self.shown: list[VerifyState] = []
        self.presenter = VerifyPresenter(
            session=self.bench.session, engine=self.bench.engine, tasks=self.bench.tasks, show=self.shown.append
        )
        self.presenter.source_changed(SourceState(SourcePhase.RUNNING, "0", "Desk camera"))
        self.presenter.shown(True)

    @property
    def state(self) -> VerifyState:
        return self.shown[-1]

    def look(self, *seen: Sample, times: int = 1) -> VerifyState:
        """Frames in which the engine finds these faces."""
        self.bench.engine.samples = seen
        for _ in range(times):
            self.bench.clock.seconds += 0.2
            self.presenter.frame_arrived(frame_of(1, self.bench.clock.seconds))
        return self.state


def photo(tmp_path: Path, name: str = "photo.png") -> Path:
    save_image(tmp_path / name, np.full((8, 8, 3), 9, np.uint8))
    return tmp_path / name


def test_first_the_claimed_person_is_asked_for() -> None:
    gate = Gate()
    assert gate.look(sample(0)).words == "Choose the claimed person."
    assert gate.state.verdict is Verdict.NONE


@pytest.mark.parametrize(
    ("degrees", "verdict", "words"),
    [(20, Verdict.SAME, "Same person. Distance 0.12, limit 1.00."), (120, Verdict.DIFFERENT, "Different. Distance 3.00, limit 1.00.")],
)
def test_face_before_the_camera_is_held_against_the_claimed_person(degrees: float, verdict: Verdict, words: str) -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    state = gate.look(sample(degrees))
    assert state.verdict is verdict
    assert state.words.startswith(words)
    assert state.distance == pytest.approx(float(words.split("Distance ")[1][:4]), abs=0.006)
    assert state.probe.box == sample(0).face.box


def test_one_odd_look_does_not_shake_the_verdict() -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    gate.look(sample(10), times=4)
    assert gate.look(sample(100)).verdict is Verdict.SAME
    assert gate.look(sample(100), times=6).verdict is Verdict.DIFFERENT


def test_another_claim_forgets_the_verdict_at_once() -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    gate.look(sample(10), times=4)
    gate.presenter.choose_person(gate.ids["Bea"])
    assert gate.state.verdict is Verdict.NONE
    assert gate.look(sample(10)).verdict is Verdict.DIFFERENT


def test_answer_that_was_asked_for_another_claim_is_not_shown() -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    gate.bench.engine.is_holding = True
    gate.look(sample(10))
    gate.presenter.choose_person(gate.ids["Bea"])
    gate.bench.engine.release()
    assert gate.state.verdict is Verdict.NONE


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ((), "No face is in view: look into the camera."),
        ((sample(0), sample(90, left=300)), "2 faces are in view: only one, please."),
    ],
)
def test_no_face_and_many_faces_are_said_plainly(seen: tuple[Sample, ...], words: str) -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    assert gate.look(*seen).words == words
    assert gate.state.verdict is Verdict.NONE


def test_poor_sample_beyond_the_limit_cannot_be_told() -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    state = gate.look(sample(100, issues=(QualityIssue.BLURRED,)))
    assert state.verdict is Verdict.POOR
    assert "Better: hold still." in state.words


def test_face_as_like_somebody_else_is_uncertain() -> None:
    gate = Gate({"Ana": 0, "Bea": 20})
    gate.presenter.choose_person(gate.ids["Ana"])
    state = gate.look(sample(18))
    assert state.verdict is Verdict.UNCERTAIN
    assert "as like Bea (distance 0.00) as Ana" in state.words


def test_hidden_page_looks_at_nothing() -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    gate.presenter.shown(False)
    assert gate.look(sample(0)).verdict is Verdict.NONE


def test_photo_is_held_against_the_claimed_person_and_against_a_photo(tmp_path: Path) -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    gate.bench.engine.samples = (sample(10),)
    gate.presenter.choose_photo("probe", photo(tmp_path))
    assert gate.state.probe_kind is ProbeKind.PHOTO
    verdicts = [gate.state.verdict]
    gate.bench.engine.samples = (sample(100),)
    gate.presenter.choose_photo("claim", photo(tmp_path, "claim.png"))
    assert gate.state.claim_kind is ClaimKind.PHOTO
    verdicts.append(gate.state.verdict)
    gate.presenter.claim_by(ClaimKind.PERSON)
    assert [*verdicts, gate.state.verdict] == [Verdict.SAME, Verdict.DIFFERENT, Verdict.SAME]


def test_photo_with_several_faces_asks_which_is_meant(tmp_path: Path) -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    gate.bench.engine.samples = (sample(100), sample(5))
    gate.presenter.choose_photo("probe", photo(tmp_path))
    assert len(gate.state.probe.choices) == 2
    assert gate.state.words == "Choose the face that is meant."
    gate.presenter.choose_face("probe", 1)
    assert gate.state.verdict is Verdict.SAME


def test_photo_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    gate.bench.engine.samples = ()
    gate.presenter.choose_photo("probe", photo(tmp_path))
    assert gate.state.words == "No face was found in photo.png."
    gate.presenter.choose_photo("probe", tmp_path / "gone.png")
    assert gate.state.words == "gone.png cannot be read: No such file or directory."


def test_people_are_found_by_a_part_of_their_name_in_any_case() -> None:
    gate = Gate({"Ana": 0, "Joana": 90, "Bea": 170})
    assert [person.name for person in gate.state.people] == ["Ana", "Bea", "Joana"]
    gate.presenter.search(" AN ")
    assert [person.name for person in gate.state.people] == ["Ana", "Joana"]
    gate.bench.enrol("Hannah", 250)
    gate.bench.session.refresh()
    assert [person.name for person in gate.state.people] == ["Ana", "Hannah", "Joana"]


@pytest.mark.parametrize("keeps_crops", [True, False])
def test_claimed_person_has_their_face_beside_them_where_one_is_kept(keeps_crops: bool) -> None:
    gate = Gate()
    taken = sample(60)
    kept = NewTemplate(taken.embedding, taken.quality, "test", taken.aligned)
    cara = gate.bench.store.enrol("Cara", consent(keep_crops=keeps_crops), [kept])
    gate.bench.session.refresh()
    gate.presenter.choose_person(cara.person_id)
    assert (gate.state.kept_face is not None) is keeps_crops
    assert gate.state.person_words == "Cara · 1 template"


def test_removed_person_is_claimed_no_longer() -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    gate.look(sample(0))
    gate.bench.store.remove(gate.ids["Ana"])
    gate.bench.session.refresh()
    assert gate.state.person_id is None
    assert gate.state.verdict is Verdict.NONE


def test_without_people_the_way_out_is_said() -> None:
    bench = Bench().start()
    shown: list[VerifyState] = []
    VerifyPresenter(session=bench.session, engine=bench.engine, tasks=bench.tasks, show=shown.append).shown(True)
    assert shown[-1].words == "Nobody is enrolled yet: enrol somebody, or verify by a photo."


def test_without_camera_and_while_the_engine_loads_that_is_said() -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    gate.presenter.source_changed(SourceState())
    assert gate.state.words.startswith("There is no camera picture")
    gate.presenter.source_changed(SourceState(SourcePhase.RUNNING, "0", "Desk camera"))
    gate.bench.engine.show(EngineState(EnginePhase.RESTARTING))
    assert gate.look(sample(0)).words == "One moment: the engine is loading."


def test_lost_camera_leaves_no_verdict_and_says_so() -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    gate.look(sample(0))
    gate.presenter.source_changed(SourceState(SourcePhase.LOST, "0", "Desk camera", "The camera is gone."))
    assert gate.state.verdict is Verdict.NONE
    assert gate.state.words == "The camera is gone. It is tried again and again."


def test_face_of_another_encoder_waits_for_the_next_look() -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    gate.look(sample_at(0, key=OTHER_KEY))
    assert gate.state.verdict is Verdict.NONE


def test_wrong_match_when_said_to_be_one_is_asked_remembered_and_different_from_then_on() -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    assert gate.look(sample(40)).can_exclude
    gate.presenter.exclude()
    assert gate.state.question.startswith("Remember that this face is not Ana?")
    gate.presenter.exclusion.confirm()
    assert gate.state.question == ""
    [kept] = gate.bench.store.exclusions(gate.ids["Ana"])
    assert kept.source == "camera Desk camera"
    state = gate.look(sample(38))
    assert (state.verdict, state.can_exclude) == (Verdict.DIFFERENT, False)
    assert state.words == "Different. Distance 0.42, limit 1.00. But the face is nearer to one that you said is not Ana."
    assert gate.look(sample(5), times=7).verdict is Verdict.SAME


def test_wrong_match_when_another_is_claimed_meanwhile_is_asked_about_no_longer() -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    gate.look(sample(40))
    gate.presenter.exclude()
    gate.presenter.choose_person(gate.ids["Bea"])
    assert gate.state.question == ""
    gate.presenter.exclusion.confirm()
    assert gate.bench.store.exclusions(gate.ids["Ana"]) == ()


def test_face_that_is_different_anyway_cannot_be_said_to_be_wrong() -> None:
    gate = Gate()
    gate.presenter.choose_person(gate.ids["Ana"])
    assert not gate.look(sample(120)).can_exclude
    gate.presenter.exclude()
    assert gate.state.question == ""


def test_frame_is_looked_at_once_while_verify_is_in_front_and_recognised_again_after() -> None:
    gate = Gate()
    live, engine = gate.bench.live, gate.bench.engine

    def offered(frame_id: int) -> int:
        before = engine.stats().offered
        live.frame_arrived(frame_of(frame_id, gate.bench.clock.seconds))
        return engine.stats().offered - before

    assert offered(1) == 0
    gate.presenter.probe_by(ProbeKind.PHOTO)
    assert offered(2) == 1
    gate.presenter.probe_by(ProbeKind.CAMERA)
    assert offered(3) == 0
    gate.bench.session.keep(gate.bench.session.settings.replace(record_events=True))
    assert offered(4) == 1  # sightings are recorded whichever page is in front
    gate.bench.session.keep(gate.bench.session.settings.replace(record_events=False))
    gate.presenter.shown(False)
    assert offered(5) == 1
