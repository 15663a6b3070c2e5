"""The loop in the engine's process: one command at a time, each answered. No window, no database."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Protocol

from facekit.cards import ModelCard
from facekit.engine.messages import (
    PROTOCOL_VERSION,
    Analyse,
    Command,
    Failed,
    Loading,
    Ready,
    Reply,
    Result,
    SamplesTaken,
    SetSearches,
    Stop,
    TakeSamples,
)
from facekit.engine.slot import SlotReader
from facekit.errors import FacekitError
from facekit.matching.decide import Search
from facekit.matching.track import Tracker
from facekit.pipeline_config import PipelineConfig
from facekit.registry import resolve
from facekit.types import Frame, FrameResult, Pixels, Sample

logger = logging.getLogger(__name__)


class HasDevice(Protocol):
    """A model that tells what it runs on."""

    @property
    def device(self) -> str:
        """As Detector.device and Encoder.device tell it."""
        ...


class Pipeline(Protocol):
    """What is served: facekit.pipeline.FacePipeline, or a stand-in of the tests."""

    @property
    def detector(self) -> HasDevice:
        """The detector in memory."""
        ...

    @property
    def encoder(self) -> HasDevice:
        """The active encoder in memory."""
        ...

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        """Of every encoder in memory, the active one's first."""
        ...

    def samples(self, pixels: Pixels) -> tuple[Sample, ...]:
        """Every face of a picture."""
        ...

    def analyse(self, frame: Frame, searches: Sequence[Search], tracker: Tracker) -> FrameResult:
        """What is to be said of a frame."""
        ...


def load_pipeline(config: PipelineConfig) -> Pipeline:
    """The real pipeline with its models in memory.

    Raises:
        ModelError: A model is unknown, its weights are missing or altered, or a package that it needs is not installed.
    """
    from facekit.pipeline import FacePipeline  # here: a stand-in is served without the seconds that this takes

    return FacePipeline.load(config)


def serve(connection: Connection, config: PipelineConfig, pipeline_target: str) -> None:
    """Load the pipeline that `pipeline_target` ("module:function") makes and answer commands until the pipe ends or says Stop."""
    try:
        connection.send(Loading(f"Loading the detector {config.detector} and the encoder {' and '.join(config.encoders)}."))
        desk = _open_desk(config, pipeline_target)
        connection.send(desk if isinstance(desk, Failed) else desk.ready())
        while isinstance(desk, _Desk) and not isinstance(command := connection.recv(), Stop):
            if reply := desk.reply_to(command):
                connection.send(reply)
    except (EOFError, OSError):
        logger.info("the other end of the pipe is closed")


def _open_desk(config: PipelineConfig, pipeline_target: str) -> _Desk | Failed:
    try:
        return _Desk(resolve(pipeline_target)(config))
    except Exception as error:
        logger.exception("the models were not loaded")
        return _failure(None, error)


class _Desk:
    """The pipeline with what it remembers between two commands."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._slot = SlotReader()
        self._tracker = Tracker()
        self._source_id = ""
        self._searches: tuple[Search, ...] = ()

    def ready(self) -> Ready:
        """What was loaded."""
        return Ready(PROTOCOL_VERSION, self._pipeline.detector.device, self._pipeline.encoder.device, self._pipeline.cards)

    def reply_to(self, command: Command) -> Reply | None:
        """The answer; None where none is due. An error in one picture is an answer too: the next picture may be a good one."""
        if isinstance(command, SetSearches):
            self._searches = command.searches
            self._tracker.reset()
            return None
        if isinstance(command, Stop):
            return None
        try:
            return self._analyse(command) if isinstance(command, Analyse) else self._take_samples(command)
        except Exception as error:
            logger.exception("request %d failed", command.request_id)
            return _failure(command.request_id, error)

    def _analyse(self, command: Analyse) -> Result:
        if command.source_id != self._source_id:
            self._source_id = command.source_id
            self._tracker.reset()
        frame = Frame(self._slot.read(command.picture), command.frame_id, command.captured_at, command.source_id)
        return Result(command.request_id, self._pipeline.analyse(frame, self._searches, self._tracker))

    def _take_samples(self, command: TakeSamples) -> SamplesTaken:
        return SamplesTaken(command.request_id, self._pipeline.samples(self._slot.read(command.picture)))


def _failure(request_id: int | None, error: Exception) -> Failed:
    if isinstance(error, FacekitError):
        return Failed(request_id, error.message, error.hint)
    return Failed(request_id, f"The engine came upon an error that it does not know: {error!r}.", "The engine's log tells more.")
