"""The page of the threshold from one's own people."""

from __future__ import annotations

from ui.page import Page, Services
from ui.pages.threshold.presenter import ThresholdPresenter
from ui.pages.threshold.view import ThresholdView


class ThresholdPage(Page):
    """A measurement goes on while other pages are in front."""

    name = "threshold"
    view: ThresholdView

    def __init__(self, services: Services) -> None:
        self.view = view = ThresholdView(services.theme)
        self.presenter = presenter = ThresholdPresenter(
            session=services.session,
            tasks=services.tasks,
            clock=services.clock,
            commands=services.commands,
            database=services.database,
            show=view.show_state,
        )
        view.enrolled_taken.connect(presenter.take_enrolled)
        view.folder_chosen.connect(presenter.add_folder)
        view.folders_cleared.connect(presenter.clear_folders)
        view.aligned_set.connect(presenter.set_aligned)
        view.rate_wanted.connect(presenter.want_rate)
        view.measuring_wanted.connect(presenter.measure)
        view.use_wanted.connect(presenter.use)
        view.card_wanted.connect(presenter.use_card)
        view.work.cancel.clicked.connect(presenter.cancel)
