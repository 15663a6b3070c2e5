"""Without a card in sight torch is not asked, so that the engine starts at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from facekit.encoders import gpus

OPEN = """
import sys
from facekit.pipeline import FacePipeline
from facekit.pipeline_config import PipelineConfig
FacePipeline.load(PipelineConfig())
print("torch" in sys.modules)
"""


@pytest.mark.models
def test_pipeline_as_it_comes_loads_no_torch_where_there_is_no_card() -> None:
    if gpus.may_have_a_card():
        pytest.skip("there is a card here")
    run = subprocess.run([sys.executable, "-c", OPEN], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False"]


def test_a_driver_alone_is_worth_asking_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpus, "graphics_cards", lambda: ())
    monkeypatch.setattr(gpus, "_DRIVERS", (tmp_path / "driver",))
    assert not gpus.may_have_a_card()
    (tmp_path / "driver").touch()
    assert gpus.may_have_a_card()
