"""Saying on the Live page that a name is wrong: looked at again, asked, remembered, and used from the next frame on."""

from __future__ import annotations

from facekit.types import Outcome
from tests.support.ui_fakes import Bench, observed, sample
from ui.pages.live.exclude_presenter import ExcludePresenter
from ui.ports import NoticeKind, SourcePhase, SourceState


class Desk:
    """Ana is enrolled at 0 degrees, and the face in view is called Ana."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.ana = self.bench.enrol("Ana", 0)
        self.bench.start()
        self.bench.live.source_changed(SourceState(SourcePhase.RUNNING, "usb-1", "Desk camera"))
        self.questions: list[str] = []
        self.exclusion = ExcludePresenter(
            session=self.bench.session, engine=self.bench.engine, live=self.bench.live, show=self.questions.append
        )
        self.bench.see(observed(Outcome.MATCH, person_id=self.ana.person_id, distance=0.5))


def test_wrong_name_is_asked_about_then_remembered_by_the_template_alone() -> None:
    desk = Desk()
    desk.bench.engine.samples = (sample(70, left=400.0), sample(40))
    desk.exclusion.begin(1)
    assert desk.questions[-1].startswith("Remember that this face is not Ana?")
    assert "no picture" in desk.questions[-1]
    assert desk.bench.store.exclusions(desk.ana.person_id) == ()
    desk.exclusion.question.confirm()
    assert desk.questions[-1] == ""
    [kept] = desk.bench.store.exclusions(desk.ana.person_id)
    assert kept.source == "camera Desk camera"
    assert kept.embedding.vector.tolist() == sample(40).embedding.vector.tolist(), "of the face that was meant"
    assert desk.bench.engine.searches[0].gallery.excluded_ids.tolist() == [desk.ana.person_id], "the engine is told at once"
    assert desk.bench.notices[-1].text == "It is remembered that this face is not Ana."


def test_question_when_declined_remembers_nothing() -> None:
    desk = Desk()
    desk.bench.engine.samples = (sample(40),)
    desk.exclusion.begin(1)
    desk.exclusion.question.decline()
    assert desk.questions[-1] == ""
    desk.exclusion.question.confirm()
    assert desk.bench.store.exclusions(desk.ana.person_id) == ()


def test_face_that_moved_away_or_has_no_name_is_not_asked_about() -> None:
    desk = Desk()
    desk.bench.engine.samples = (sample(40, left=400.0),)
    desk.exclusion.begin(1)
    assert desk.questions == []
    assert desk.bench.notices[-1].kind is NoticeKind.ERROR
    desk.bench.see(observed(Outcome.NON_MATCH))
    desk.exclusion.begin(1)
    assert desk.questions == []


def test_face_that_was_said_not_to_be_somebody_says_so() -> None:
    desk = Desk()
    face = observed(Outcome.NON_MATCH, distance=None)
    desk.bench.see(type(face)(1, face.face, face.quality, type(face.decision)(Outcome.NON_MATCH, 1.0, said_not=desk.ana.person_id)))
    [seen] = desk.bench.state.faces
    assert seen.title == "not recognized"
    assert seen.details.startswith("you said it is not Ana · ")
