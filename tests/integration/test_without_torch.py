"""The light installation: the library finds, encodes and recognises without torch. It runs where torch is absent, as .ci/run makes it."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from facekit.cli.__main__ import main
from facekit.detectors.base import DETECTORS
from facekit.encoders import open_encoder
from facekit.errors import UnknownNameError
from facekit.matching.decide import distance
from facekit.pipeline import FacePipeline
from facekit.pipeline_config import PipelineConfig
from facekit.synthetic import still
from facekit.types import AlignedFace

pytestmark = [
    pytest.mark.models,
    pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="torch is installed here"),
]


def test_encode_without_torch_gives_unit_vectors_that_tell_pictures_apart() -> None:
    rng = np.random.default_rng(7)
    side = 112
    faces = [AlignedFace(rng.integers(0, 256, (side, side, 3), dtype=np.uint8)) for _ in range(2)]
    encoder = open_encoder("encoder-v0")
    first, second = (embedding.vector for embedding in encoder.encode(faces))
    assert encoder.device == "cpu"
    assert first.shape == (encoder.card.embedding_size,)
    assert np.linalg.norm(first) == pytest.approx(1, abs=1e-5)
    assert not np.allclose(first, second)


def test_recognise_without_torch_with_the_settings_as_they_come() -> None:
    pipeline = FacePipeline.load(PipelineConfig())
    (enrolled,), (again,), (other,) = (pipeline.samples(still(*seeds)) for seeds in ((1, 0), (1, 0), (2, 0)))
    assert distance(enrolled.embedding, again.embedding) == pytest.approx(0, abs=1e-5)
    assert distance(enrolled.embedding, other.embedding) > 0.1


def test_mtcnn_without_torch_says_what_is_missing() -> None:
    with pytest.raises(UnknownNameError, match="torch"):
        DETECTORS.create("mtcnn", min_face=40)


def test_retrain_without_torch_says_what_to_install(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["retrain", "--gallery"]) == 2
    said = capsys.readouterr().err
    assert "torch" in said
    assert "facekit-app[train]" in said
