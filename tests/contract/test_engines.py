"""What every engine promises: the real client with a stand-in for the models, and the fake that presenter tests use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facekit.engine import EngineClient, EnginePhase, EnginePort
from facekit.engine.fake import FakeEngine
from facekit.errors import EngineLostError
from facekit.matching.decide import DecisionRule, Search
from facekit.matching.gallery import Gallery
from facekit.pipeline_config import PipelineConfig
from facekit.types import EncoderKey, Frame, Pixels
from tests.support.engine_pipelines import STAND_IN, picture
from tests.support.engine_watch import EngineWatch

RULE = DecisionRule(1.0, 0.05)


@pytest.fixture
def watch() -> EngineWatch:
    return EngineWatch()


@pytest.fixture(params=["client", "fake"])
def engine(request: pytest.FixtureRequest, watch: EngineWatch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EnginePort]:
    monkeypatch.setenv("FACEKIT_HOME", str(tmp_path))
    calls: dict[str, Any] = {"on_state": watch.on_state, "on_result": watch.on_result}
    made: EnginePort
    if request.param == "client":
        made = EngineClient(PipelineConfig(), pipeline_target=STAND_IN, **calls)
    else:
        made = FakeEngine(PipelineConfig(), **calls)
    yield made
    made.stop()


def frame(frame_id: int) -> Frame:
    return Frame(picture(), frame_id, float(frame_id), "camera")


def gallery(revision: int) -> Gallery:
    ids = np.zeros(1, np.int64)
    return Gallery(EncoderKey("any", "0"), np.ones((1, 4), np.float32), ids, ids, revision)


def test_engine_when_started_goes_from_starting_to_ready_with_a_card(engine: EnginePort, watch: EngineWatch) -> None:
    engine.start()
    assert watch.until_phase(EnginePhase.READY).card is not None
    assert watch.phases == [EnginePhase.STARTING, EnginePhase.READY]


def test_frame_when_offered_is_answered_and_counted(engine: EnginePort, watch: EngineWatch) -> None:
    engine.start()
    engine.offer(frame(4))
    result = watch.until_result(4)
    assert (result.captured_at, result.source_id, result.gallery_revision) == (4.0, "camera", -1)
    assert (engine.stats().offered, engine.stats().answered) == (1, 1)


def test_gallery_when_set_before_the_start_is_searched(engine: EnginePort, watch: EngineWatch) -> None:
    engine.set_searches((Search(gallery(5), RULE),))
    engine.start()
    engine.offer(frame(1))
    assert watch.until_result(1).gallery_revision == 5


def test_gallery_when_encoder_changes_is_forgotten(engine: EnginePort, watch: EngineWatch) -> None:
    engine.set_searches((Search(gallery(5), RULE),))
    engine.start()
    watch.until_phase(EnginePhase.READY)
    engine.restart(PipelineConfig(encoder="other"))
    engine.offer(frame(1))
    assert watch.until_result(1).gallery_revision == -1
    assert watch.phases == [EnginePhase.STARTING, EnginePhase.READY, EnginePhase.STARTING, EnginePhase.READY]


def test_samples_when_taken_are_answered_once_each(engine: EnginePort, watch: EngineWatch) -> None:
    engine.start()
    numbers = {engine.take_samples(picture(), watch.on_samples) for _ in range(3)}
    assert len(numbers) == 3
    assert all(isinstance(answer, tuple) for answer in watch.until_answers(3))
    assert len(watch.answers) == 3


@pytest.mark.parametrize("was_started", [False, True])
def test_samples_when_engine_is_stopped_are_answered_lost_at_once(engine: EnginePort, watch: EngineWatch, was_started: bool) -> None:
    if was_started:
        engine.start()
        engine.stop()
        assert watch.states[-1].phase is EnginePhase.STOPPED
    engine.take_samples(picture(), watch.on_samples)
    assert isinstance(watch.answers[0], EngineLostError)


@pytest.mark.parametrize("pixels", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((4, 4, 4), np.uint8)])
def test_array_when_it_is_no_picture_raises(engine: EnginePort, watch: EngineWatch, pixels: Pixels) -> None:
    with pytest.raises(ValueError, match="H×W×3"):
        engine.take_samples(pixels, watch.on_samples)
    with pytest.raises(ValueError, match="H×W×3"):
        engine.offer(Frame(pixels, 1, 0.0, "camera"))
