"""The list of people: order, renaming, removing."""

from __future__ import annotations

from tests.support.ui_fakes import Bench
from ui.pages.people.presenter import PeoplePresenter, PeopleState
from ui.ports import NoticeKind


def desk() -> tuple[Bench, PeoplePresenter, list[PeopleState]]:
    bench, shown = Bench(), list[PeopleState]()
    presenter = PeoplePresenter(session=bench.session, show=shown.append)
    bench.enrol("Bea", 0)
    bench.enrol("ana", 90)
    bench.start()
    return bench, presenter, shown


def test_people_when_loaded_are_listed_by_name() -> None:
    _, _, shown = desk()
    assert shown[-1].is_loaded
    assert [(row.name, row.template_count) for row in shown[-1].rows] == [("ana", 1), ("Bea", 1)]


def test_rename_changes_store_and_list() -> None:
    bench, presenter, shown = desk()
    presenter.rename(bench.store.find("Bea").person_id, "Cleo")
    assert [row.name for row in shown[-1].rows] == ["ana", "Cleo"]


def test_rename_to_a_taken_name_leaves_the_list_and_says_why() -> None:
    bench, presenter, shown = desk()
    presenter.rename(bench.store.find("Bea").person_id, "Ana")
    assert [row.name for row in shown[-1].rows] == ["ana", "Bea"]
    assert bench.notices[-1].kind is NoticeKind.ERROR


def test_removal_asks_first_and_then_removes() -> None:
    bench, presenter, shown = desk()
    presenter.ask_to_remove(bench.store.find("Bea").person_id)
    assert shown[-1].question == "Remove Bea with 1 template? All that was kept of this person is deleted for good."
    assert len(bench.store.people()) == 2
    presenter.remove()
    assert [row.name for row in shown[-1].rows] == ["ana"]
    assert shown[-1].question == ""
    assert bench.engine.searches[0].gallery.person_count == 1


def test_removal_when_declined_keeps_everyone() -> None:
    bench, presenter, shown = desk()
    presenter.ask_to_remove(bench.store.find("Bea").person_id)
    presenter.keep()
    presenter.remove()
    assert shown[-1].question == ""
    assert len(bench.store.people()) == 2


def test_question_when_the_person_is_gone_meanwhile_is_withdrawn() -> None:
    bench, presenter, shown = desk()
    bea = bench.store.find("Bea").person_id
    presenter.ask_to_remove(bea)
    bench.store.remove(bea)
    presenter.refresh()
    assert shown[-1].question == ""
