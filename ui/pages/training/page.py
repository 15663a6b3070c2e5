"""The Training page: recipes, and runs with their curves."""

from __future__ import annotations

from importlib.util import find_spec

from ui.page import Page, Services
from ui.pages.training.presenter import TrainingPresenter
from ui.pages.training.view import TrainingView

_NEEDED = ("torch", "lightning_fabric")


class TrainingPage(Page):
    """What runs goes on while other pages are in front."""

    name = "training"
    view: TrainingView

    def __init__(self, services: Services) -> None:
        self.view = TrainingView(services.theme)
        self.presenter = TrainingPresenter(
            trainings=services.trainings,
            session=services.session,
            tasks=services.tasks,
            missing=tuple(name for name in _NEEDED if find_spec(name) is None),
            show=self.view.show_state,
        )
        self._connect()
        self.presenter.start()

    def shown(self) -> None:
        """Another program may have trained as well."""
        self.presenter.refresh()

    def _connect(self) -> None:
        view, presenter = self.view, self.presenter
        view.recipe_chosen.connect(presenter.choose_recipe)
        view.form_chosen.connect(presenter.choose_form)
        view.data_chosen.connect(presenter.use_data)
        view.recipe_opened.connect(presenter.open_recipe)
        view.begun.connect(presenter.begin)
        view.run_chosen.connect(presenter.choose_run)
        view.run_ticked.connect(presenter.tick)
        view.run.bind(presenter)
