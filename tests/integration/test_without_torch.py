"""The light installation: the library encodes without torch. Runs only where torch is absent; .ci/run makes such a place."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from facekit.detectors.base import DETECTORS
from facekit.encoders import open_encoder
from facekit.errors import UnknownNameError
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


def test_mtcnn_without_torch_says_what_is_missing() -> None:
    with pytest.raises(UnknownNameError, match="torch"):
        DETECTORS.create("mtcnn", min_face=40)
