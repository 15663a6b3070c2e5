"""Stand-ins for the real pipeline, made in the engine's process. The first number of a picture says what they do with it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from facekit.cards import ModelCard
from facekit.engine import server
from facekit.engine.fake import FAKE_CARD
from facekit.errors import ImageError, ModelError
from facekit.matching.decide import Search
from facekit.matching.track import Tracker
from facekit.pipeline_config import PipelineConfig
from facekit.types import (
    AlignedFace,
    Box,
    Decision,
    Embedding,
    Face,
    Frame,
    FrameResult,
    ObservedFace,
    Outcome,
    Pixels,
    Quality,
    Sample,
)

ANSWER, RAISE_OURS, RAISE_OTHER, DIE, HANG = range(5)
STAND_IN = "tests.support.engine_pipelines:stand_in"
SLOW = "tests.support.engine_pipelines:slow"
REFUSING = "tests.support.engine_pipelines:refusing"
DYING = "tests.support.engine_pipelines:dying"
OUTDATED = "tests.support.engine_pipelines:outdated"
HANGING = "tests.support.engine_pipelines:hanging"
_GOOD = Quality(60.0, 1.0, 128.0, 1.0, 0.0, 0.0, 0.0, ())


def picture(act: int = ANSWER, *, height: int = 48, width: int = 64, fill: int = 0) -> Pixels:
    """A picture of one grey, H×W×3 uint8, whose first number tells the stand-in what to do."""
    pixels = np.full((height, width, 3), fill, np.uint8)
    pixels[0, 0, 0] = act
    return pixels


@dataclass
class Part:
    """A model that is none."""

    device: str


class StandIn:
    """Finds one face as large as the picture, with the picture's last number as its score."""

    def __init__(self, config: PipelineConfig, pause_s: float) -> None:
        self.detector = Part(f"detector {config.detector}")
        self.encoder = Part(f"encoder {config.encoder}")
        self._pause_s = pause_s

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        """The stand-in's card."""
        return (FAKE_CARD,)

    def samples(self, pixels: Pixels) -> tuple[Sample, ...]:
        """One sample, after doing what the picture says."""
        _act(int(pixels[0, 0, 0]))
        vector = np.array([1, 0, 0, 0], np.float32)
        return (Sample(_face(pixels), AlignedFace(pixels[:8, :8]), _GOOD, Embedding(vector, FAKE_CARD.key)),)

    def analyse(self, frame: Frame, searches: Sequence[Search], tracker: Tracker) -> FrameResult:
        """One face, tracked, after doing what the picture says."""
        time.sleep(self._pause_s)
        _act(int(frame.pixels[0, 0, 0]))
        seen = ObservedFace(-1, _face(frame.pixels), _GOOD, Decision(Outcome.NON_MATCH, searches[0].rule.threshold if searches else 0.0))
        faces = tracker.update(frame.captured_at, (seen,))
        return FrameResult(frame.frame_id, frame.captured_at, frame.source_id, faces, {}, searches[0].gallery.revision if searches else -1)


def stand_in(config: PipelineConfig) -> StandIn:
    """Answers at once."""
    return StandIn(config, 0.0)


def slow(config: PipelineConfig) -> StandIn:
    """Needs 0.1 s a frame."""
    return StandIn(config, 0.1)


def refusing(config: PipelineConfig) -> StandIn:
    """Does not load unless the detector is named "good"."""
    if config.detector == "good":
        return StandIn(config, 0.0)
    raise ModelError(f"There is no detector {config.detector!r}.", hint="Did you mean 'good'?")


def dying(config: PipelineConfig) -> StandIn:
    """Kills its process while it loads."""
    os._exit(7)


def outdated(config: PipelineConfig) -> StandIn:
    """Is served by an engine of another version."""
    vars(server)["PROTOCOL_VERSION"] = 0
    return StandIn(config, 0.0)


def hanging(config: PipelineConfig) -> StandIn:
    """Never ends loading, and reads no pipe."""
    while True:
        time.sleep(60)


def _act(act: int) -> None:
    if act == RAISE_OURS:
        raise ImageError("The picture is bad.", hint="Take another.")
    if act == RAISE_OTHER:
        raise ZeroDivisionError("one by zero")
    if act == DIE:
        os.kill(os.getpid(), signal.SIGKILL)
    if act == HANG:
        time.sleep(600)


def _face(pixels: Pixels) -> Face:
    height, width = pixels.shape[:2]
    return Face(Box(0, 0, width, height), np.zeros((5, 2), np.float32), float(pixels[-1, -1, -1]))
