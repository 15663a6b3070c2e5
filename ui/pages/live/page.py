"""The Live page: who is before the camera, and enrolling the face in view."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from facekit.enrolment import account_name
from facekit.errors import FacekitError
from facekit.types import Frame, FrameResult
from ui.page import Page, Services
from ui.pages.live.enrol_presenter import EnrolPresenter
from ui.pages.live.exclude_presenter import ExcludePresenter
from ui.pages.live.presenter import LivePresenter
from ui.pages.live.view import LiveView
from ui.ports import SourceState


class LivePage(Page):
    """Two presenters on one view: who is in view, and the enrolment panel."""

    name = "live"
    uses_camera = True
    view: LiveView

    def __init__(self, services: Services) -> None:
        self._session = services.session
        self.view = LiveView(services.theme)
        self.presenter = LivePresenter(
            session=services.session,
            engine=services.engine,
            sources=services.sources,
            clock=services.clock,
            show=self.view.show_state,
        )
        self.enrolment = EnrolPresenter(
            session=services.session,
            engine=services.engine,
            clock=services.clock,
            account=account_name(),
            look=self.presenter.look_at,
            show=self.view.show_enrolment,
        )
        self.exclusion = ExcludePresenter(
            session=services.session, engine=services.engine, live=self.presenter, show=self.view.show_question
        )
        self._connect_source(services)
        self._connect_enrolment()

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """Enrol and freeze."""
        return {"enrol": self._enrol_nearest, "freeze": self.presenter.toggle_freeze}

    def hidden(self) -> None:
        """See Page."""
        self.presenter.thaw()
        self.exclusion.question.decline()

    def source_changed(self, source: SourceState) -> None:
        """See Page."""
        self.presenter.source_changed(source)

    def frame_arrived(self, frame: Frame) -> None:
        """See Page."""
        self.presenter.frame_arrived(frame)

    def result_arrived(self, result: FrameResult) -> None:
        """See Page."""
        self.presenter.result_arrived(result)

    def _connect_source(self, services: Services) -> None:
        view, sources = self.view, services.sources
        view.source.bind(sources, services.trigger)
        view.camera_chosen.connect(sources.choose)
        view.any_camera_wanted.connect(sources.use_camera)
        view.action_wanted.connect(services.trigger)
        view.freeze_toggled.connect(self.presenter.toggle_freeze)

    def _connect_enrolment(self) -> None:
        panel, enrolment = self.view.panel, self.enrolment
        self.view.enrol_wanted.connect(enrolment.begin)
        self.view.enrol_nearest_wanted.connect(self._enrol_nearest)
        self.view.exclude_wanted.connect(self.exclusion.begin)
        self.view.question.kept.connect(self.exclusion.question.decline)
        self.view.question.confirmed.connect(self.exclusion.question.confirm)
        panel.take_wanted.connect(enrolment.take)
        panel.cancelled.connect(enrolment.cancel)
        panel.bind(enrolment.form)

    def _enrol_nearest(self) -> None:
        track_id = self.presenter.nearest_face()
        if track_id is None:
            self._session.fail(FacekitError("There is no face in view to enrol.", hint="Look into the camera and try again."))
        else:
            self.enrolment.begin(track_id)
