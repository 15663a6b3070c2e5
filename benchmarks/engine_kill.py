"""How long the window is without results when its engine is killed in the middle of recognition, with the real models.

    python -m benchmarks.engine_kill [--kills 12] [--seed 0] [--detector convolutional] [--encoder NAME]

Synthetic people are enrolled through the engine; frames are offered 30 times a second; at moments drawn by the seed, while a frame is
in work, the engine's process gets SIGKILL. Told are the seconds to the next result, and whether that result still knows the people.
Needs Linux. An engine is given up after three restarts in a minute, so every three kills have an engine of their own.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from benchmarks.kept import keep
from facekit import synthetic
from facekit.engine import EngineClient, EnginePhase, EngineState
from facekit.errors import FacekitError
from facekit.matching.decide import DecisionRule, Search
from facekit.matching.gallery import Gallery
from facekit.pipeline_config import DEFAULT_ENCODER, PipelineConfig
from facekit.settings import Settings
from facekit.types import Embedding, Frame, FrameResult, Outcome, Pixels, Sample

_PEOPLE = 4
_KILLS_PER_ENGINE = 3
_FPS = 30
_PATIENCE_S = 120.0


@dataclass(frozen=True)
class Kill:
    """One kill.

    Args:
        restart: 1, 2 or 3: which restart of its engine; the pause before it doubles.
        without_results_s: From the kill to the next result; grows with what else the machine does.
        processor_s: Processor seconds that the new process had used by then; does not.
        is_known: Whether the next result names the person in the frame.
    """

    restart: int
    without_results_s: float
    processor_s: float
    is_known: bool


class Bench:
    """One engine under load."""

    def __init__(self, config: PipelineConfig) -> None:
        self.states: SimpleQueue[EngineState] = SimpleQueue()
        self.results: SimpleQueue[tuple[float, FrameResult]] = SimpleQueue()
        self.client = EngineClient(
            config,
            on_state=self.states.put,
            on_result=lambda result: self.results.put((time.monotonic(), result)),
            load_within_s=_PATIENCE_S,
        )
        self._pictures = [synthetic.still(person, 1) for person in range(_PEOPLE)]
        self._done = threading.Event()
        self._camera = threading.Thread(target=self._offer_frames, name="camera")

    def __enter__(self) -> Bench:
        self.client.start()
        state = self.states.get(timeout=_PATIENCE_S)
        while state.phase is not EnginePhase.READY or state.card is None:
            if state.phase is EnginePhase.FAILED:
                self.client.stop()
                raise SystemExit(f"{state.detail} {state.hint}")
            state = self.states.get(timeout=_PATIENCE_S)
        rows = [(person, person, self._enrol(synthetic.still(person, 0))) for person in range(_PEOPLE)]
        self.client.set_searches((Search(Gallery.of(state.card.key, rows, revision=1), DecisionRule.of(Settings(), state.card)),))
        self._camera.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._camera.join()
        self.client.stop()

    def kill(self, restart: int, after_s: float) -> Kill:
        """Kill the process so long after a result, and wait for the next."""
        self.results.get(timeout=_PATIENCE_S)
        time.sleep(after_s)
        while not self.results.empty():
            self.results.get()
        pid = self.client.stats().pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        killed_at = time.monotonic()
        at, result = self._first_from_another(pid)
        return Kill(restart, at - killed_at, _processor_s(self.client.stats().pid), self._is_known(result))

    def _first_from_another(self, pid: int) -> tuple[float, FrameResult]:
        """The next result; one that lay in the pipe when its process was killed does not count."""
        while True:
            at, result = self.results.get(timeout=_PATIENCE_S)
            if self.client.stats().pid not in (pid, None):
                return at, result

    def _enrol(self, pixels: Pixels) -> Embedding:
        answers: SimpleQueue[tuple[Sample, ...] | FacekitError] = SimpleQueue()
        self.client.take_samples(pixels, answers.put)
        answer = answers.get(timeout=_PATIENCE_S)
        if isinstance(answer, FacekitError):
            raise answer
        return answer[0].embedding

    def _offer_frames(self) -> None:
        """The camera: frame n shows person n modulo their number, each from another source, so that no vote hides a mistake."""
        frame_id = 0
        while not self._done.wait(1 / _FPS):
            person = frame_id % _PEOPLE
            self.client.offer(Frame(self._pictures[person], frame_id, time.monotonic(), f"person {person}"))
            frame_id += 1

    def _is_known(self, result: FrameResult) -> bool:
        wanted = [(Outcome.MATCH, result.frame_id % _PEOPLE)]
        return [(face.decision.outcome, face.decision.person_id) for face in result.faces] == wanted


def _processor_s(pid: int | None) -> float:
    """User and system time of a process up to now, from /proc."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(config: PipelineConfig, count: int, seed: int) -> list[Kill]:
    """So many kills, three an engine."""
    chance = random.Random(seed)
    kills: list[Kill] = []
    while len(kills) < count:
        with Bench(config) as bench:
            for restart in range(1, min(_KILLS_PER_ENGINE, count - len(kills)) + 1):
                kills.append(bench.kill(restart, chance.uniform(0.0, 0.5)))
                last = kills[-1]
                spent = f"{last.without_results_s:.2f} s, {last.processor_s:.1f} s of processor"
                print(f"kill {len(kills):3}: next result after {spent}, known: {last.is_known}", flush=True)
    return kills


def figures(kills: list[Kill]) -> dict[str, Any]:
    """What is kept."""
    return {
        "kills": len(kills),
        "known_after": sum(kill.is_known for kill in kills),
        "load_average_15_min": round(os.getloadavg()[2], 1),
        "without_results_s": _spread([kill.without_results_s for kill in kills]),
        "processor_s": _spread([kill.processor_s for kill in kills]),
        "rows": [asdict(kill) for kill in kills],
    }


def _spread(seconds: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(seconds), 2), "min": round(min(seconds), 2), "max": round(max(seconds), 2)}


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--detector", default="convolutional")
    parser.add_argument("--encoder", default=DEFAULT_ENCODER)
    given = parser.parse_args()
    config = PipelineConfig(detector=given.detector, encoder=given.encoder)
    found = figures(measure(config, given.kills, given.seed))
    print(f"kept in {keep('engine_kill', {'detector': given.detector, 'encoder': given.encoder, **found}, seed=given.seed).name}")


if __name__ == "__main__":
    main()
