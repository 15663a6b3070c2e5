"""The table of pages, in the order of the rail. To add one: a folder with its Page, a row here, and an action show_<name>."""

from __future__ import annotations

import gc
import importlib
import time
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
        "retrain": "ui.pages.retrain.page:RetrainPage",
        "models": "ui.pages.models.page:ModelsPage",
        "threshold": "ui.pages.threshold.page:ThresholdPage",
        "settings": "ui.pages.settings.page:SettingsPage",
        "about": "ui.pages.about.page:AboutPage",
    }
)


_PAUSE_S = 0.1


def load_ahead() -> None:
    """Load the modules of all pages, away from the window's thread and with pauses; a page is then there at once when it is first shown."""
    for name in PAGES:
        page_class(name)
        gc.freeze()  # modules stay: a full collection need not look at them
        time.sleep(_PAUSE_S)


def page_class(name: str) -> type[Page]:
    """The class of that page; its modules are loaded now."""
    module, _, attribute = PAGES[name].partition(":")
    return cast(type[Page], getattr(importlib.import_module(module), attribute))
