"""What the engine's modules load: the caller's side no models, the child's side no window."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("facekit.engine", ["torch", "onnxruntime", "cv2", "facekit.pipeline", "facekit.engine.server"]),
        ("facekit.engine.fake", ["torch", "onnxruntime", "cv2"]),
        ("facekit.engine.server", ["PySide6", "sqlalchemy", "torch"]),
    ],
)
def test_import_of_engine_module_loads_nothing_unwanted(module: str, unwanted: list[str]) -> None:
    code = f"import sys, {module}; print([name for name in {unwanted} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[]"
