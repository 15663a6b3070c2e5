"""The Verify page: is this the person they are said to be?"""

from __future__ import annotations

from facekit.types import Frame
from ui.page import Page, Services
from ui.pages.verify.presenter import VerifyPresenter
from ui.pages.verify.state import ClaimKind, ProbeKind
from ui.pages.verify.view import VerifyView
from ui.ports import SourceState


class VerifyPage(Page):
    """One presenter, one view."""

    name = "verify"
    uses_camera = True
    view: VerifyView

    def __init__(self, services: Services) -> None:
        self.view = view = VerifyView(services.theme)
        self.presenter = VerifyPresenter(session=services.session, engine=services.engine, tasks=services.tasks, show=view.show_state)
        view.claim_kind_chosen.connect(lambda kind: self.presenter.claim_by(ClaimKind(kind)))
        view.probe_kind_chosen.connect(lambda kind: self.presenter.probe_by(ProbeKind(kind)))
        view.query_changed.connect(self.presenter.search)
        view.person_chosen.connect(self.presenter.choose_person)
        view.photo_chosen.connect(self.presenter.choose_photo)
        view.face_chosen.connect(self.presenter.choose_face)
        view.exclusion_wanted.connect(self.presenter.exclude)
        view.question.kept.connect(self.presenter.exclusion.decline)
        view.question.confirmed.connect(self.presenter.exclusion.confirm)
        view.source.bind(services.sources, services.trigger)
        view.enrol_wanted.connect(lambda: services.trigger("show_enrol"))

    def shown(self) -> None:
        """See Page."""
        self.presenter.shown(True)

    def hidden(self) -> None:
        """See Page."""
        self.presenter.shown(False)

    def source_changed(self, source: SourceState) -> None:
        """See Page."""
        self.presenter.source_changed(source)

    def frame_arrived(self, frame: Frame) -> None:
        """See Page."""
        self.presenter.frame_arrived(frame)
