"""The Events page: who was seen when."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ui.page import Page, Services
from ui.pages.events.presenter import EventsPresenter
from ui.pages.events.view import EventsView


class EventsPage(Page):
    """Filtering, exporting, deleting. The recording goes on whichever page is shown: see ui.recorder."""

    name = "events"
    view: EventsView

    def __init__(self, services: Services) -> None:
        self.view = view = EventsView(services.theme)
        self.presenter = presenter = EventsPresenter(session=services.session, clock=services.clock, show=view.show_state)
        services.recorder.observe(presenter.refresh)
        view.record_wanted.connect(presenter.record)
        view.person_chosen.connect(presenter.show_person)
        view.outcome_chosen.connect(presenter.show_outcome)
        view.more_wanted.connect(presenter.show_more)
        view.export_wanted.connect(presenter.export)
        view.deletion_wanted.connect(presenter.ask_to_delete)
        view.deletion_confirmed.connect(presenter.delete)
        view.deletion_declined.connect(presenter.keep)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """Exporting."""
        return {"export_events": self.view.choose_file}

    def shown(self) -> None:
        """Another window may have recorded."""
        self.presenter.refresh()
