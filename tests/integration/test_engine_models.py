"""The real detector and encoder in the engine's process: a synthetic person enrolled by one picture is recognised on another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from facekit import synthetic
from facekit.engine import EngineClient, EnginePhase
from facekit.matching.decide import DecisionRule, Search
from facekit.matching.gallery import Gallery
from facekit.pipeline_config import PipelineConfig
from facekit.settings import Settings
from facekit.types import Frame, Outcome, Pixels, Sample
from tests.support.engine_watch import EngineWatch

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def watch() -> EngineWatch:
    return EngineWatch()


@pytest.fixture(scope="module")
def engine(watch: EngineWatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineClient]:
    """One for all tests: its models take seconds to load."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FACEKIT_HOME", str(tmp_path_factory.mktemp("home")))
        client = EngineClient(PipelineConfig(), on_state=watch.on_state, on_result=watch.on_result, hang_after_s=60)
        client.start()
        yield client
        client.stop()


def only_sample(engine: EngineClient, watch: EngineWatch, pixels: Pixels) -> Sample:
    count = len(watch.answers)
    engine.take_samples(pixels, watch.on_samples)
    answer = watch.until_answers(count + 1)[-1]
    assert isinstance(answer, tuple)
    assert len(answer) == 1
    return answer[0]


def test_person_when_enrolled_through_the_engine_is_recognised_by_it(engine: EngineClient, watch: EngineWatch) -> None:
    card = watch.until_phase(EnginePhase.READY).card
    assert card is not None
    rows = [(number, number, only_sample(engine, watch, synthetic.still(number, 0)).embedding) for number in range(3)]
    gallery = Gallery.of(card.key, rows, revision=1)
    engine.set_searches((Search(gallery, DecisionRule.of(Settings(), card)),))
    for frame_id, person in enumerate((1, 2, 0)):
        engine.offer(Frame(synthetic.still(person, 1), frame_id, float(10 * frame_id), "synthetic"))
        result = watch.until_result(frame_id)
        assert [(face.decision.outcome, face.decision.person_id) for face in result.faces] == [(Outcome.MATCH, person)]
        assert result.gallery_revision == 1
        assert result.timings_ms["total"] > 0


def test_picture_without_a_face_gives_no_sample_and_no_face(engine: EngineClient, watch: EngineWatch) -> None:
    empty = synthetic.render((), width=320, height=240, background_seed=1)
    count = len(watch.answers)
    engine.take_samples(empty, watch.on_samples)
    engine.offer(Frame(empty, 100, 1000.0, "synthetic"))
    assert watch.until_answers(count + 1)[-1] == ()
    assert watch.until_result(100).faces == ()
