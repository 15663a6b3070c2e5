"""Our encoder in integers: entered in the card where it is as good, and refused where it is not: calibrated on black pictures."""

from __future__ import annotations

import csv
import json
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from facekit.cards import load_card
from facekit.encoders.device import choose
from facekit.encoders.onnx import Int8OnnxEncoder, OnnxEncoder
from facekit.imaging import align
from facekit.synthetic import still_scene
from facekit.types import AlignedFace, Pixels
from facekit.weights import BUNDLED
from tests.support.training_data import write_zip
from training.cli import main
from training.data.faces import FaceSet, open_faces
from training.data.pairs import AlignedPairs
from training.errors import TrainingError
from training.quantize import QuantizeOptions, quantize

pytestmark = pytest.mark.models


_PERSONS = 6


@cache
def _aligned(person: int) -> Pixels:
    scene = still_scene(person, 0, width=320, height=240)
    return align(scene.pixels, scene.faces[0].landmarks).pixels


def _face(person: int, *, noise: int) -> Pixels:
    drawn = np.random.default_rng(person).integers(-noise, noise + 1, (112, 112, 3))
    face: Pixels = np.clip(_aligned(person) + drawn, 0, 255).astype(np.uint8)
    return face


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED / "encoder-v0", tmp_path / "encoder-v0"))


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Six people who do not exist, each in one view twice, the second time with noise: easy to tell apart."""
    folder = tmp_path / "pairs"
    folder.mkdir()
    names = [f"p{person}/{number}" for person in range(_PERSONS) for number in range(2)]
    write_zip(folder / "aligned112.zip", {f"{name}.webp": _face(row // 2, noise=4 * (row % 2)) for row, name in enumerate(names)})
    rows = [(f"p{person}/0", f"p{person}/1", 1, person % 2) for person in range(_PERSONS)]
    rows += [(f"p{person}/0", f"p{(person + 1) % _PERSONS}/1", 0, person % 2) for person in range(_PERSONS)]
    with (folder / "pairs.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("left", "right", "same", "fold"), *rows])
    return folder


def _calibration_faces(folder: Path, *, black: bool = False) -> str:
    files = {f"{number}.webp": np.zeros((112, 112, 3), np.uint8) if black else _face(number, noise=8) for number in range(_PERSONS)}
    return str(write_zip(folder / "calibration.zip", files))


def test_quantize_of_a_good_graph_enters_it_in_the_card_and_keeps_the_models_key(model: Path, pairs: Path, tmp_path: Path) -> None:
    before = load_card(model)
    options = QuantizeOptions(open_faces([_calibration_faces(tmp_path)]), AlignedPairs(pairs), resamples=5)
    report = quantize(model, options)
    after = load_card(model)
    assert report.is_registered
    assert report.loss < 0.001
    assert report.cosine > 0.99
    assert list(after.files) == ["onnx", "torch", "onnx-int8"]
    assert after.key == before.key
    assert after.files["onnx-int8"].size < before.files["onnx"].size / 3
    faces = [AlignedFace(_face(person, noise=0)) for person in range(3)]
    floats, integers = (
        np.stack([e.vector for e in encoder.encode(faces)]) for encoder in (OnnxEncoder(after, model), Int8OnnxEncoder(after, model))
    )
    assert 0.98 < (floats * integers).sum(axis=1).min() < 0.999999
    assert choose("onnx-int8", after).runtime == "onnx-int8"


def test_quantize_of_a_graph_that_loses_too_much_leaves_the_folder_as_it_was(
    model: Path, pairs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name: path.read_bytes() for path in model.iterdir()}
    words = ["quantize", str(model), "--faces", _calibration_faces(tmp_path, black=True), "--pairs", str(pairs)]
    assert main(words) == 2
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert report["cosine"] < 0.99
    assert not report["is_registered"]
    assert "Nothing was entered" in said.err
    assert {path.name: path.read_bytes() for path in model.iterdir()} == before


def test_quantize_without_faces_is_refused(model: Path, pairs: Path) -> None:
    with pytest.raises(TrainingError, match="no faces to calibrate on"):
        quantize(model, QuantizeOptions(FaceSet(()), AlignedPairs(pairs)))
    assert not list(model.glob("*int8*"))
