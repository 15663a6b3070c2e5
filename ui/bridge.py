"""The engine as the window sees it: the same port, but every answer arrives in the window's thread."""

from __future__ import annotations

from collections.abc import Callable

from facekit.engine.client import EngineClient
from facekit.engine.port import EnginePhase, EngineState, EngineStats
from facekit.errors import FacekitError
from facekit.matching.decide import Search
from facekit.pipeline_config import PipelineConfig
from facekit.types import Frame, FrameResult, Pixels, Sample
from ui.tasks import MainThread


class EngineBridge:
    """An EnginePort around the real client.

    Args:
        on_state, on_result: Called in the window's thread.
    """

    def __init__(
        self,
        config: PipelineConfig,
        main_thread: MainThread,
        *,
        on_state: Callable[[EngineState], None],
        on_result: Callable[[FrameResult], None],
    ) -> None:
        self._main_thread = main_thread
        self._on_state = on_state
        self._state = EngineState(EnginePhase.STOPPED)
        self.client = EngineClient(
            config,
            on_state=lambda state: main_thread.post(lambda: self._state_changed(state)),
            on_result=lambda result: main_thread.post(lambda: on_result(result)),
        )

    @property
    def state(self) -> EngineState:
        """See EnginePort."""
        return self._state

    def start(self) -> None:
        """See EnginePort."""
        self.client.start()

    def offer(self, frame: Frame) -> None:
        """See EnginePort."""
        self.client.offer(frame)

    def set_searches(self, searches: tuple[Search, ...]) -> None:
        """See EnginePort."""
        self.client.set_searches(searches)

    def take_samples(self, pixels: Pixels, on_done: Callable[[tuple[Sample, ...] | FacekitError], None]) -> int:
        """See EnginePort; `on_done` is called in the window's thread."""
        return self.client.take_samples(pixels, lambda answer: self._main_thread.post(lambda: on_done(answer)))

    def restart(self, config: PipelineConfig) -> None:
        """See EnginePort."""
        self.client.restart(config)

    def stop(self) -> None:
        """See EnginePort."""
        self.client.stop()

    def stats(self) -> EngineStats:
        """See EnginePort."""
        return self.client.stats()

    def _state_changed(self, state: EngineState) -> None:
        self._state = state
        self._on_state(state)
