"""An engine without a process or models, for tests of what uses one. Passes the contract of EnginePort."""

from __future__ import annotations

import itertools
from dataclasses import replace

from facekit.cards import ModelCard, WeightFile
from facekit.engine.port import EnginePhase, EngineState, EngineStats, OnResult, OnSamples, OnState, require_picture
from facekit.errors import EngineLostError, FacekitError
from facekit.matching.decide import Search
from facekit.pipeline_config import PipelineConfig
from facekit.types import Frame, FrameResult, ObservedFace, Pixels, Sample

FAKE_CARD = ModelCard(
    model_id="fake-encoder",
    task="encode",
    net="none",
    files={"onnx": WeightFile("none.onnx", "0" * 64, 0)},
    input_size=112,
    mean=127.5,
    std=128.0,
    embedding_size=4,
    licence="none",
    data="none",
    origin="facekit.engine.fake",
    date="2026-11-22",
)


class FakeEngine:
    """Answers at once, on the caller's thread, with what the test has put in `faces` and `samples`; `card` and `beside`
    are the cards of its encoders.

    While `is_holding`, frames and requests wait until release(), a newer frame replacing an older one as in the real engine.
    """

    def __init__(self, config: PipelineConfig, *, on_state: OnState, on_result: OnResult) -> None:
        self.faces: tuple[ObservedFace, ...] = ()
        self.samples: tuple[Sample, ...] | FacekitError = ()
        self.is_holding = False
        self.config = config
        self.searches: tuple[Search, ...] = ()
        self.card = FAKE_CARD
        self.beside: tuple[ModelCard, ...] = ()
        self.state = EngineState(EnginePhase.STOPPED)
        self._on_state = on_state
        self._on_result = on_result
        self._frame: Frame | None = None
        self._requests: list[OnSamples] = []
        self._numbers = itertools.count(1)
        self._stats = EngineStats()

    def start(self) -> None:
        """See EnginePort: READY at once."""
        self.show(EngineState(EnginePhase.STARTING))
        self.show(EngineState(EnginePhase.READY, detector_device="cpu", encoder_device="cpu", card=self.card, beside=self.beside))

    def offer(self, frame: Frame) -> None:
        """See EnginePort."""
        require_picture(frame.pixels)
        dropped = self._stats.dropped + (self._frame is not None)
        self._stats = replace(self._stats, offered=self._stats.offered + 1, dropped=dropped)
        self._frame = frame
        self._answer()

    def set_searches(self, searches: tuple[Search, ...]) -> None:
        """See EnginePort."""
        self.searches = searches

    def take_samples(self, pixels: Pixels, on_done: OnSamples) -> int:
        """See EnginePort."""
        require_picture(pixels)
        if self.state.phase in (EnginePhase.STOPPED, EnginePhase.FAILED):
            on_done(EngineLostError("The engine is not running."))
        else:
            self._requests.append(on_done)
            self._answer()
        return next(self._numbers)

    def restart(self, config: PipelineConfig) -> None:
        """See EnginePort."""
        if config.encoders != self.config.encoders:
            self.searches = ()
        self.config = config
        if self.state.phase is not EnginePhase.STOPPED:
            self.start()

    def stop(self) -> None:
        """See EnginePort."""
        self._frame = None
        self.lose_requests()
        self.show(EngineState(EnginePhase.STOPPED))

    def stats(self) -> EngineStats:
        """See EnginePort."""
        return self._stats

    def show(self, state: EngineState) -> None:
        """Be in this state, as far as anyone can see."""
        self.state = state
        self._on_state(state)
        self._answer()

    def release(self) -> None:
        """Answer what waits, and hold nothing back from now on."""
        self.is_holding = False
        self._answer()

    def lose_requests(self) -> None:
        """Answer the requests that wait as a dying process does."""
        requests, self._requests = self._requests, []
        for on_done in requests:
            on_done(EngineLostError("The engine process ended."))

    def _answer(self) -> None:
        if self.is_holding or self.state.phase is not EnginePhase.READY:
            return
        requests, self._requests = self._requests, []
        for on_done in requests:
            on_done(self.samples)
        frame, self._frame = self._frame, None
        if frame is not None:
            self._stats = replace(self._stats, answered=self._stats.answered + 1)
            revision = self.searches[0].gallery.revision if self.searches else -1
            self._on_result(FrameResult(frame.frame_id, frame.captured_at, frame.source_id, self.faces, {"total": 0.0}, revision))
