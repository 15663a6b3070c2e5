"""A run as files that the product reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facekit.cards import load_card, verified_file
from facekit.encoders.onnx import OnnxEncoder
from facekit.encoders.torch import TorchEncoder
from facekit.types import AlignedFace
from tests.support.training_data import distil_recipe, patches
from training.errors import TrainingError
from training.events import EVENTS_NAME, to_line
from training.export import ExportOptions, export_encoder
from training.loop import train


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # of the exporter's own code
def test_export_encoder_writes_two_files_that_agree_and_a_card(tmp_path: Path) -> None:
    recipe, run = distil_recipe(tmp_path, steps=2), tmp_path / "run"
    run.mkdir()
    lines = [to_line(event) for event in train(recipe, run)]
    (run / EVENTS_NAME).write_text("\n".join(lines), encoding="utf-8")
    card = export_encoder(run, tmp_path / "weights", ExportOptions("tiny-v1", licence="any use"))
    folder = tmp_path / "weights" / "tiny-v1"
    assert load_card(folder) == card
    assert (card.embedding_size, card.recipe_hash, card.licence, card.data) == (8, recipe.recipe_hash, "any use", "faces 22")
    assert verified_file(card, folder, "onnx").is_file()
    faces = [AlignedFace(patches(seed)) for seed in range(3)]
    first, second = (encoder.encode(faces) for encoder in (OnnxEncoder(card, folder), TorchEncoder(card, folder)))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_allclose(one.vector, other.vector, atol=1e-5)


def test_export_encoder_where_there_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="There is no run"):
        export_encoder(tmp_path, tmp_path / "weights", ExportOptions("tiny-v1"))
