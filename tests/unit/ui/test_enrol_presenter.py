"""Enrolling from the Live page: pictures, consent, the guard's questions, the name."""

from __future__ import annotations

import pytest

from facekit import quality
from facekit.errors import EngineLostError
from facekit.store.base import NewTemplate
from facekit.types import TRAINING_CLAUSE, Outcome, QualityIssue
from tests.support.embeddings import OTHER_KEY, consent, sample_at
from tests.support.ui_fakes import Bench, observed, sample
from ui.enrolment import CONSENT_TEXT
from ui.pages.live.enrol_presenter import MAX_SAMPLES, EnrolPresenter
from ui.pages.live.state import EnrolState
from ui.ports import SourcePhase, SourceState


def template(degrees: float) -> NewTemplate:
    taken = sample(degrees)
    return NewTemplate(taken.embedding, taken.quality, "test", taken.aligned)


class Desk:
    """A bench with an enrolment open on a stranger."""

    def __init__(self, degrees: float = 0.0, *, enrolled: dict[str, float] | None = None) -> None:
        self.bench = Bench().start()
        for name, angle in (enrolled or {}).items():
            self.bench.enrol(name, angle)
        self.bench.session.refresh()
        self.bench.live.source_changed(SourceState(SourcePhase.RUNNING, "0", "Desk camera"))
        self.bench.see(observed(Outcome.NON_MATCH))
        self.bench.engine.samples = (sample(degrees),)
        self.shown: list[EnrolState] = []
        self.presenter = EnrolPresenter(
            session=self.bench.session,
            engine=self.bench.engine,
            clock=self.bench.clock,
            account="tester",
            look=self.bench.live.look_at,
            show=self.shown.append,
        )
        self.presenter.begin(1)

    @property
    def state(self) -> EnrolState:
        return self.shown[-1]


def test_enrolment_when_begun_has_a_picture_and_asks_for_consent_and_name() -> None:
    desk = Desk()
    assert desk.state.is_open
    assert len(desk.state.form.samples) == 1
    assert desk.state.form.consent_text == CONSENT_TEXT
    assert not desk.state.form.has_consent
    assert not desk.state.form.keeps_crops
    assert not desk.state.form.can_submit


@pytest.mark.parametrize(("has_consent", "name", "may"), [(True, "Ana", True), (False, "Ana", False), (True, "  ", False)])
def test_submit_is_offered_only_with_consent_and_name(has_consent: bool, name: str, may: bool) -> None:
    desk = Desk()
    desk.presenter.form.set_consent(has_consent)
    desk.presenter.form.set_name(name)
    assert desk.state.form.can_submit is may


def test_submitted_person_is_stored_with_consent_and_without_crops() -> None:
    desk = Desk()
    desk.presenter.form.set_consent(True)
    desk.presenter.form.set_name(" Ana ")
    assert desk.state.form.submit == "Enrol Ana"
    desk.presenter.form.submit()
    (ana,) = desk.bench.store.people()
    assert (ana.name, ana.consent.text, ana.consent.recorded_by) == ("Ana", CONSENT_TEXT, "tester")
    template = desk.bench.store.templates(ana.person_id)[0]
    assert (template.has_crop, template.source) == (False, "camera Desk camera")
    assert not desk.state.is_open
    assert desk.bench.notices[-1].text == "Ana is enrolled with 1 template."
    assert desk.bench.engine.searches[0].gallery.person_count == 1


def test_submitted_person_with_pictures_kept_has_a_crop() -> None:
    desk = Desk()
    desk.presenter.form.set_consent(True)
    desk.presenter.form.set_keeps_crops(True)
    desk.presenter.form.set_name("Ana")
    desk.presenter.form.submit()
    assert desk.bench.store.templates(desk.bench.store.find("Ana").person_id)[0].has_crop


def test_face_too_like_another_asks_and_names_person_and_distance() -> None:
    desk = Desk(degrees=30, enrolled={"Bea": 0})
    desk.presenter.form.set_consent(True)
    desk.presenter.form.set_name("Ana")
    assert "Bea’s: distance 0.27, limit 1.00" in desk.state.form.question
    assert not desk.state.form.can_submit
    desk.presenter.form.answer()
    assert desk.state.form.can_submit
    desk.presenter.form.submit()
    assert [person.name for person in desk.bench.store.people()] == ["Ana", "Bea"]


@pytest.mark.parametrize("keeps_crops", [True, False])
def test_face_too_like_another_shows_both_faces_where_a_picture_is_kept(keeps_crops: bool) -> None:
    desk = Desk()
    desk.bench.store.enrol("Bea", consent(keep_crops=keeps_crops), [template(20)])
    desk.bench.session.refresh()
    assert desk.state.form.same_as == "Bea"
    assert len(desk.state.form.faces) == (2 if keeps_crops else 0)


