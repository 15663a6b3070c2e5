"""The window's ports without threads, processes or Qt: everything happens at once and where the test can see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

import numpy as np

from facekit.capture import CameraInfo
from facekit.engine.fake import FAKE_CARD, FakeEngine
from facekit.errors import FacekitError
from facekit.pipeline_config import PipelineConfig
from facekit.settings import Settings
from facekit.store.base import NewTemplate
from facekit.store.fake import MemoryRepository
from facekit.types import Box, Decision, EncoderKey, Face, Frame, FrameResult, ObservedFace, Outcome, Person, QualityIssue, Sample
from tests.support.embeddings import at_angle, consent, good_quality, sample_at
from ui.pages.live.presenter import LivePresenter
from ui.pages.live.state import LiveState
from ui.ports import Lane, Notice
from ui.session import Session
from ui.sources import Sources

T = TypeVar("T")
KEY = FAKE_CARD.key
THRESHOLD = 1.0
CAMERA = CameraInfo("usb-1", "Desk camera", 0, 200, "/dev/video0", None, None)


class InlineTasks:
    """Does the work at once."""

    def run(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[FacekitError], None], *, lane: Lane = Lane.GENERAL
    ) -> None:
        """See Tasks."""
        try:
            value = work()
        except FacekitError as error:
            failed(error)
        else:
            done(value)


class HandClock:
    """Time goes on when the test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def monotonic(self) -> float:
        """See Clock."""
        return self.seconds

    def now(self) -> datetime:
        """See Clock."""
        return datetime(2026, 11, 22, 14, 3, 22, tzinfo=UTC)


class FakeSource:
    """Remembers what it was asked to open."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def open(self, spec: str) -> None:
        """See SourcePort."""
        self.opened.append(spec)


@dataclass
class Bench:
    """A session over a FakeEngine and a MemoryRepository, with a Live presenter on it."""

    settings: Settings = field(default_factory=lambda: Settings(threshold=THRESHOLD, uncertain_margin=0.1))
    cameras: tuple[CameraInfo, ...] = ()

    def __post_init__(self) -> None:
        self.clock = HandClock()
        self.tasks = InlineTasks()
        self.store = MemoryRepository()
        self.source = FakeSource()
        self.kept: list[Settings] = []
        self.notices: list[Notice] = []
        self.shown: list[LiveState] = []
        self.engine = FakeEngine(PipelineConfig(), on_state=lambda s: self.session.engine_changed(s), on_result=self._result)
        self.session = Session(
            tasks=self.tasks,
            engine=self.engine,
            open_repository=lambda: self.store,
            settings=self.settings,
            keep_settings=self.kept.append,
        )
        self.session.observe(lambda: None, notice=self.notices.append)
        self.sources = Sources(session=self.session, source=self.source, tasks=self.tasks, list_cameras=lambda: self.cameras)
        self.live = LivePresenter(
            session=self.session,
            engine=self.engine,
            sources=self.sources,
            clock=self.clock,
            show=self.shown.append,
        )

    def _result(self, result: FrameResult) -> None:
        self.live.result_arrived(result)

    @property
    def state(self) -> LiveState:
        """What the Live page shows now."""
        return self.shown[-1]

    def start(self) -> Bench:
        """Open the store and start the engine."""
        self.session.start()
        self.sources.open_again()
        return self

    def enrol(self, name: str, degrees: float, *, key: EncoderKey = KEY) -> Person:
        """Somebody in the store, as if another program had put them there."""
        return self.store.enrol(name, consent(), [NewTemplate(at_angle(degrees, key=key), good_quality(), "test")])

    def see(self, *faces: ObservedFace, frame_id: int = 1, age: float = 0.0) -> Frame:
        """A frame in which the engine finds these faces."""
        self.engine.faces = faces
        frame = frame_of(frame_id, self.clock.seconds - age)
        self.live.frame_arrived(frame)
        return frame


def frame_of(frame_id: int = 1, captured_at: float = 100.0) -> Frame:
    """A black frame of 640 × 480."""
    return Frame(np.zeros((480, 640, 3), np.uint8), frame_id, captured_at, "camera")


def observed(
    outcome: Outcome,
    *,
    track_id: int = 1,
    person_id: int | None = None,
    distance: float | None = 1.8,
    left: float = 100.0,
    side: float = 100.0,
    issues: tuple[QualityIssue, ...] = (),
) -> ObservedFace:
    """A face with its decision, at the place where sample() finds it."""
    face = Face(Box(left, 100.0, left + side, 100.0 + side), np.zeros((5, 2), np.float32), 0.99)
    return ObservedFace(track_id, face, good_quality(issues=issues), Decision(outcome, THRESHOLD, person_id, distance))


def sample(degrees: float, *, left: float = 100.0, issues: tuple[QualityIssue, ...] = ()) -> Sample:
    """A sample of the fake encoder, with the box of an observed() face."""
    made = sample_at(degrees, issues=issues, key=KEY)
    return replace(made, face=replace(made.face, box=Box(left, 100.0, left + 100.0, 200.0)))
