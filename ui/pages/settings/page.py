"""The Settings page: the whole table of settings."""

from __future__ import annotations

from ui.page import Page, Services
from ui.pages.settings.choices import find_choices
from ui.pages.settings.presenter import SettingsPresenter
from ui.pages.settings.view import SettingsView

_WAYS = {"threshold": "show_threshold", "encoder": "show_models"}
"""The pages that rows lead to, as actions."""


class SettingsPage(Page):
    """Searching, changing, resetting."""

    name = "settings"
    view: SettingsView

    def __init__(self, services: Services) -> None:
        self.view = view = SettingsView(services.theme)
        self.presenter = presenter = SettingsPresenter(
            session=services.session, source=services.source, tasks=services.tasks, find_choices=find_choices, show=view.show_state
        )
        view.searched.connect(presenter.search)
        view.changed.connect(presenter.change)
        view.reset_wanted.connect(presenter.reset)
        view.restart_wanted.connect(presenter.restart)
        view.way_wanted.connect(lambda name: services.trigger(_WAYS[name]))

    def shown(self) -> None:
        """Models and cameras may have come and gone."""
        self.presenter.look_around()
