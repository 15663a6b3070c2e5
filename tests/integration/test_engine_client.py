"""EngineClient with a real child process and a stand-in for the models: order, newest wins, loss, hang, crash loop, end."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from facekit.engine import EngineClient, EnginePhase
from facekit.errors import EngineError, EngineLostError
from facekit.matching.decide import DecisionRule, Search
from facekit.matching.gallery import Gallery
from facekit.pipeline_config import PipelineConfig
from facekit.types import EncoderKey, Frame, Pixels
from tests.support import engine_pipelines as pipelines
from tests.support.engine_pipelines import picture
from tests.support.engine_watch import EngineWatch, children, is_alive, segments, until_true

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc and /dev/shm")

RULE = DecisionRule(1.0, 0.05)
Start = Callable[..., EngineClient]


@pytest.fixture
def watch() -> EngineWatch:
    return EngineWatch()


@pytest.fixture
def start(watch: EngineWatch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts an engine; afterwards nothing may be left of it."""
    monkeypatch.setenv("FACEKIT_HOME", str(tmp_path))
    made: list[EngineClient] = []

    def start_one(target: str = pipelines.STAND_IN, config: PipelineConfig | None = None, *, hang_after_s: float = 30.0) -> EngineClient:
        client = EngineClient(
            config or PipelineConfig(),
            on_state=watch.on_state,
            on_result=watch.on_result,
            pipeline_target=target,
            hang_after_s=hang_after_s,
        )
        made.append(client)
        client.start()
        return client

    yield start_one
    for client in made:
        client.stop()
    assert segments(os.getpid()) == []
    assert children() == set()


def frame(frame_id: int, pixels: Pixels | None = None, source_id: str = "camera") -> Frame:
    return Frame(picture() if pixels is None else pixels, frame_id, float(frame_id), source_id)


def gallery(revision: int, rows: int = 1) -> Gallery:
    ids = np.arange(rows, dtype=np.int64)
    return Gallery(EncoderKey("any", "0"), np.ones((rows, 128), np.float32), ids, ids, revision)


def pid_of(client: EngineClient) -> int:
    pid = client.stats().pid
    assert pid is not None
    return pid


def test_engine_when_started_tells_devices_and_card(start: Start, watch: EngineWatch, tmp_path: Path) -> None:
    client = start(config=PipelineConfig(detector="d", encoder="e"))
    state = watch.until_phase(EnginePhase.READY)
    assert (state.detector_device, state.encoder_device) == ("detector d", "encoder e")
    assert state.card is not None
    assert state.card.model_id == "fake-encoder"
    assert state.log_path == tmp_path / "log" / "engine.log"
    assert watch.phases == [EnginePhase.STARTING, EnginePhase.READY]
    assert any("detector d" in state.detail for state in watch.states)
    client.stop()
    assert state.log_path.is_file()


def test_results_when_frames_come_one_by_one_carry_their_own_frame(start: Start, watch: EngineWatch) -> None:
    client = start()
    for frame_id in range(20):
        client.offer(frame(frame_id, picture(height=40 + frame_id, width=60, fill=frame_id)))
        result = watch.until_result(frame_id)
        face = result.faces[0].face
        assert (face.box.height, face.detection_score) == (40 + frame_id, frame_id)
        assert (result.captured_at, result.source_id) == (frame_id, "camera")
    assert [result.frame_id for result in watch.results] == list(range(20))
    assert client.stats().answered == client.stats().offered == 20


def test_offer_when_engine_is_slow_keeps_only_the_newest(start: Start, watch: EngineWatch) -> None:
    client = start(pipelines.SLOW)
    watch.until_phase(EnginePhase.READY)
    for frame_id in range(300):
        client.offer(frame(frame_id))
    watch.until_result(299)
    seen = [result.frame_id for result in watch.results]
    assert seen == sorted(seen)
    assert len(seen) <= 5
    stats = client.stats()
    assert stats.dropped + stats.answered == stats.offered == 300


def test_frame_when_offered_while_loading_is_answered_later(start: Start, watch: EngineWatch) -> None:
    client = start()
    client.offer(frame(1))
    client.offer(frame(2))
    watch.until_result(2)
    assert [result.frame_id for result in watch.results] == [2]


