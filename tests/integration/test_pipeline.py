"""The pipeline with real models on people who do not exist."""

from __future__ import annotations

import time

import numpy as np
import pytest

pytest.importorskip("facenet_pytorch")

from facekit.encoders.mirrored import Mirrored
from facekit.matching.decide import DecisionRule, Search, distance
from facekit.matching.gallery import Gallery
from facekit.matching.track import Tracker
from facekit.pipeline import FacePipeline
from facekit.pipeline_config import PipelineConfig
from facekit.synthetic import still
from facekit.types import Frame, Outcome

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def pipeline() -> FacePipeline:
    return FacePipeline.load(PipelineConfig(runtime="onnx"))


def frame_of(seed: int, view: int, frame_id: int = 0) -> Frame:
    return Frame(still(seed, view), frame_id, time.monotonic(), "test")


def test_two_views_of_a_person_are_nearer_than_two_persons(pipeline: FacePipeline) -> None:
    (ana,), (ana_again,), (bea,) = (pipeline.samples(still(seed, view)) for seed, view in ((0, 0), (0, 1), (1, 0)))
    assert distance(ana.embedding, ana_again.embedding) < distance(ana.embedding, bea.embedding)


def test_samples_are_encoded_with_their_mirror_image_and_frames_are_not(pipeline: FacePipeline) -> None:
    (ana,) = pipeline.samples(still(0, 0))
    (mirrored,), (once,) = (encoder.encode([ana.aligned]) for encoder in (Mirrored(pipeline.encoder), pipeline.encoder))
    np.testing.assert_allclose(ana.embedding.vector, mirrored.vector, atol=1e-5)
    gallery = Gallery.of(pipeline.card.key, [(1, 11, ana.embedding)])
    (seen,) = pipeline.analyse(frame_of(0, 0), [Search(gallery, DecisionRule(1.0, 0.0))], Tracker()).faces
    assert seen.decision.distance == pytest.approx(distance(ana.embedding, once), abs=1e-4)
    assert distance(mirrored, once) > 1e-3  # so that one is not taken for the other


def test_analyse_names_the_enrolled_and_not_the_stranger(pipeline: FacePipeline) -> None:
    (ana,) = pipeline.samples(still(0, 0))
    gallery = Gallery.of(pipeline.card.key, [(1, 11, ana.embedding)], revision=7)
    rule = DecisionRule(pipeline.card.operating_point(1e-3).threshold, 0.0)
    known = pipeline.analyse(frame_of(0, 1, frame_id=5), [Search(gallery, rule)], Tracker())
    assert (known.frame_id, known.gallery_revision) == (5, 7)
    assert [face.decision.person_id for face in known.faces] == [11]
    stranger = pipeline.analyse(frame_of(3, 0), [Search(gallery, rule)], Tracker())
    assert [face.decision.outcome is Outcome.MATCH for face in stranger.faces] == [False]


def test_analyse_without_anybody_enrolled_recognises_nobody(pipeline: FacePipeline) -> None:
    result = pipeline.analyse(frame_of(1, 0), [], Tracker())
    assert [face.decision.outcome for face in result.faces] == [Outcome.NON_MATCH]
    assert result.gallery_revision == -1
    assert set(result.timings_ms) == {"detect", "align", "encode", "search", "total"}


def test_picture_without_a_face_gives_no_samples(pipeline: FacePipeline) -> None:
    assert pipeline.samples(np.full((100, 100, 3), 200, np.uint8)) == ()


def test_analyse_of_the_same_person_twice_in_a_picture_gives_the_name_once(pipeline: FacePipeline) -> None:
    (ana,) = pipeline.samples(still(0, 0))
    gallery = Gallery.of(pipeline.card.key, [(1, 11, ana.embedding)], revision=1)
    rule = DecisionRule(pipeline.card.operating_point(1e-3).threshold, 0.0)
    beside = np.hstack([still(0, 1), still(0, 0)])
    tracker = Tracker()
    for frame_id in range(3):
        frame = Frame(beside, frame_id, time.monotonic(), "test")
        named = [face for face in pipeline.analyse(frame, [Search(gallery, rule)], tracker).faces if face.decision.person_id == 11]
        assert len(named) == 1
    assert named[0].face.box.x0 > beside.shape[1] / 2  # the enrolled picture itself is the nearer one
