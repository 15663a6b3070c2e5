"""The README's Python lines run as they stand, and its terminal lines are verbs that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from facekit.cli.arguments import build_parser

README = Path(__file__).parents[2] / "README.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.models
def test_python_of_the_readme_tells_two_pictures_of_one_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("facenet_pytorch")
    from facekit.imaging import save_image
    from facekit.synthetic import still

    for name, view in (("a.png", 0), ("b.png", 1)):
        save_image(tmp_path / name, still(0, view))
    monkeypatch.chdir(tmp_path)
    (code,) = blocks("python")
    exec(compile(code, str(README), "exec"), {})
    assert capsys.readouterr().out.startswith("same person 0.")


def test_terminal_lines_of_the_readme_are_understood() -> None:
    lines = [line.split("#")[0] for block in blocks("sh") for line in block.splitlines() if line.startswith("facekit ")]
    assert len(lines) > 5
    for line in lines:
        build_parser().parse_args(shlex.split(line)[1:])
