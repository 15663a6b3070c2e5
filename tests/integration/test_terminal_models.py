"""The verb models: a gallery of encoder-v0 brought to the default and back; encoders exported, imported and deleted. All of it is real."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from facekit.cards import load_card, save_card
from facekit.imaging import save_image
from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.synthetic import still
from facekit.weights import find_model, user_weights_dir
from tests.support.terminal import Terminal, terminal_of

pytestmark = pytest.mark.models

OLD, NEW = "encoder-v0", DEFAULT_ENCODER
ANA, BEA = 0, 1


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return terminal_of(capsys)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder a synthetic person, with pictures `<view>.png`."""
    folder = tmp_path_factory.mktemp("pictures")
    for person in (ANA, BEA):
        (folder / str(person)).mkdir()
        for view in (0, 1):
            save_image(folder / str(person) / f"{view}.png", still(person, view))
    return folder


def names(terminal: Terminal, pictures: Path) -> list[tuple[str | None, str | None]]:
    """Whom the terminal recognises on the second pictures, and by which encoder."""
    said = terminal("recognise", *(pictures / str(person) / "1.png" for person in (ANA, BEA)), "--json")
    faces = [result["faces"][0] for result in said.json["results"]]
    return [(face["name"], face["encoder"]) for face in faces]


def test_gallery_moves_to_another_encoder_and_back_and_at_no_time_is_anybody_lost(terminal: Terminal, pictures: Path) -> None:
    first = [pictures / str(person) / "0.png" for person in (ANA, BEA)]
    assert terminal("enrol", "Ana", first[ANA], "--encoder", OLD, "--keep-crops").code == 0
    assert terminal("enrol", "Bea", first[BEA], "--encoder", OLD).code == 0
    assert names(terminal, pictures) == [("Ana", OLD), ("Bea", OLD)], "the new default asks the encoder that knows them"
    said = terminal("models", "list", "--json").json
    used = [(row["encoder"], row["use"], row["templates"]) for row in said["encoders"] if row["use"] != "none"]
    assert used == [(OLD, "beside", 2), (NEW, "active", 0)]
    assert said["needing"] == ["Bea"]
    said = terminal("models", "reencode", "--json")
    assert [json.loads(line)["event"] for line in said.out.splitlines()] == ["reencoded", "reencoded", "finished"]
    assert said.json["needing"] == ["Bea"]
    assert names(terminal, pictures) == [("Ana", NEW), ("Bea", OLD)]
    refused = terminal("models", "release", OLD, "--yes")
    assert refused.code == 2
    assert "Bea" in refused.err
    # Forward to the old one by force and back again: who is enrolled in between stays.
    assert terminal("models", "promote", OLD).code == 2
    assert terminal("models", "promote", OLD, "--force", "--reason", "to try it").code == 0
    assert names(terminal, pictures) == [("Ana", OLD), ("Bea", OLD)]
    back = terminal("models", "rollback", "--json").json
    assert (back["kind"], back["old"]["encoder"], back["new"]["encoder"]) == ("roll_back", OLD, NEW)
    assert names(terminal, pictures) == [("Ana", NEW), ("Bea", OLD)]
    assert terminal("enrol", "Bea", first[BEA]).code == 0
    assert terminal("models", "release", OLD, "--yes", "--json").json == {"released": OLD, "embeddings": 2}
    assert names(terminal, pictures) == [("Ana", NEW), ("Bea", NEW)]
    shown = terminal("models", "show", OLD, "--json").json
    assert [(entry["kind"], entry["reason"]) for entry in shown["changes"]] == [
        ("release", ""),
        ("roll_back", ""),
        ("promote", "to try it"),
    ]
    assert terminal("models", "rollback").code == 2


def test_compare_says_the_same_figures_of_an_encoder_beside_itself(terminal: Terminal, pictures: Path) -> None:
    found = terminal("models", "compare", OLD, NEW, "--on", pictures, "--json").json
    first, second = found["encoders"]
    assert (first["encoder"], second["encoder"], first["pairs"]) == (OLD, NEW, 6)
    for name in ("accuracy", "eer", "fnmr_at_fmr_0.001"):
        low, high = first[f"{name}_interval"]
        assert low <= first[name] <= high
    assert not first["fmr_is_supported"]
    assert found["verdict"]["finding"] == "too_few"
    refused = terminal("models", "promote", OLD, "--on", pictures)
    assert refused.code == 2
    assert "held-out persons" in refused.err