def test_gallery_when_set_shows_its_revision_and_rule(start: Start, watch: EngineWatch) -> None:
    client = start()
    client.offer(frame(0))
    assert watch.until_result(0).gallery_revision == -1
    for revision in (3, 4):
        client.set_searches((Search(gallery(revision), RULE),))
        client.offer(frame(revision))
        result = watch.until_result(revision)
        assert result.gallery_revision == revision
        assert result.faces[0].decision.threshold == RULE.threshold


def test_track_when_gallery_or_source_changes_begins_anew(start: Start, watch: EngineWatch) -> None:
    client = start()

    def track_of(frame_id: int, source_id: str) -> int:
        client.offer(Frame(picture(), frame_id, 1.0, source_id))
        return watch.until_result(frame_id).faces[0].track_id

    first = track_of(0, "a")
    assert track_of(1, "a") == first
    other = track_of(2, "b")
    assert other != first
    client.set_searches(())
    assert track_of(3, "b") != other


def test_gallery_when_larger_than_the_pipe_arrives(start: Start, watch: EngineWatch) -> None:
    client = start()
    client.set_searches((Search(gallery(9, rows=20_000), RULE),))
    client.offer(frame(1))
    assert watch.until_result(1).gallery_revision == 9


def test_take_samples_when_picture_is_large_answers_with_its_samples(start: Start, watch: EngineWatch) -> None:
    client = start()
    first = client.take_samples(picture(fill=5), watch.on_samples)
    second = client.take_samples(picture(height=2000, width=3000, fill=6), watch.on_samples)
    assert first != second
    scores = [answer[0].face.detection_score for answer in watch.until_answers(2) if isinstance(answer, tuple)]
    assert scores == [5, 6]


@pytest.mark.parametrize(
    ("act", "message", "hint"),
    [(pipelines.RAISE_OURS, "The picture is bad.", "Take another."), (pipelines.RAISE_OTHER, "one by zero", "log")],
)
def test_picture_when_pipeline_raises_is_told_and_the_next_is_done(
    start: Start, watch: EngineWatch, act: int, message: str, hint: str
) -> None:
    client = start()
    watch.until_phase(EnginePhase.READY)
    client.take_samples(picture(act), watch.on_samples)
    answer = watch.until_answers(1)[0]
    assert isinstance(answer, EngineError)
    assert message in answer.message
    assert hint in answer.hint
    client.offer(frame(1, picture(act)))
    watch.until(lambda: message in watch.states[-1].detail, "the error in the state")
    assert watch.states[-1].phase is EnginePhase.READY
    client.offer(frame(2))
    watch.until_result(2)
    assert watch.states[-1].detail == ""
    assert client.stats().failed == 1
    assert client.stats().restarts == 0


def test_engine_when_killed_comes_back_with_its_gallery(start: Start, watch: EngineWatch) -> None:
    client = start()
    client.set_searches((Search(gallery(7), RULE),))
    client.offer(frame(1))
    watch.until_result(1)
    os.kill(pid_of(client), signal.SIGKILL)
    watch.until_phase(EnginePhase.RESTARTING)
    assert any("SIGKILL" in state.detail for state in watch.states)
    client.offer(frame(2))
    assert watch.until_result(2).gallery_revision == 7
    assert watch.phases == [EnginePhase.STARTING, EnginePhase.READY, EnginePhase.RESTARTING, EnginePhase.READY]
    assert client.stats().restarts == 1


def test_request_when_child_dies_over_it_is_answered_lost_and_the_waiting_one_is_done(start: Start, watch: EngineWatch) -> None:
    client = start()
    client.take_samples(picture(pipelines.DIE), watch.on_samples)
    client.take_samples(picture(fill=3), watch.on_samples)
    lost, done = watch.until_answers(2)
    assert isinstance(lost, EngineLostError)
    assert isinstance(done, tuple)


def test_engine_when_hanging_is_killed_and_started_again(start: Start, watch: EngineWatch) -> None:
    client = start(hang_after_s=0.5)
    watch.until_phase(EnginePhase.READY)
    old = pid_of(client)
    client.offer(frame(1, picture(pipelines.HANG)))
    watch.until_phase(EnginePhase.RESTARTING)
    watch.until_phase(EnginePhase.READY)
    assert not is_alive(old)
    client.offer(frame(2))
    watch.until_result(2)
    assert client.stats().failed == 1


