"""What the window and the terminal know of an engine: its port, its state and its counts. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import numpy as np

from facekit.cards import ModelCard
from facekit.errors import FacekitError
from facekit.matching.decide import Search
from facekit.pipeline_config import PipelineConfig
from facekit.types import Frame, FrameResult, Pixels, Sample


class EnginePhase(StrEnum):
    """Where an engine stands."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class EngineState:
    """What is to be said of an engine.

    Args:
        detail: One sentence: what is loaded, why it restarts or failed; while READY, what went wrong with the last frame. May be empty.
        hint: What the person can do about it; may be empty.
        detector_device: What the detector really runs on; set while READY.
        encoder_device: The same of the encoder.
        card: The card of the active encoder in memory; set while READY.
        beside: The cards of those that are asked beside it.
        log_path: Where the engine process writes its log.
    """

    phase: EnginePhase
    detail: str = ""
    hint: str = ""
    detector_device: str = ""
    encoder_device: str = ""
    card: ModelCard | None = None
    beside: tuple[ModelCard, ...] = ()
    log_path: Path | None = None


@dataclass(frozen=True, slots=True)
class EngineStats:
    """Counts since the engine object was made.

    Args:
        offered: Frames.
        answered: Frames with a result.
        dropped: Frames replaced by a newer one before the engine was free.
        failed: Frames that the pipeline could not analyse, or that were lost with a process.
        restarts: Processes started after one was lost.
        pid: The engine's process; None while there is none.
    """

    offered: int = 0
    answered: int = 0
    dropped: int = 0
    failed: int = 0
    restarts: int = 0
    pid: int | None = None


OnState = Callable[[EngineState], None]
OnResult = Callable[[FrameResult], None]
OnSamples = Callable[[tuple[Sample, ...] | FacekitError], None]


class EnginePort(Protocol):
    """A detector and an encoder at work elsewhere.

    Every method may be called from any thread and returns at once (stop() within seconds). Callbacks must not raise; they come
    on a thread of the engine's own.
    """

    def start(self) -> None:
        """Begin to load the models; nothing when started already."""
        ...

    def offer(self, frame: Frame) -> None:
        """Have the frame analysed when the engine is free; a newer frame replaces one that waits. The pixels must not change afterwards.

        Raises:
            ValueError: The pixels are not H×W×3 uint8.
        """
        ...

    def set_searches(self, searches: tuple[Search, ...]) -> None:
        """Search these galleries from the next frame on, the active encoder's first.

        Kept over a restart, until other encoders are asked for.
        """
        ...

    def take_samples(self, pixels: Pixels, on_done: OnSamples) -> int:
        """Find every face of a picture as a sample; the answer, samples or an error, comes once to `on_done`.

        A stopped or failed engine answers EngineLostError; a stopped one on the caller's thread, before this returns.

        Args:
            pixels: H×W×3 uint8 RGB; must not change afterwards.

        Returns:
            The number of the request.

        Raises:
            ValueError: The pixels are not H×W×3 uint8.
        """
        ...

    def restart(self, config: PipelineConfig) -> None:
        """Load these models instead, also after a failure. The galleries are forgotten when the encoders are others: send theirs on READY.

        An engine that has not been started begins with them when it is.
        """
        ...

    def stop(self) -> None:
        """End the process; samples still due are answered with EngineLostError. Returns when nothing is left of it."""
        ...

    def stats(self) -> EngineStats:
        """The counts up to now."""
        ...


def require_picture(pixels: Pixels) -> None:
    """Do nothing for an H×W×3 uint8 array.

    Raises:
        ValueError: It is something else.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
        raise ValueError(f"a picture of shape {pixels.shape} and type {pixels.dtype}, not H×W×3 uint8")
