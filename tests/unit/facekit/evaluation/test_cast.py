"""The cast that comes with the program: passed by encoders that know it, and failed by one that has forgotten."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facekit.cards import ModelCard, WeightFile
from facekit.encoders import open_encoder
from facekit.encoders.base import Encoder
from facekit.evaluation.cast import cast, judge_on_cast
from facekit.evaluation.promotion import Encoded, Finding, Operating, judge, load_verdict, with_others
from facekit.imaging import read_image
from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.types import AlignedFace, Embedding
from tests.support.synthetic_faces import write_synthetic_people

KEPT_DIMENSIONS = 6


class Forgetful:
    """An encoder that was trained on some faces until it knew nothing else: of all others it keeps a few numbers of what it was.

    Args:
        known: The faces that it still sees as before.
    """

    def __init__(self, known: Sequence[AlignedFace]) -> None:
        self._before = open_encoder(DEFAULT_ENCODER, "onnx")
        self._known = {_print_of(face) for face in known}
        card = self._before.card
        self.card: ModelCard = replace(card, model_id="forgetful", files={"onnx": WeightFile("f.onnx", "f" * 64, 1)})
        self.device = "cpu"

    def encode(self, faces: Sequence[AlignedFace]) -> tuple[Embedding, ...]:
        """See Encoder."""
        return tuple(
            Embedding(embedding.vector if _print_of(face) in self._known else _blunted(embedding.vector), self.card.key)
            for face, embedding in zip(faces, self._before.encode(faces), strict=True)
        )


def _blunted(vector: np.ndarray[tuple[int], np.dtype[np.float32]]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    left = vector.copy()
    left[KEPT_DIMENSIONS:] = 0.0
    return left / np.linalg.norm(left)


def _print_of(face: AlignedFace) -> bytes:
    return hashlib.sha256(face.pixels.tobytes()).digest()


def test_cast_is_of_eighty_people_in_four_pictures_each() -> None:
    faces, persons = cast()
    assert set(Counter(persons).values()) == {4}
    assert len(set(persons)) == 80
    assert {face.pixels.shape for face in faces} == {(112, 112, 3)}
    assert len({face.pixels.tobytes() for face in faces}) == 320


@pytest.mark.models
@pytest.mark.parametrize("name", ["encoder-v0", "encoder-v1"])
def test_encoders_that_learnt_on_the_world_are_let_in_whichever_was_before(name: str) -> None:
    verdict = judge_on_cast(open_encoder(name, "onnx"), open_encoder(DEFAULT_ENCODER, "onnx"), resamples=300)
    assert verdict.finding is Finding.NOT_WORSE
    assert verdict.on == "320 pictures of 80 people who do not exist"


@pytest.mark.models
def test_encoder_that_forgot_the_world_is_refused_though_its_own_people_are_served_as_before(tmp_path: Path) -> None:
    folder = write_synthetic_people(tmp_path / "people", persons=10, pictures=5)
    files = sorted(folder.glob("*/*.png"))
    faces, names = [AlignedFace(read_image(file)) for file in files], [file.parent.name for file in files]
    old: Encoder = open_encoder(DEFAULT_ENCODER, "onnx")
    new: Encoder = Forgetful(faces)
    before, after = (Encoded(e.card.key, np.stack([made.vector for made in e.encode(faces)])) for e in (old, new))
    own = judge(before, after, names, Operating(1.0, 0.01), measured_on="50 pictures of 10 persons held out", tolerance=0.05)
    assert own.finding is Finding.NOT_WORSE
    world = judge_on_cast(old, new, resamples=300)
    assert world.finding is Finding.WORSE
    verdict = with_others(own, [world])
    assert not verdict.may_be_promoted
    assert verdict.finding is Finding.WORSE
    assert verdict.reason.startswith("On 320 pictures of 80 people who do not exist: at a false match rate of")
    assert "On 50 pictures of 10 persons held out: at a false" in verdict.reason
    verdict.save(tmp_path)
    assert load_verdict(tmp_path) == verdict
