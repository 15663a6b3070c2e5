"""What pyproject.toml promises: commands that exist, extras that resolve, and a wheel with every file the program reads."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from facekit.registry import resolve

ROOT = Path(__file__).parents[2]
PACKAGES = ("facekit", "ui", "training")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.parametrize("command", sorted(PROJECT["scripts"]))
def test_command_names_a_function(command: str) -> None:
    assert callable(resolve(PROJECT["scripts"][command]))


def test_extra_all_takes_what_the_program_can_use() -> None:
    extras = PROJECT["optional-dependencies"]
    (everything,) = extras["all"]
    named = re.fullmatch(re.escape(PROJECT["name"]) + r"\[(.*)\]", everything)
    assert named is not None
    taken = set(named[1].split(","))
    assert {"gui", "train", "facenet"} <= taken <= set(extras)


@pytest.mark.parametrize("weights", sorted((ROOT / "facekit" / "weights").glob("*/*.onnx")), ids=lambda path: path.name)
def test_weights_hold_nothing_of_the_machine_that_made_them(weights: Path) -> None:
    content = weights.read_bytes()
    assert not re.findall(rb"stack_trace|site-packages|/\w{2,}/\w+\.py\b", content)


@pytest.mark.slow
def test_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    pytest.importorskip("setuptools", reason="builds a wheel with the setuptools that is installed")
    source = tmp_path / "source"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "docs/guide.md", "packaging/facekit.desktop"):
        (source / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    wanted = {path.relative_to(source).as_posix() for package in PACKAGES for path in (source / package).rglob("*") if path.is_file()}
    build = "from setuptools import build_meta; build_meta.build_wheel('..')"
    done = subprocess.run([sys.executable, "-c", build], cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    assert wanted - inside == set()
    shared = {name.partition(".data/data/share/")[2] for name in inside}
    assert {"facekit/guide.md", "applications/facekit.desktop", "icons/hicolor/scalable/apps/facekit.svg"} <= shared
