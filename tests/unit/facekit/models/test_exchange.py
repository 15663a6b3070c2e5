"""Deleting an encoder: its own folder, and of a candidate all that the retraining left."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from facekit.cards import save_card
from facekit.errors import ModelError
from facekit.models.exchange import delete_encoder
from facekit.models.inventory import find_encoder
from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.retraining.request import retraining_home
from facekit.store.fake import MemoryRepository
from facekit.weights import find_model

pytestmark = pytest.mark.models


@pytest.fixture
def run(facekit_home: Path) -> Path:
    """A retraining that came to its end, with its candidate, a checkpoint and pictures."""
    card, shipped = find_model(DEFAULT_ENCODER, task="encode")
    candidate = retraining_home() / "mine" / "candidate" / "mine"
    shutil.copytree(shipped, candidate)
    save_card(replace(card, model_id="mine"), candidate)
    folder = candidate.parents[1]
    (folder / "faces" / "Ana").mkdir(parents=True)
    (folder / "last.safetensors").write_bytes(b"weights")
    return folder


def test_delete_of_a_candidate_deletes_the_retraining_that_made_it(run: Path) -> None:
    delete_encoder(find_encoder(MemoryRepository(), "mine"))
    assert not run.exists()
    assert run.parent.is_dir()


def test_delete_of_the_active_encoder_is_refused(run: Path) -> None:
    with pytest.raises(ModelError, match="came with the program"):
        delete_encoder(find_encoder(MemoryRepository(), DEFAULT_ENCODER))
    assert run.is_dir()
