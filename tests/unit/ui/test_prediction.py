"""A trained network kept loaded in a real child process: asked twice, trained further, cancelled, and gone."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training is not installed")

from facekit.errors import FacekitError
from tests.support.class_pictures import classify_recipe, coloured, write_classes
from training.loop import train
from ui.prediction import Networks


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    for _ in train(classify_recipe(write_classes(tmp_path / "stripes")), folder):
        pass
    return folder


@pytest.fixture
def networks() -> Iterator[Networks]:
    made = Networks()
    yield made
    made.close()


def _ends(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def _child_of(networks: Networks) -> int:
    assert networks._child is not None
    return networks._child._process.pid


@pytest.mark.slow
def test_network_stays_loaded_until_it_is_trained_further_and_is_gone_after_close(networks: Networks, run: Path) -> None:
    def ask(colour: int) -> str:
        return networks.predict(run, coloured(colour, 99), lambda: False).classes[0][0]

    assert ask(2) == "red"
    first = _child_of(networks)
    assert len({ask(colour) for colour in range(3)}) == 3
    assert _child_of(networks) == first
    os.utime(run / "last.safetensors", ns=(1, 1))
    (run / "best.safetensors").unlink(missing_ok=True)
    assert ask(2) == "red"
    second = _child_of(networks)
    assert second != first
    assert _ends(first)
    networks.close()
    assert _ends(second)


@pytest.mark.slow
def test_cancelled_while_it_loads_ends_the_child(networks: Networks, run: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(FacekitError, match="cancelled"):
        networks.predict(run, coloured(2, 99), lambda: time.monotonic() - begun > 0.3)
    assert networks._child is None


@pytest.mark.slow
def test_run_that_cannot_be_read_is_told_in_the_commands_own_words(networks: Networks, tmp_path: Path) -> None:
    with pytest.raises(FacekitError, match=r"no run|recipe\.json"):
        networks.predict(tmp_path / "nothing", coloured(2, 99), lambda: False)
