"""What an import loads, seen in a process of its own: import-linter reads the source, this runs it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from facekit.registry import Entry, Registry, resolve

ROOT = Path(__file__).parents[2]
_REGISTRY = re.compile(r"^(\w+)(?:: [^=]+)? = Registry\(", re.MULTILINE)


def loaded_by(code: str) -> set[str]:
    """The top-level modules in sys.modules after a fresh interpreter ran the code."""
    report = "\nimport sys; print('loaded:', *{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code + report], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("loaded:")[2].split())


def registries() -> Iterator[tuple[str, Registry[object]]]:
    """Every table of choices in the program, found by how it is written."""
    for path in sorted(file for package in ("facekit", "training", "ui") for file in (ROOT / package).rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for name in _REGISTRY.findall(path.read_text(encoding="utf-8")):
            yield f"{module}:{name}", resolve(f"{module}:{name}")


def entries() -> list[tuple[str, Entry]]:
    return [(f"{place} {entry.name}", entry) for place, registry in registries() for entry in registry]


def test_help_of_the_terminal_loads_neither_torch_nor_opencv() -> None:
    code = "from facekit.cli.__main__ import main\ntry:\n    main(['--help'])\nexcept SystemExit as end:\n    assert not end.code"
    loaded = loaded_by(code)
    assert "facekit" in loaded
    assert loaded.isdisjoint({"torch", "cv2", "sqlalchemy", "PySide6"})


def test_engine_server_loads_no_qt() -> None:
    assert loaded_by("import facekit.engine.server").isdisjoint({"PySide6", "ui"})


@pytest.mark.gui
def test_window_loads_no_torch() -> None:
    assert loaded_by("import ui.app").isdisjoint({"torch", "torchvision", "facenet_pytorch"})


def test_registries_are_found_where_they_are_known_to_be() -> None:
    places = {place for place, _ in registries()}
    assert {"facekit.detectors.base:DETECTORS", "facekit.encoders.base:RUNTIMES", "facekit.capture.base:SOURCES"} <= places


@pytest.mark.parametrize(("name", "entry"), entries(), ids=[name for name, _ in entries()])
def test_every_row_of_a_registry_names_something_to_call(name: str, entry: Entry) -> None:
    if entry.missing:
        pytest.skip(f"{', '.join(entry.missing)} is not installed")
    assert callable(resolve(entry.target))
