"""The Models page: the encoders on this machine, and the moves from one to another."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ui.page import Page, Services
from ui.pages.models.presenter import ModelsPresenter
from ui.pages.models.view import ModelsView


class ModelsPage(Page):
    """What was begun here goes on while other pages are in front."""

    name = "models"
    view: ModelsView

    def __init__(self, services: Services) -> None:
        self.view = ModelsView(services.theme)
        self._session = services.session
        self.presenter = ModelsPresenter(
            session=services.session,
            tasks=services.tasks,
            clock=services.clock,
            commands=services.commands,
            database=services.database,
            show=self.view.show_state,
        )
        self._connect(services)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What the Model menu has for this page."""
        return {
            "compare_encoders": self.presenter.open_comparison,
            "roll_back": self.presenter.ask_to_roll_back,
            "reencode": self.presenter.reencode,
            "import_encoder": self.view.ask_what_to_import,
            "export_encoder": self.view.ask_where_to_export,
        }

    def shown(self) -> None:
        """Another program may have changed the encoders."""
        name, self._session.encoder_to_promote = self._session.encoder_to_promote, ""
        self.presenter.refresh(then_ask=name)

    def _connect(self, services: Services) -> None:
        view, presenter = self.view, self.presenter
        view.promotion_wanted.connect(presenter.ask_to_promote)
        view.reencoding_wanted.connect(presenter.reencode)
        view.release_wanted.connect(presenter.ask_to_release)
        view.deletion_wanted.connect(presenter.ask_to_delete)
        view.export_wanted.connect(presenter.export)
        view.import_wanted.connect(presenter.bring_in)
        view.way_back_wanted.connect(presenter.ask_to_roll_back)
        view.retraining_wanted.connect(lambda: services.trigger("show_retrain"))
        view.comparison_wanted.connect(presenter.open_comparison)
        view.question.kept.connect(presenter.decline)
        view.question.confirmed.connect(lambda: presenter.confirm(view.question.reason.text()))
        view.work.cancel.clicked.connect(presenter.cancel)
        panel, comparison = view.comparison, presenter.comparison
        panel.pair_chosen.connect(comparison.choose)
        panel.folder_chosen.connect(comparison.choose_folder)
        panel.aligned_set.connect(comparison.set_aligned)
        panel.begun.connect(comparison.begin)
        panel.closed.connect(comparison.close)
