"""The engine below parents of every kind: a console script, a module, a script; and what is left when the parent is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.engine_pipelines import ANSWER, HANG
from tests.support.engine_watch import is_alive, segments, until_true

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc and /dev/shm")

ROOT = Path(__file__).parents[2]
Entry = Callable[[Path], list[str]]

PROGRAM = """
import sys, threading, time
from multiprocessing import freeze_support

def main():
    from facekit.engine import EngineClient
    from facekit.pipeline_config import PipelineConfig
    from facekit.types import Frame
    from tests.support.engine_pipelines import STAND_IN, picture

    done = threading.Event()
    client = EngineClient(PipelineConfig(), on_state=lambda state: None, on_result=lambda result: done.set(), pipeline_target=STAND_IN)
    client.start()
    client.offer(Frame(picture(), 1, 0.0, "camera"))
    print("answered", done.wait(60), client.stats().pid, flush=True)
    if "stay" in sys.argv:
        client.offer(Frame(picture(int(sys.argv[2])), 2, 0.0, "camera"))
        while True:
            time.sleep(0.1)  # a signal that comes just before one long sleep would not end it
    if "forget" not in sys.argv:
        client.stop()
"""
GUARDED = "\nif __name__ == '__main__':\n    freeze_support()\n    main()\n"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "FACEKIT_HOME": str(tmp_path / "home"), "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)])}


def _as_script(folder: Path) -> list[str]:
    (folder / "program.py").write_text(PROGRAM + GUARDED)
    return [str(folder / "program.py")]


def _as_module(folder: Path) -> list[str]:
    (folder / "window").mkdir()
    (folder / "window" / "__init__.py").touch()
    (folder / "window" / "__main__.py").write_text(PROGRAM + GUARDED)
    return ["-m", "window"]


def _as_console_script(folder: Path) -> list[str]:
    """As pip writes it: the program's module is imported at the top."""
    (folder / "program.py").write_text(PROGRAM)
    script = folder / "facekit-gui"
    script.write_text("import sys\nfrom program import main\nif __name__ == '__main__':\n    sys.exit(main())\n")
    return [str(script)]


@pytest.mark.parametrize("entry", [_as_script, _as_module, _as_console_script])
def test_engine_below_a_program_of_any_kind_answers_and_leaves_nothing(entry: Entry, environment: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, *entry(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        out, err = program.communicate(timeout=120)
    assert (program.returncode, err) == (0, "")
    answered, ok, pid = out.split()
    assert (answered, ok) == ("answered", "True")
    assert not is_alive(int(pid))
    assert segments(program.pid) == []


def test_engine_when_its_program_forgets_to_stop_it_ends_too(environment: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, *_as_script(tmp_path), "forget"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        out, _ = program.communicate(timeout=120)
    assert program.returncode == 0
    until_true(lambda: not is_alive(int(out.split()[2])), "the end of the child")
    until_true(lambda: segments(program.pid) == [], "the end of the segment")


@pytest.mark.parametrize("act", [ANSWER, HANG])
def test_engine_when_parent_is_killed_leaves_no_process_and_no_segment(act: int, environment: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, *_as_script(tmp_path), "stay", str(act)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        pid = int(program.stdout.readline().split()[2])
        assert is_alive(pid)
        assert len(segments(program.pid)) == 1
        program.send_signal(signal.SIGKILL)
    until_true(lambda: not is_alive(pid), "the end of the child")
    until_true(lambda: segments(program.pid) == [], "the end of the segment")


def test_engine_when_terminal_is_interrupted_leaves_the_decision_to_its_parent(environment: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, *_as_script(tmp_path), "stay", str(ANSWER)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as program:
        assert program.stdout is not None
        pid = int(program.stdout.readline().split()[2])
        os.killpg(program.pid, signal.SIGINT)
        err = program.communicate(timeout=60)[1]
    assert err.count("Traceback") == 1  # the parent's own; none of the child
    until_true(lambda: not is_alive(pid), "the end of the child")
