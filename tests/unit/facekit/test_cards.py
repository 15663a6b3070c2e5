"""Model cards: a round trip, and refusal of weights that are not the card's."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from facekit.cards import CARD_NAME, load_card, save_card, verified_file
from facekit.errors import ModelChecksumError, ModelError, ModelFileMissingError
from facekit.weights import BUNDLED

SHIPPED = sorted(path.parent for path in BUNDLED.glob(f"*/{CARD_NAME}"))


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: path.name)
def test_shipped_card_names_its_files_with_their_true_hashes(folder: Path) -> None:
    card = load_card(folder)
    assert card.model_id == folder.name
    for runtime in card.files:
        assert verified_file(card, folder, runtime).is_file()


def test_card_saved_and_loaded_again_is_the_same(tmp_path: Path) -> None:
    card = load_card(BUNDLED / "encoder-v0")
    save_card(card, tmp_path)
    assert load_card(tmp_path) == card


def test_weights_with_one_byte_changed_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "encoder-v0"
    shutil.copytree(BUNDLED / "encoder-v0", folder)
    weights = folder / "encoder-v0.onnx"
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ModelChecksumError, match="not those that the card"):
        verified_file(load_card(folder), folder, "onnx")


def test_missing_weights_are_named_with_the_way_out(tmp_path: Path) -> None:
    card = load_card(BUNDLED / "encoder-v0")
    with pytest.raises(ModelFileMissingError, match="facekit weights"):
        verified_file(card, tmp_path, "onnx")


def test_file_name_that_leaves_the_folder_is_refused(tmp_path: Path) -> None:
    raw = json.loads((BUNDLED / "encoder-v0" / CARD_NAME).read_text())
    raw["files"]["onnx"]["name"] = "../outside.onnx"
    (tmp_path / "model").mkdir()
    (tmp_path / "outside.onnx").write_bytes(b"x")
    (tmp_path / "model" / CARD_NAME).write_text(json.dumps(raw))
    with pytest.raises(ModelFileMissingError):
        verified_file(load_card(tmp_path / "model"), tmp_path / "model", "onnx")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"model_id": "x", "files": {}}', "null"])
def test_damaged_card_is_a_model_error(tmp_path: Path, content: str) -> None:
    (tmp_path / CARD_NAME).write_text(content)
    with pytest.raises(ModelError):
        load_card(tmp_path)


def test_operating_point_for_a_rate_below_all_is_the_strictest() -> None:
    card = load_card(BUNDLED / "encoder-v0")
    assert card.operating_point(1e-6) == min(card.operating_points, key=lambda point: point.threshold)
