"""The table of pages, in the order of the rail. To add one: a folder with its Page, a row here, and an action show_<name>."""

from __future__ import annotations

import importlib
from types import MappingProxyType
from typing import Final, cast

from ui.page import Page

PAGES: Final = MappingProxyType(
    {
        "live": "ui.pages.live.page:LivePage",
        "enrol": "ui.pages.enrol.page:EnrolPage",
        "verify": "ui.pages.verify.page:VerifyPage",
        "people": "ui.pages.people.page:PeoplePage",
        "events": "ui.pages.events.page:EventsPage",
        "lab": "ui.pages.lab.page:LabPage",
        "training": "ui.pages.training.page:TrainingPage",
        "models": "ui.pages.models.page:ModelsPage",
        "threshold": "ui.pages.threshold.page:ThresholdPage",
        "settings": "ui.pages.settings.page:SettingsPage",
        "about": "ui.pages.about.page:AboutPage",
    }
)


def page_class(name: str) -> type[Page]:
    """The class of that page; its modules are loaded now."""
    module, _, attribute = PAGES[name].partition(":")
    return cast(type[Page], getattr(importlib.import_module(module), attribute))
