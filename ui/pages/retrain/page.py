"""The Retrain page: the encoder in use trained further on one's own people."""

from __future__ import annotations

from facekit.errors import RetrainingError
from facekit.retraining.child import require_training
from facekit.retraining.request import retraining_home
from ui.page import Page, Services
from ui.pages.retrain.presenter import RetrainPresenter
from ui.pages.retrain.view import RetrainView


class RetrainPage(Page):
    """What runs goes on while other pages are in front."""

    name = "retrain"
    view: RetrainView

    def __init__(self, services: Services) -> None:
        self.view = RetrainView(services.theme)
        self._services = services
        self.presenter = RetrainPresenter(
            trainings=services.trainings,
            session=services.session,
            tasks=services.tasks,
            clock=services.clock,
            commands=services.commands,
            home=retraining_home(),
            database=services.database,
            missing=_missing(),
            decide=self._decide,
            show=self.view.show_state,
        )
        self._connect()
        self.presenter.start()

    def shown(self) -> None:
        """Another program may have retrained as well."""
        self.presenter.refresh()

    def close(self) -> None:
        """See Page."""
        self.presenter.close()

    def _decide(self, name: str) -> None:
        self._services.session.encoder_to_promote = name
        self._services.trigger("show_models")

    def _connect(self) -> None:
        view, form, presenter = self.view, self.view.form, self.presenter
        view.chosen.connect(presenter.choose)
        view.work.cancel.clicked.connect(presenter.cancel)
        view.decide.clicked.connect(presenter.decide)
        form.gallery.clicked.connect(presenter.use_gallery)
        form.folder_added.connect(presenter.add_folder)
        form.folder_dropped.connect(presenter.drop_folder)
        form.recipe_chosen.connect(presenter.choose_recipe)
        form.device_chosen.connect(presenter.choose_device)
        form.minutes.valueChanged.connect(presenter.set_minutes)
        form.name.textEdited.connect(presenter.set_name)
        form.prepare.clicked.connect(presenter.prepare)
        view.run.bind(presenter)


def _missing() -> str:
    try:
        require_training()
    except RetrainingError as error:
        return str(error)
    return ""
