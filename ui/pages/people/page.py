"""The People page: the list of enrolled people, and all that is kept of whom is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from facekit.enrolment import account_name
from ui.page import Page, Services
from ui.pages.people.presenter import PeoplePresenter
from ui.pages.people.view import PeopleView


class PeoplePage(Page):
    """Searching, renaming, merging, removing."""

    name = "people"
    view: PeopleView

    def __init__(self, services: Services) -> None:
        self.view = view = PeopleView(services.theme)
        self.presenter = presenter = PeoplePresenter(
            session=services.session, clock=services.clock, account=account_name(), show=view.show_state
        )
        self._services = services
        view.searched.connect(presenter.search)
        view.chosen.connect(presenter.choose)
        view.model.faces_wanted.connect(presenter.want_faces)
        view.rename_wanted.connect(presenter.rename)
        view.removal_wanted.connect(presenter.remove)
        view.undo_wanted.connect(presenter.undo)
        view.removal_finished.connect(presenter.finish_removal)
        view.merge_wanted.connect(presenter.merge)
        view.detail.template_removal_wanted.connect(presenter.ask_about)
        view.detail.template_removal_confirmed.connect(presenter.remove_template)
        view.detail.taking_back_wanted.connect(presenter.take_back)
        view.detail.training_allowed.connect(presenter.set_allows_training)
        view.detail.add_wanted.connect(self._add_pictures)
        view.enrol_wanted.connect(lambda: services.trigger("show_enrol"))

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What the menu has for this page."""
        return {
            "find_person": self.view.search.setFocus,
            "add_pictures": self._add_pictures,
            "rename": self.view.begin_rename,
            "merge": self.view.detail.ask_to_merge,
            "remove": self.presenter.remove,
            "undo_removal": self.presenter.undo,
            "toggle_cards": self.view.toggle_cards,
        }

    def close(self) -> None:
        """Whoever was removed and not brought back is deleted now."""
        self.presenter.finish_removal()

    def _add_pictures(self) -> None:
        """On the Enrol page, with the name filled in."""
        if detail := self.presenter.state.detail:
            self._services.session.name_to_enrol = detail.name
            self._services.trigger("show_enrol")
