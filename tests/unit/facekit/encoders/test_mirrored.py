"""A face with its mirror image: the mean of two looks, the same for both."""

from __future__ import annotations

import numpy as np
import pytest

from facekit.encoders import open_encoder
from facekit.encoders.mirrored import Mirrored
from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.types import AlignedFace
from tests.unit.facekit.encoders.test_encoders import noise_faces


def turned(face: AlignedFace) -> AlignedFace:
    return AlignedFace(np.ascontiguousarray(face.pixels[:, ::-1]))


@pytest.mark.models
def test_it_is_the_unit_mean_of_the_face_and_its_mirror_image() -> None:
    encoder = open_encoder(DEFAULT_ENCODER, "onnx")
    faces = noise_faces(3)
    plain, mirrored = encoder.encode(faces), encoder.encode([turned(face) for face in faces])
    for made, first, second in zip(Mirrored(encoder).encode(faces), plain, mirrored, strict=True):
        mean = first.vector + second.vector
        np.testing.assert_allclose(made.vector, mean / np.linalg.norm(mean), atol=1e-5)
        made.require(first.key)


@pytest.mark.models
def test_face_and_its_mirror_image_have_one_embedding() -> None:
    encoder = Mirrored(open_encoder(DEFAULT_ENCODER, "onnx"))
    face = noise_faces(1)[0]
    np.testing.assert_allclose(encoder.encode([face])[0].vector, encoder.encode([turned(face)])[0].vector, atol=1e-5)


def test_no_faces_give_no_embeddings() -> None:
    assert Mirrored(open_encoder(DEFAULT_ENCODER, "onnx")).encode([]) == ()
