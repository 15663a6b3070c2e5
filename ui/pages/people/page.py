"""The People page: the list of enrolled people."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ui.page import Page, Services
from ui.pages.people.presenter import PeoplePresenter
from ui.pages.people.view import PeopleView


class PeoplePage(Page):
    """Renaming and removing."""

    name = "people"
    view: PeopleView

    def __init__(self, services: Services) -> None:
        self.view = PeopleView(services.theme)
        self.presenter = PeoplePresenter(session=services.session, show=self.view.show_state)
        self.view.rename_wanted.connect(self.presenter.rename)
        self.view.removal_wanted.connect(self.presenter.ask_to_remove)
        self.view.removal_confirmed.connect(self.presenter.remove)
        self.view.removal_declined.connect(self.presenter.keep)
        self.view.enrol_wanted.connect(lambda: services.trigger("show_live"))

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """Rename and remove the chosen person."""
        return {"rename": self.view.begin_rename, "remove": self.view.ask_removal}
