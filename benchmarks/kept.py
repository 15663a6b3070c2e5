"""Results that are kept: JSON in benchmarks/results, with the machine, the date, the versions and the seed that made them."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
SHARED = Path(__file__).parents[2] / "shared"
"""Data beside the repository, which only its developers have."""
_PACKAGES = ("numpy", "opencv-python", "onnxruntime", "torch", "facenet-pytorch", "SQLAlchemy", "PySide6-Essentials")


def keep(name: str, figures: Mapping[str, Any], *, seed: int | None = None, folder: Path = RESULTS) -> Path:
    """`results/<name>.json`, written with the figures and where they come from."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.json"
    text = json.dumps({"made": provenance(seed), **figures}, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def provenance(seed: int | None) -> dict[str, Any]:
    """Date, machine, versions and seed."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        "packages": {name: version for name in _PACKAGES if (version := _version(name))},
        "seed": seed,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