def test_compare_on_a_list_of_pairs_reads_its_pictures(terminal: Terminal, pictures: Path, tmp_path: Path) -> None:
    for person in (ANA, BEA):
        for view in (0, 1):
            save_image(tmp_path / f"{person}-{view}.png", still(person, view))
    (tmp_path / "pairs.csv").write_text("left,right,same\n0-0.png,0-1.png,1\n0-0.png,1-0.png,0\n")
    found = terminal("models", "compare", OLD, NEW, "--on", tmp_path, "--json").json
    assert [side["pairs"] for side in found["encoders"]] == [2, 2]
    assert found["verdict"] is None
    (tmp_path / "pairs.csv").write_text("left,right,same\nabsent.png,0-1.png,1\n0-0.png,1-0.png,0\n")
    assert "absent.png" in terminal("models", "compare", OLD, NEW, "--on", tmp_path).err


def own_encoder(folder: Path, *, name: str = "encoder-own") -> Path:
    """encoder-v0 under another name, as a folder to import."""
    card, source = find_model(OLD, task="encode")
    folder.mkdir()
    for file in card.files.values():
        (folder / file.name).write_bytes((source / file.name).read_bytes())
    save_card(replace(card, model_id=name), folder)
    return folder


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_encoder_exported_and_imported_again_is_the_same_and_can_be_deleted(terminal: Terminal, tmp_path: Path, kind: str) -> None:
    assert terminal("models", "import", own_encoder(tmp_path / "own")).code == 0
    target = tmp_path / ("away.zip" if kind == "zip" else "away")
    assert terminal("models", "export", "encoder-own", target).code == 0
    assert terminal("models", "export", "encoder-own", target).code == 2, "nothing is overwritten"
    assert terminal("models", "delete", "encoder-own", "--yes").code == 0
    assert not (user_weights_dir() / "encoder-own").exists()
    said = terminal("models", "import", target, "--json")
    assert said.json["weights_hash"] == find_model(OLD, task="encode")[0].weights_hash
    assert load_card(user_weights_dir() / "encoder-own").model_id == "encoder-own"
    assert sorted(path.name for path in user_weights_dir().iterdir()) == ["encoder-own"], "nothing half-done is left"
    assert terminal("models", "import", target).code == 0, "the same again does no harm"


def test_import_of_what_is_altered_misnamed_or_no_encoder_leaves_nothing(terminal: Terminal, tmp_path: Path) -> None:
    own = own_encoder(tmp_path / "own")
    weights = next(own.glob("*.onnx"))
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "not those that the card" in terminal("models", "import", own).err
    weights.write_bytes(whole)
    card = load_card(own)
    for changes, complaint in (
        ({"model_id": "../escape"}, "cannot be the name of a folder"),
        ({"model_id": NEW}, "other weights"),
        ({"task": "detect"}, "no encoder"),
        ({"embedding_size": 64}, "64 numbers"),
    ):
        save_card(replace(card, **changes), own)
        assert complaint in terminal("models", "import", own).err
    assert "no folder or zip" in terminal("models", "import", tmp_path / "absent").err
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    assert "card.json is missing" in terminal("models", "import", tmp_path / "empty.zip").err
    assert not any(user_weights_dir().iterdir())


def test_delete_of_an_encoder_in_use_or_shipped_is_refused_with_the_way_out(terminal: Terminal, pictures: Path, tmp_path: Path) -> None:
    terminal("models", "import", own_encoder(tmp_path / "own"))
    assert terminal("enrol", "Ana", pictures / str(ANA) / "0.png", "--encoder", "encoder-own").code == 0
    refused = terminal("models", "delete", "encoder-own", "--yes")
    assert refused.code == 2
    assert "facekit models release encoder-own" in refused.err
    assert "came with the program" in terminal("models", "delete", OLD, "--yes").err
    assert terminal("models", "promote", "encoder-own", "--force", "--reason", "mine").code == 0
    assert "active encoder" in terminal("models", "delete", "encoder-own", "--yes").err
    assert "There are:" in terminal("models", "show", "absent").err
