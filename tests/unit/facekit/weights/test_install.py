"""Weights of others: fetched from a real server, resumed, checked, converted; never used when they are not what was published."""

from __future__ import annotations

import dataclasses
import hashlib
import pickle
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from facekit.cards import load_card
from facekit.encoders import open_encoder
from facekit.errors import ModelChecksumError, ModelError, ModelFileMissingError, UnknownNameError
from facekit.types import AlignedFace
from facekit.weights import find_model, installed, user_weights_dir
from facekit.weights.catalogue import CATALOGUE, Published
from facekit.weights.install import fetch, import_file, install
from tests.support.file_server import FileServer, serving

CONTENT = bytes(np.random.default_rng(1).integers(0, 256, 300_000, dtype=np.uint8))


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACEKIT_HOME", str(tmp_path / "home"))


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving(CONTENT) as running:
        yield running


def detector_file(url: str = "", content: bytes = CONTENT) -> Published:
    """A stand-in for a published ONNX file."""
    return dataclasses.replace(CATALOGUE["yunet"], name="stand-in", url=url, sha256=hashlib.sha256(content).hexdigest())


def test_fetch_installs_the_file_with_its_card(server: FileServer) -> None:
    seen: list[tuple[int, int | None]] = []
    card = fetch(detector_file(server.url), progress=lambda so_far, total: seen.append((so_far, total)))
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert card.weights_hash == hashlib.sha256(CONTENT).hexdigest()
    assert load_card(user_weights_dir() / "stand-in") == card
    assert find_model("stand-in", task="detect")[0] == card


def test_fetch_that_broke_off_goes_on_where_it_stopped(server: FileServer) -> None:
    server.break_after = 100_000
    with pytest.raises(ModelError, match="could not be fetched"):
        fetch(detector_file(server.url))
    assert list(installed()) == [row for row in installed() if row[0].model_id != "stand-in"], "nothing half is installed"
    fetch(detector_file(server.url))
    assert server.ranges[0] is None
    resumed = server.ranges[1]
    assert resumed is not None
    assert int(resumed.removeprefix("bytes=").removesuffix("-")) >= 1
    assert (user_weights_dir() / "stand-in" / "stand-in.onnx").read_bytes() == CONTENT


def test_fetch_of_altered_content_is_refused_and_deleted(server: FileServer) -> None:
    server.content = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
    with pytest.raises(ModelChecksumError):
        fetch(detector_file(server.url))
    assert not list(user_weights_dir().glob("*stand-in*"))


def test_fetch_after_refused_content_begins_anew(server: FileServer) -> None:
    good, server.content = server.content, b"x" * 1000
    with pytest.raises(ModelChecksumError):
        fetch(detector_file(server.url))
    server.content = good
    fetch(detector_file(server.url))
    assert server.ranges == [None, None]


def test_fetch_from_nobody_says_how_to_import_instead() -> None:
    with pytest.raises(ModelError, match=r"facekit weights import FILE --name stand-in"):
        fetch(detector_file("http://127.0.0.1:9/nothing"))


def test_fetch_from_no_web_address_is_refused() -> None:
    with pytest.raises(ModelError, match="not an address"):
        fetch(detector_file("file:///etc/passwd"))


def test_import_of_an_unknown_file_names_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "some.bin"
    path.write_bytes(CONTENT)
    with pytest.raises(UnknownNameError, match="vggface2"):
        import_file(path)
    with pytest.raises(ModelChecksumError):
        import_file(path, "yunet")
    with pytest.raises(ModelFileMissingError):
        import_file(tmp_path / "absent.bin")


def test_absent_weights_of_a_known_model_are_never_replaced_by_random_ones() -> None:
    with pytest.raises(ModelFileMissingError, match="facekit weights fetch vggface2"):
        open_encoder("vggface2")


def test_unknown_model_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="encoder-v0"):
        find_model("encoder-ve0", task="encode")


def _inception(sha256: str = "") -> Published:
    return dataclasses.replace(CATALOGUE["vggface2"], sha256=sha256)


@pytest.mark.models
def test_state_dict_fetched_becomes_safetensors_that_encode_the_same(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("facenet_pytorch")
    from facekit.nets.inception import inception_resnet_v1

    torch.manual_seed(0)
    net = inception_resnet_v1().eval()
    path = tmp_path / "published.pt"
    torch.save({**net.state_dict(), "logits.weight": torch.zeros(10, 512), "logits.bias": torch.zeros(10)}, path)
    with serving(path.read_bytes()) as server:
        card = fetch(_inception(hashlib.sha256(path.read_bytes()).hexdigest()), url=server.url)
    assert card.files["torch"].name.endswith(".safetensors")
    face = np.random.default_rng(0).integers(0, 256, (160, 160, 3), dtype=np.uint8)
    made = open_encoder("vggface2").encode([AlignedFace(face)])[0].vector
    with torch.inference_mode():
        expected = net(torch.from_numpy(((face.astype(np.float32) - 127.5) / 128).transpose(2, 0, 1)[None]))[0].numpy()
    np.testing.assert_allclose(made, expected, atol=1e-5)


class _Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return (print, ("code in a weights file was run",))


def test_state_dict_that_would_run_code_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("facenet_pytorch")
    path = tmp_path / "evil.pt"
    path.write_bytes(pickle.dumps({"weight": _Evil()}, protocol=2))
    with pytest.raises(ModelError):
        install(_inception(), path)
    assert "was run" not in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"PK", b"\x80\x02", b"\xff" * 64, CONTENT], ids=["empty", "zip", "pickle", "length", "noise"])
def test_damaged_state_dict_is_a_model_error_and_leaves_nothing(tmp_path: Path, content: bytes) -> None:
    pytest.importorskip("facenet_pytorch")
    path = tmp_path / "damaged.pt"
    path.write_bytes(content)
    with pytest.raises(ModelError):
        install(_inception(), path)
    assert list(user_weights_dir().iterdir()) == []