def test_gallery_when_child_does_not_read_is_not_waited_for_forever(start: Start, watch: EngineWatch) -> None:
    client = start(hang_after_s=0.5)
    watch.until_phase(EnginePhase.READY)
    os.kill(pid_of(client), signal.SIGSTOP)
    client.set_searches((Search(gallery(1, rows=20_000), RULE),))
    watch.until_phase(EnginePhase.RESTARTING)
    watch.until_phase(EnginePhase.READY)


def test_engine_when_it_dies_again_and_again_is_given_up_until_asked(start: Start, watch: EngineWatch, tmp_path: Path) -> None:
    client = start(pipelines.DYING)
    state = watch.until_phase(EnginePhase.FAILED)
    assert client.stats().restarts == 3
    assert "exit status 7" in state.detail
    assert str(tmp_path / "log" / "engine.log") in state.hint
    client.take_samples(picture(), watch.on_samples)
    assert isinstance(watch.until_answers(1)[0], EngineLostError)


def test_engine_when_models_are_refused_fails_with_the_hint_and_takes_others(start: Start, watch: EngineWatch) -> None:
    client = start(pipelines.REFUSING, PipelineConfig(detector="bad"))
    state = watch.until_phase(EnginePhase.FAILED)
    assert (state.detail, state.hint) == ("There is no detector 'bad'.", "Did you mean 'good'?")
    assert client.stats().restarts == 0
    client.restart(PipelineConfig(detector="good"))
    assert watch.until_phase(EnginePhase.READY).detector_device == "detector good"


def test_engine_when_child_speaks_another_protocol_fails(start: Start, watch: EngineWatch) -> None:
    start(pipelines.OUTDATED)
    state = watch.until_phase(EnginePhase.FAILED)
    assert "version 0" in state.detail
    assert "start it again" in state.hint


def test_engine_when_real_detector_is_unknown_fails_with_a_hint(start: Start, watch: EngineWatch) -> None:
    start("facekit.engine.server:load_pipeline", PipelineConfig(detector="mtcn"))
    state = watch.until_phase(EnginePhase.FAILED)
    assert "mtcn" in state.detail
    assert "mtcnn" in state.hint


def test_restart_when_encoder_changes_forgets_the_gallery_and_keeps_it_otherwise(start: Start, watch: EngineWatch) -> None:
    client = start()
    client.set_searches((Search(gallery(7), RULE),))
    watch.until_phase(EnginePhase.READY)
    client.restart(PipelineConfig(min_face=80))
    client.offer(frame(1))
    assert watch.until_result(1).gallery_revision == 7
    client.restart(PipelineConfig(encoder="other"))
    client.offer(frame(2))
    assert watch.until_result(2).gallery_revision == -1


@pytest.mark.parametrize("target", [pipelines.STAND_IN, pipelines.HANGING])
def test_stop_when_engine_works_or_loads_leaves_nothing(start: Start, watch: EngineWatch, target: str) -> None:
    client = start(target)
    client.offer(frame(1))
    if target == pipelines.STAND_IN:
        watch.until_result(1)
        assert len(segments(os.getpid())) == 1
    else:
        watch.until(lambda: any(state.detail for state in watch.states), "loading")
    pid = pid_of(client)
    client.take_samples(picture(pipelines.HANG), watch.on_samples)
    client.stop()
    assert watch.states[-1].phase is EnginePhase.STOPPED
    assert isinstance(watch.answers[0], EngineLostError)
    assert not is_alive(pid)
    assert segments(os.getpid()) == []
    assert client.stats().pid is None


def test_engine_when_stopped_can_be_started_again(start: Start, watch: EngineWatch) -> None:
    client = start()
    client.stop()
    client.stop()
    client.offer(frame(1))
    client.start()
    client.start()
    client.offer(frame(2))
    watch.until_result(2)
    assert len(children()) == 1


def test_stop_when_called_from_a_callback_ends_the_engine(start: Start, watch: EngineWatch) -> None:
    client = start()
    client.take_samples(picture(), lambda _: client.stop())
    watch.until_phase(EnginePhase.STOPPED)
    until_true(lambda: children() == set(), "the end of the child")
