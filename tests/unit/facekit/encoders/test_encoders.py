"""Encoders: the same vectors from every runtime, unit length, bound to their weights; devices chosen aloud."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from facekit.cards import CARD_NAME, weight_file
from facekit.encoders import open_encoder
from facekit.encoders.device import choose
from facekit.errors import ModelError
from facekit.types import AlignedFace
from facekit.weights import BUNDLED, find_model, user_weights_dir


def noise_faces(count: int, size: int = 112) -> list[AlignedFace]:
    """Smooth coloured noise, different for each."""
    rng = np.random.default_rng(5)
    coarse = rng.integers(0, 256, (count, 8, 8, 3), dtype=np.uint8)
    return [AlignedFace(np.ascontiguousarray(np.kron(c, np.ones((size // 8, size // 8, 1), np.uint8)))) for c in coarse]


@pytest.mark.models
def test_onnx_and_torch_give_the_same_vectors() -> None:
    pytest.importorskip("torch")
    faces = noise_faces(40)
    first, second = (np.stack([e.vector for e in open_encoder("encoder-v0", runtime).encode(faces)]) for runtime in ("onnx", "torch-cpu"))
    assert np.abs(first - second).max() < 1e-4


@pytest.mark.models
@pytest.mark.gpu
def test_cuda_gives_the_vectors_of_the_processor() -> None:
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    faces = noise_faces(40)
    first, second = (np.stack([e.vector for e in open_encoder("encoder-v0", runtime).encode(faces)]) for runtime in ("onnx", "cuda"))
    assert np.abs(first - second).max() < 1e-3


@pytest.mark.models
def test_embeddings_are_unit_vectors_of_128_numbers_bound_to_the_weights() -> None:
    encoder = open_encoder("encoder-v0", "onnx")
    for embedding in encoder.encode(noise_faces(3)):
        assert embedding.vector.shape == (128,)
        assert embedding.vector.dtype == np.float32
        assert np.linalg.norm(embedding.vector) == pytest.approx(1.0, abs=1e-5)
        assert embedding.key == encoder.card.key


@pytest.mark.models
def test_vectors_do_not_depend_on_what_else_is_in_the_batch() -> None:
    encoder = open_encoder("encoder-v0", "onnx")
    faces = noise_faces(35)
    alone = encoder.encode(faces[33:34])[0].vector
    np.testing.assert_allclose(encoder.encode(faces)[33].vector, alone, atol=1e-5)


def test_no_faces_give_no_embeddings() -> None:
    assert open_encoder("encoder-v0", "onnx").encode([]) == ()


def test_face_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="112"):
        open_encoder("encoder-v0", "onnx").encode(noise_faces(1, size=160))


def test_wish_that_cannot_be_met_is_refused_not_replaced() -> None:
    card, _ = find_model("encoder-v0", task="encode")
    onnx_only = dataclasses.replace(card, files={"onnx": card.files["onnx"]})
    with pytest.raises(ModelError, match="no torch weights"):
        choose("cuda", onnx_only)
    with pytest.raises(ModelError, match="no onnx-int8 weights"):
        choose("onnx-int8", onnx_only)
    with pytest.raises(ModelError, match="no runtime 'tpu'"):
        choose("tpu", card)


def test_automatic_choice_says_why() -> None:
    card, _ = find_model("encoder-v0", task="encode")
    choice = choose("auto", card)
    assert choice.reason
    assert choice.device in {"cpu", "cuda", "mps"}


@pytest.fixture
def own_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of our encoder among the user's models, under another name."""
    monkeypatch.setenv("FACEKIT_HOME", str(tmp_path))
    folder = user_weights_dir() / "mine"
    shutil.copytree(BUNDLED / "encoder-v0", folder)
    _rewrite(folder, model_id="mine")
    return folder


def _rewrite(folder: Path, **changes: object) -> None:
    path = folder / CARD_NAME
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.models
@pytest.mark.parametrize(("poison", "told"), [(float("nan"), "NaN"), (float("inf"), "NaN or infinity")])
def test_weights_with_nan_or_infinity_are_refused(own_model: Path, poison: float, told: str) -> None:
    pytest.importorskip("torch")
    from safetensors.numpy import load_file, save_file

    path = own_model / "encoder-v0.safetensors"
    weights = load_file(path)
    weights["fc.weight"] = weights["fc.weight"].copy()
    weights["fc.weight"][0, 0] = poison
    save_file(weights, path)
    _rewrite(own_model, files={"torch": dataclasses.asdict(weight_file(path))})
    with pytest.raises(ModelError, match=told):
        open_encoder("mine", "torch-cpu")


@pytest.mark.models
@pytest.mark.parametrize(("runtime", "file"), [("onnx", "encoder-v0.onnx"), ("torch-cpu", "encoder-v0.safetensors")])
def test_file_that_is_no_model_is_a_model_error_even_with_the_right_hash(own_model: Path, runtime: str, file: str) -> None:
    if runtime != "onnx":
        pytest.importorskip("torch")
    path = own_model / file
    path.write_bytes(path.read_bytes()[:5000])
    _rewrite(own_model, files={runtime.split("-")[0]: dataclasses.asdict(weight_file(path))})
    with pytest.raises(ModelError):
        open_encoder("mine", runtime)
