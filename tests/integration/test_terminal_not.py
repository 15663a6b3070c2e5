"""facekit not: a wrong match is remembered, recognise and verify heed it, and it can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from facekit.imaging import save_image
from facekit.synthetic import still
from tests.support.terminal import Terminal, terminal_of

pytestmark = pytest.mark.models
ANA, STRANGER = 0, 1
LOOSE = ("--threshold", "2.5")


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    monkeypatch.setenv("FACEKIT_HOME", str(tmp_path / "home"))
    return terminal_of(capsys)


def test_wrong_match_is_remembered_heeded_listed_and_taken_back(terminal: Terminal, tmp_path: Path) -> None:
    for name, person, view in (("ana-0", ANA, 0), ("ana-1", ANA, 1), ("stranger-0", STRANGER, 0), ("stranger-1", STRANGER, 1)):
        save_image(tmp_path / f"{name}.png", still(person, view))
    assert terminal("enrol", "Ana", tmp_path / "ana-0.png").code == 0
    assert terminal("verify", "Ana", tmp_path / "stranger-1.png", *LOOSE).code == 0, "the limit lets everybody pass"

    said = terminal("not", "Ana", tmp_path / "stranger-0.png", "--json").json
    [kept] = said["not"]
    assert (said["name"], kept["source"]) == ("Ana", "stranger-0.png")
    different = terminal("verify", "Ana", tmp_path / "stranger-1.png", *LOOSE)
    assert different.code == 1
    assert "nearer to one that you said is not Ana" in different.out
    assert terminal("verify", "Ana", tmp_path / "ana-1.png", *LOOSE).code == 0
    assert "said not to be Ana" in terminal("recognise", tmp_path / "stranger-1.png", *LOOSE).out
    [face] = terminal("recognise", tmp_path / "stranger-1.png", *LOOSE, "--json").json["results"][0]["faces"]
    assert (face["name"], face["said_not"]) == (None, "Ana")

    assert "1 face said not to be Ana." in terminal("not", "Ana").out
    wrong = terminal("not", "Ana", "--take-back", kept["exclusion_id"] + 1)
    assert wrong.code == 2
    assert "facekit not 'Ana'" in wrong.err
    assert terminal("not", "Ana", "--take-back", kept["exclusion_id"]).code == 0
    assert terminal("verify", "Ana", tmp_path / "stranger-1.png", *LOOSE).code == 0
