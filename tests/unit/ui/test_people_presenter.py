"""The enrolled people: searching, choosing, renaming, merging, removing and bringing back."""

from __future__ import annotations

import numpy as np
import pytest

from facekit.errors import PersonNotFoundError
from facekit.store.base import NewTemplate
from facekit.types import TRAINING_CLAUSE, AlignedFace, Person
from tests.support.embeddings import OTHER_KEY, at_angle, consent, good_quality
from tests.support.ui_fakes import KEY, Bench
from ui.pages.people.presenter import PeoplePresenter
from ui.pages.people.state import PeopleState
from ui.ports import NoticeKind


class Desk:
    """A bench with three people, one of them with kept pictures."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.shown: list[PeopleState] = []
        self.presenter = PeoplePresenter(session=self.bench.session, clock=self.bench.clock, account="tester", show=self.shown.append)
        self.bea, self.ana, self.celine = self.bench.enrol("Bea", 0), self.bench.enrol("ana", 90), self.with_crops("Céline Żak", 40)
        self.bench.start()

    @property
    def state(self) -> PeopleState:
        return self.shown[-1]

    @property
    def names(self) -> list[str]:
        return [row.name for row in self.state.rows]

    def with_crops(self, name: str, degrees: float) -> Person:
        crop = AlignedFace(np.full((112, 112, 3), 7, np.uint8))
        return self.bench.store.enrol(
            name, consent(keep_crops=True), [NewTemplate(at_angle(degrees, key=KEY), good_quality(), "a.jpg", crop)]
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_people_when_loaded_are_listed_by_name(desk: Desk) -> None:
    assert desk.state.is_loaded
    assert [(row.name, row.template_count) for row in desk.state.rows] == [("ana", 1), ("Bea", 1), ("Céline Żak", 1)]
    assert desk.state.total == 3


@pytest.mark.parametrize(
    ("query", "found"), [("B", ["Bea"]), ("  ", ["ana", "Bea", "Céline Żak"]), ("zak celine", ["Céline Żak"]), ("nobody", [])]
)
def test_search_as_it_is_typed_finds_every_word_without_case_and_accents(desk: Desk, query: str, found: list[str]) -> None:
    desk.presenter.search(query)
    assert desk.names == found
    assert desk.state.total == 3


def test_search_that_hides_the_chosen_person_chooses_nobody(desk: Desk) -> None:
    desk.presenter.choose([desk.bea.person_id])
    desk.presenter.search("ana")
    assert desk.state.chosen == ()
    assert desk.state.detail is None


def test_choice_of_one_shows_consent_and_templates_with_pictures_where_kept(desk: Desk) -> None:
    desk.presenter.choose([desk.celine.person_id])
    detail = desk.state.detail
    assert detail is not None
    assert detail.is_loaded
    assert detail.consent == desk.celine.consent.text
    assert desk.celine.consent.recorded_by in detail.recorded
    assert "may be kept" in detail.recorded
    [template] = detail.templates
    assert template.text.endswith("\na.jpg")
    assert template.pixels is not None
    assert not detail.can_remove_template
    desk.presenter.choose([desk.bea.person_id])
    assert desk.state.detail is not None
    assert desk.state.detail.templates[0].pixels is None
    assert "No face pictures" in desk.state.detail.recorded


def test_rename_changes_store_and_list(desk: Desk) -> None:
    desk.presenter.choose([desk.bea.person_id])
    desk.presenter.rename(desk.bea.person_id, "Zoe")
    assert desk.names == ["ana", "Céline Żak", "Zoe"]
    assert desk.state.detail is not None
    assert desk.state.detail.name == "Zoe"


def test_rename_to_a_taken_name_leaves_the_list_and_says_why(desk: Desk) -> None:
    desk.presenter.rename(desk.bea.person_id, "Ana")
    assert desk.names == ["ana", "Bea", "Céline Żak"]
    assert desk.bench.notices[-1].kind is NoticeKind.ERROR


def test_removal_hides_at_once_and_undo_brings_back_the_last_first(desk: Desk) -> None:
    for person in (desk.bea, desk.ana):
        desk.presenter.choose([person.person_id])
        desk.presenter.remove()
    assert desk.names == ["Céline Żak"]
    assert desk.state.removed == "Bea and ana are removed. What was kept of them is deleted for good when this window closes."
    assert desk.bench.engine.searches[0].gallery.person_count == 1
    desk.presenter.undo()
    assert desk.names == ["ana", "Céline Żak"]
    assert desk.state.chosen == (desk.ana.person_id,)
    desk.presenter.undo()
    assert desk.names == ["ana", "Bea", "Céline Żak"]
    assert desk.state.removed == ""
    assert desk.bench.engine.searches[0].gallery.person_count == 3


def test_removal_of_several_takes_all_of_them(desk: Desk) -> None:
    desk.presenter.choose([desk.bea.person_id, desk.ana.person_id])
    desk.presenter.remove()
    assert desk.names == ["Céline Żak"]


def test_removal_when_finished_deletes_and_says_so(desk: Desk) -> None:
    desk.presenter.choose([desk.bea.person_id])
    desk.presenter.remove()
    desk.presenter.finish_removal()
    assert desk.state.removed == ""
    assert desk.bench.notices[-1].text == "Bea and all that was kept of them are deleted."
    with pytest.raises(PersonNotFoundError):
        desk.bench.store.put_back(desk.bea.person_id)


def test_undo_when_another_program_finished_the_removal_says_so_and_asks_no_more(desk: Desk) -> None:
    desk.presenter.choose([desk.bea.person_id])
    desk.presenter.remove()
    desk.bench.store.remove(desk.bea.person_id)
    desk.presenter.undo()
    assert "cannot be brought back" in desk.bench.notices[-1].text
    assert desk.state.removed == ""


def test_undo_when_the_name_was_given_meanwhile_says_so_and_can_be_tried_again(desk: Desk) -> None:
    desk.presenter.choose([desk.bea.person_id])
    desk.presenter.remove()
    other = desk.bench.enrol("Bea", 10)
    desk.presenter.undo()
    assert desk.bench.notices[-1].kind is NoticeKind.ERROR
    desk.presenter.rename(other.person_id, "Bella")
    desk.presenter.undo()
    assert desk.names == ["ana", "Bea", "Bella", "Céline Żak"]


def test_merge_of_the_two_chosen_keeps_the_one_named(desk: Desk) -> None:
    desk.presenter.choose([desk.ana.person_id, desk.bea.person_id])
    assert [row.name for row in desk.state.pair] == ["ana", "Bea"]
    assert desk.state.detail is None
    desk.presenter.merge(desk.bea.person_id)
    assert [(row.name, row.template_count) for row in desk.state.rows] == [("Bea", 2), ("Céline Żak", 1)]
    assert desk.state.detail is not None
    assert len(desk.state.detail.templates) == 2
    assert desk.bench.notices[-1].text == "ana is merged into Bea, who has 2 templates now."


def test_template_is_deleted_only_after_the_question(desk: Desk) -> None:
    desk.presenter.choose([desk.ana.person_id, desk.bea.person_id])
    desk.presenter.merge(desk.bea.person_id)
    assert desk.state.detail is not None
    template_id = desk.state.detail.templates[0].template_id
    desk.presenter.remove_template()
    desk.presenter.ask_about(template_id)
    assert desk.state.detail.asks_about == template_id
    assert len(desk.bench.store.templates(desk.bea.person_id)) == 2
    desk.presenter.remove_template()
    assert [row.template_id for row in desk.state.detail.templates] != [template_id]
    assert len(desk.state.detail.templates) == 1
    assert desk.state.detail.asks_about == 0


def test_faces_are_loaded_when_asked_for_and_again_when_the_person_changed(desk: Desk) -> None:
    desk.presenter.want_faces([desk.celine.person_id, desk.bea.person_id, 99])
    celine = desk.state.faces[desk.celine.person_id]
    assert celine is not None
    assert celine[0, 0].tolist() == [7, 7, 7]
    assert desk.state.faces[desk.bea.person_id] is None
    desk.presenter.rename(desk.celine.person_id, "Celine")
    assert desk.celine.person_id not in desk.state.faces
    desk.presenter.want_faces([desk.celine.person_id])
    assert desk.state.faces[desk.celine.person_id] is not None


def test_people_changed_by_another_program_are_followed(desk: Desk) -> None:
    desk.presenter.choose([desk.bea.person_id])
    desk.bench.store.remove(desk.bea.person_id)
    desk.bench.session.refresh()
    assert desk.state.chosen == ()
    assert desk.state.detail is None


def test_training_is_allowed_and_taken_back_on_a_person_with_the_account_and_the_moment(desk: Desk) -> None:
    desk.presenter.choose([desk.celine.person_id])
    assert desk.state.detail is not None
    assert (desk.state.detail.allows_training, desk.state.detail.keeps_pictures) == (False, True)
    desk.presenter.set_allows_training(True)
    consent_now = desk.bench.store.person(desk.celine.person_id).consent
    assert consent_now.covers_training
    assert (consent_now.given_at, consent_now.recorded_by) == (desk.bench.clock.now(), "tester")
    assert desk.state.detail.allows_training
    assert TRAINING_CLAUSE in desk.state.detail.consent
    desk.presenter.set_allows_training(False)
    assert not desk.state.detail.allows_training
    assert desk.bench.notices[-1].text == "Céline Żak’s pictures are not trained on any more, and copies made for it are deleted."


def test_person_without_pictures_has_nothing_to_train_on(desk: Desk) -> None:
    desk.presenter.choose([desk.ana.person_id])
    assert desk.state.detail is not None
    assert not desk.state.detail.keeps_pictures


def test_faces_that_are_not_the_person_are_listed_and_can_be_taken_back(desk: Desk) -> None:
    desk.presenter.choose([desk.ana.person_id])
    detail = desk.state.detail
    assert detail is not None
    assert detail.exclusions == ()
    kept = desk.bench.store.exclude(desk.ana.person_id, at_angle(100, key=KEY), "camera Desk camera")
    desk.bench.session.refresh()
    detail = desk.state.detail
    assert detail is not None
    [row] = detail.exclusions
    assert (row.exclusion_id, row.note) == (kept.exclusion_id, "")
    assert row.text.endswith("\ncamera Desk camera")
    desk.presenter.take_back(row.exclusion_id)
    detail = desk.state.detail
    assert detail is not None
    assert detail.exclusions == ()
    assert desk.bench.store.exclusions(desk.ana.person_id) == ()
    assert desk.bench.notices[-1].text == "It is taken back that the face is not ana."


def test_face_that_another_encoder_took_for_the_person_is_said_not_to_be_used(desk: Desk) -> None:
    desk.bench.store.exclude(desk.ana.person_id, at_angle(100), "x")
    desk.presenter.choose([desk.ana.person_id])
    detail = desk.state.detail
    assert detail is not None
    assert detail.exclusions[0].note == "made by test-encoder: not used by the encoder in use"


def test_person_whom_only_another_encoder_knows_needs_a_new_picture_unless_one_is_kept(desk: Desk) -> None:
    crop = AlignedFace(np.full((112, 112, 3), 7, np.uint8))
    old = desk.bench.enrol("Dora", 0, key=OTHER_KEY)
    kept = [NewTemplate(at_angle(0, key=OTHER_KEY), good_quality(), "a.jpg", crop)]
    desk.bench.store.enrol("Emil", consent(keep_crops=True), kept)
    desk.bench.session.refresh()
    assert {row.name: row.note for row in desk.state.rows if row.note} == {"Dora": "needs a new picture"}
    desk.presenter.choose([old.person_id])
    assert desk.state.detail is not None
    assert desk.state.detail.note.startswith("Needs a new picture")
    desk.bench.store.add_templates(old.person_id, [NewTemplate(at_angle(10, key=KEY), good_quality(), "b.jpg")])
    desk.bench.session.refresh()
    assert [row.note for row in desk.state.rows if row.note] == []
    assert desk.state.detail.note == ""
