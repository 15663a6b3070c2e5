"""The Lab page: the lecture's filters and systems on a picture."""

from __future__ import annotations

from importlib.util import find_spec

from facekit.types import Frame
from ui.page import Page, Services
from ui.pages.lab.filters_presenter import FiltersPresenter
from ui.pages.lab.layers_presenter import LayersPresenter
from ui.pages.lab.picture_presenter import PicturePresenter
from ui.pages.lab.systems_presenter import SystemsPresenter
from ui.pages.lab.view import FILTERS, LAYERS, LabView
from ui.ports import SourcePhase, SourceState
from ui.prediction import Networks


class LabPage(Page):
    """Four presenters on one view: the picture, and what is done with it."""

    name = "lab"
    uses_camera = True
    view: LabView

    def __init__(self, services: Services) -> None:
        view = self.view = LabView(services.theme)
        tasks = self._tasks = services.tasks
        self.picture = PicturePresenter(tasks=tasks, show=view.show_state)
        self.filters = FiltersPresenter(picture=self.picture, tasks=tasks, show=view.filters.show_state)
        self.layers = LayersPresenter(picture=self.picture, tasks=tasks, show=view.layers.show_state)
        self._networks = Networks()
        self.systems = SystemsPresenter(
            picture=self.picture,
            trainings=services.trainings,
            tasks=tasks,
            predict=self._networks.predict,
            missing=tuple(name for name in ("torch", "lightning_fabric") if find_spec(name) is None),
            go_to_training=lambda: services.trigger("show_training"),
            show=view.systems.show_state,
        )
        self._trainings = services.trainings
        self._is_shown = False
        self._connect()
        view.filters.show_state(self.filters.state)
        view.systems.show_state(self.systems.state)
        self._begin(services.sources.state)

    def shown(self) -> None:
        """Work on what is looked at, and know of the runs on disk."""
        self._is_shown = True
        self._trainings.refresh()
        self._activate()

    def hidden(self) -> None:
        """See Page."""
        self._is_shown = False
        self._activate()
        self.systems.rest()
        if self.systems.state.progress is None:
            self._tasks.run(self._networks.close, lambda _: None, lambda _: None)  # a network takes hundreds of megabytes

    def source_changed(self, source: SourceState) -> None:
        """See Page."""
        self.picture.source_changed(source)

    def frame_arrived(self, frame: Frame) -> None:
        """See Page."""
        if self._is_shown:
            self.picture.frame_arrived(frame)

    def close(self) -> None:
        """See Page."""
        self.systems.cancel()
        self._networks.close()

    def _begin(self, source: SourceState) -> None:
        """On the source where there is one, else on somebody who does not exist."""
        self.picture.source_changed(source)
        if source.phase is SourcePhase.RUNNING:
            self.picture.go_live(True)
        else:
            self.picture.make_person()

    def _activate(self) -> None:
        part = self.view.tabs.currentIndex()
        self.filters.set_active(self._is_shown and part == FILTERS)
        self.layers.set_active(self._is_shown and part == LAYERS)

    def _connect(self) -> None:
        view = self.view
        view.live_toggled.connect(self.picture.go_live)
        view.file_chosen.connect(self.picture.open_file)
        view.person_wanted.connect(self.picture.make_person)
        view.part_chosen.connect(self._activate)
        filters, layers, systems = view.filters, view.layers, view.systems
        filters.preset_chosen.connect(self.filters.choose_preset)
        filters.size_chosen.connect(self.filters.choose_size)
        filters.cell_typed.connect(self.filters.type_cell)
        filters.padding_chosen.connect(self.filters.choose_padding)
        filters.stride_chosen.connect(self.filters.choose_stride)
        filters.pooling_chosen.connect(self.filters.choose_pooling)
        filters.side_chosen.connect(self.filters.choose_side)
        layers.network_chosen.connect(self.layers.choose_network)
        layers.filter_chosen.connect(self.layers.choose_filter)
        systems.chosen.connect(self.systems.choose)
        systems.run_chosen.connect(self.systems.choose_run)
        systems.run_wanted.connect(self.systems.run)
        systems.cancelled.connect(self.systems.cancel)
        systems.training_wanted.connect(self.systems.train)