def test_face_too_like_another_when_it_is_them_adds_to_them() -> None:
    desk = Desk(degrees=30, enrolled={"Bea": 0})
    desk.presenter.form.is_same()
    assert desk.state.form.submit == "Add to Bea"
    assert desk.state.form.known.startswith("Bea agreed on")
    desk.presenter.form.submit()
    assert [(person.name, person.template_count) for person in desk.bench.store.people()] == [("Bea", 2)]


def test_face_unlike_the_persons_own_asks() -> None:
    desk = Desk(degrees=90, enrolled={"Bea": 0})
    desk.presenter.form.set_name("bea")
    assert "unlike Bea’s other pictures: distance 2.00, limit 1.00" in desk.state.form.question
    desk.presenter.form.answer()
    desk.presenter.form.submit()
    assert desk.bench.store.find("Bea").template_count == 2


def test_pictures_unlike_each_other_ask_whether_they_are_one_person() -> None:
    desk = Desk()
    desk.bench.engine.samples = (sample(120),)
    desk.presenter.take()
    assert "unlike each other" in desk.state.form.question
    desk.presenter.form.drop(1)
    assert desk.state.form.question == ""


def test_picture_takes_the_face_that_was_meant() -> None:
    desk = Desk()
    desk.presenter.cancel()
    desk.bench.see(observed(Outcome.NON_MATCH, track_id=1), observed(Outcome.NON_MATCH, track_id=2, left=400), frame_id=2)
    meant = sample(50, left=400)
    desk.bench.engine.samples = (sample(0), meant)
    desk.presenter.begin(2)
    assert desk.state.form.samples[0].pixels is meant.aligned.pixels


def test_poor_picture_gives_its_reasons_in_words() -> None:
    desk = Desk()
    desk.bench.engine.samples = (sample(0, issues=(QualityIssue.TOO_DARK,)),)
    desk.presenter.take()
    assert desk.state.form.samples[1].reasons == (quality.advice(QualityIssue.TOO_DARK),)


def test_picture_when_the_face_is_gone_says_so() -> None:
    desk = Desk()
    desk.bench.see(frame_id=2)
    desk.presenter.take()
    assert "not in view" in desk.state.trouble
    assert not desk.state.is_taking


def test_picture_when_the_face_moved_away_says_so() -> None:
    desk = Desk()
    desk.bench.engine.samples = (sample(0, left=500),)
    desk.presenter.take()
    assert "moved away" in desk.state.trouble


def test_picture_when_the_engine_dies_is_answered() -> None:
    desk = Desk()
    desk.bench.engine.is_holding = True
    desk.presenter.take()
    assert desk.state.is_taking
    desk.bench.engine.lose_requests()
    assert str(EngineLostError("The engine process ended.")) in desk.state.trouble
    assert not desk.state.is_taking


def test_late_picture_after_cancel_is_forgotten() -> None:
    desk = Desk()
    desk.bench.engine.is_holding = True
    desk.presenter.take()
    desk.presenter.cancel()
    desk.bench.engine.release()
    assert not desk.state.is_open
    assert desk.state.form.samples == ()


def test_pictures_are_limited_in_number() -> None:
    desk = Desk()
    for _ in range(MAX_SAMPLES - 1):
        assert desk.state.can_take
        desk.presenter.take()
    assert len(desk.state.form.samples) == MAX_SAMPLES
    assert not desk.state.can_take


def test_pictures_that_another_encoder_made_are_to_be_taken_again() -> None:
    desk = Desk()
    desk.presenter.form.set_name("Ana")
    strange = sample_at(0, key=OTHER_KEY)
    desk.presenter.form.put([(strange, "a.jpg")])
    assert desk.state.form.samples == ()
    assert desk.state.form.trouble == "The encoder was changed meanwhile. Take the pictures again."
    assert desk.state.form.name == "Ana"


def test_store_trouble_stays_in_the_panel() -> None:
    desk = Desk()
    desk.presenter.form.set_consent(True)
    desk.presenter.form.set_name("Ana")
    desk.bench.store.close()
    desk.presenter.form.submit()
    assert desk.state.is_open
    assert desk.state.form.trouble
    assert desk.state.form.can_submit


def test_consent_to_training_is_asked_apart_and_only_where_pictures_are_kept() -> None:
    desk = Desk()
    form = desk.presenter.form
    form.set_consent(True)
    form.set_name("Ana")
    assert not desk.state.form.allows_training
    form.set_keeps_crops(True)
    form.set_allows_training(True)
    assert desk.state.form.consent_text == f"{CONSENT_TEXT} {TRAINING_CLAUSE}"
    form.set_keeps_crops(False)
    assert (desk.state.form.allows_training, desk.state.form.consent_text) == (False, CONSENT_TEXT)
    form.set_keeps_crops(True)
    form.set_allows_training(True)
    form.submit()
    assert desk.bench.store.find("Ana").consent.covers_training
    desk.presenter.begin(1)
    assert not desk.state.form.allows_training
