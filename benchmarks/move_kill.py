"""Is everyone recognised after the program was killed in the middle of a gallery's move to another encoder, at any moment of it?

    python -m benchmarks.move_kill [--kills 20] [--people 6] [--seed 1] [--print]

People who do not exist are enrolled with encoder-v0; a process re-encodes their crops with encoder-v1, promotes it, goes back, promotes it
again and lets encoder-v0 go, each step acknowledged. It is killed by SIGKILL within each of these steps in turn, at a random moment of it.
After each kill everyone is searched for by the encoders that the store then asks for, and the move is brought to its end. In half of the
rounds somebody has no crop. Keeps benchmarks/results/move_kill.json, or with --print writes the figures to the terminal and keeps nothing.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np

from benchmarks.kept import keep
from benchmarks.killed_child import begin_child, kill_child
from facekit.encoders import open_encoder
from facekit.errors import StoreError
from facekit.matching.decide import Search, recognise_in, rules_of
from facekit.models.in_force import in_force
from facekit.models.moving import promote, reencode, release, roll_back
from facekit.pipeline import FacePipeline
from facekit.pipeline_config import PipelineConfig
from facekit.settings import Settings
from facekit.store import open_repository
from facekit.store.base import NewTemplate, Repository
from facekit.synthetic import person_name, still
from facekit.types import Consent, Embedding
from facekit.weights import find_model

OLD, NEW = "encoder-v0", "encoder-v1"
_CROPS = 6
_PROBE = 99
_REASON = "The benchmark moves the gallery."
_PRELOAD = ("facekit.store.repository", "facekit.models.moving", "facekit.pipeline", "facekit.encoders.onnx")


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """What the rounds begin with.

    Args:
        whole: A database in which everybody has crops.
        lacking: One in which the last person has none.
        probes: Of each person, another picture by both encoders.
    """

    whole: Path
    lacking: Path
    probes: Mapping[str, tuple[Embedding, ...]]


@dataclass(frozen=True, slots=True)
class Round:
    """One kill and what was found after it.

    Args:
        step: What was going on.
        killed_after_ms: Since it began.
        active: The encoder that was active after the kill, as the store says.
        encoders: Those that the store asked for then.
        problems: Empty when everyone was recognised and the move could be brought to its end.
    """

    step: str
    killed_after_ms: float
    active: str
    encoders: tuple[str, ...]
    problems: tuple[str, ...]


def main() -> int:
    """0 when no kill did harm."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        people = _enrolled(Path(folder), arguments.people)
        rounds = list(kill_repeatedly(Path(folder), people, kills=arguments.kills, seed=arguments.seed))
    figures = {
        "kills": len(rounds),
        "people": arguments.people,
        "recognised_by_two_encoders": sum(len(each.encoders) > 1 for each in rounds),
        "problems": sum(len(each.problems) for each in rounds),
        "rounds": [asdict(each) for each in rounds],
    }
    if arguments.print:
        print(json.dumps(figures))
    else:
        print(keep("move_kill", figures, seed=arguments.seed), {name: figures[name] for name in ("kills", "problems")})
    return 1 if figures["problems"] else 0


def kill_repeatedly(folder: Path, people: People, *, kills: int, seed: int) -> Iterator[Round]:
    """`kills` rounds; step after step is met, and its moment is drawn."""
    rng = np.random.default_rng(seed)
    paces = {database: _unkilled(folder, database) for database in (people.whole, people.lacking)}
    for number in range(kills):
        database = people.lacking if number % 2 else people.whole
        pace = paces[database]
        wait_for = (number // 2) % len(pace)
        step, seconds = pace[wait_for]
        delay = float(rng.uniform(0.0, seconds))
        path = folder / f"{number}.db"
        shutil.copyfile(database, path)
        acknowledged = kill_child(*_begin(path), wait_for=wait_for, delay=delay)
        yield _look(path, people, step, delay, acknowledged)


def _enrolled(folder: Path, count: int) -> People:
    """Two databases of the same people, and their probes."""
    detector_and_both = FacePipeline.load(PipelineConfig(encoder=OLD, beside=(NEW,)))
    paths = folder / "whole.db", folder / "lacking.db"
    stores = [open_repository(path) for path in paths]
    for seed in range(count):
        samples = [found for view in range(_CROPS) for found in detector_and_both.samples(still(seed, view))[:1]]
        templates = [NewTemplate(sample.embedding, sample.quality, "synthetic", sample.aligned) for sample in samples]
        for row, store in enumerate(stores):
            keep_crops = row == 0 or seed < count - 1
            store.enrol(person_name(seed), Consent("Nobody real.", datetime.now(UTC), "benchmark", keep_crops), templates)
    for store in stores:
        promote(store, find_model(OLD, task="encode")[0], reason=_REASON)
        store.close()
    return People(*paths, {person_name(seed): detector_and_both.samples(still(seed, _PROBE))[0].embeddings for seed in range(count)})


def _unkilled(folder: Path, database: Path) -> list[tuple[str, float]]:
    """The steps of a whole move with the seconds that each takes."""
    path = folder / f"pace-{database.name}"
    shutil.copyfile(database, path)
    ours, child = _begin(path)
    pace, before = [], time.perf_counter()
    with closing(ours):
        while (step := ours.recv()) != "end":
            now = time.perf_counter()
            pace.append((str(step), now - before))
            before = now
    child.join()
    return pace


def _begin(path: Path) -> tuple[Connection, BaseProcess]:
    """The child at work, its imports and models done."""
    return begin_child(_move, path, preload=_PRELOAD)


def _move(path: Path, acks: Connection) -> None:
    """The child: there, back, there again, and the old encoder let go."""
    store, encoder = open_repository(path), open_encoder(NEW, "onnx")
    acks.send("ready")
    for state in reencode(store, encoder):
        acks.send(f"re-encoded {state.done} of {state.total}")
    promote(store, encoder.card, reason=_REASON)
    acks.send("promoted")
    roll_back(store)
    acks.send("rolled back")
    promote(store, encoder.card, reason=_REASON)
    acks.send("promoted again")
    try:
        release(store, OLD)
        acks.send("released")
    except StoreError:
        acks.send("release refused")
    acks.send("end")


def _look(path: Path, people: People, step: str, delay: float, acknowledged: Sequence[str]) -> Round:
    """Who is recognised after the kill, and whether the move can be brought to its end."""
    store = open_repository(path)
    try:
        wanted = in_force(store)
        problems = [*_unrecognised(store, people), *_forgotten(store, acknowledged), *_check_file(path)]
        problems += [f"after the move was ended: {problem}" for problem in _ended(store, people)]
        return Round(step, round(1000 * delay, 1), wanted.active.model_id, wanted.names, tuple(problems))
    finally:
        store.close()


def _ended(store: Repository, people: People) -> list[str]:
    """What is wrong after the rest of the move."""
    encoder = open_encoder(NEW, "onnx")
    list(reencode(store, encoder))
    if store.active_encoder() != encoder.card.key:
        promote(store, encoder.card, reason=_REASON)
    covered = store.coverage(encoder.card.key)
    unmoved = [f"{len(covered.to_encode)} crops were not re-encoded"] * bool(covered.to_encode)
    return [*unmoved, *_unrecognised(store, people)]


def _unrecognised(store: Repository, people: People) -> list[str]:
    """Everyone whom the encoders that the store asks for do not name."""
    wanted = in_force(store)
    cards = (wanted.active, *wanted.beside)
    searches = tuple(map(Search, store.galleries([card.key for card in cards]), rules_of(Settings(), cards)))
    names = {person.person_id: person.name for person in store.people()}
    answers = {name: recognise_in(probe, searches) for name, probe in people.probes.items()}
    return [f"{name} is not recognised: {found.outcome}" for name, found in answers.items() if _named(found.person_id, names) != name]


def _named(person_id: int | None, names: Mapping[int, str]) -> str:
    return "" if person_id is None else names[person_id]


def _forgotten(store: Repository, acknowledged: Sequence[str]) -> list[str]:
    """Whether a change that was acknowledged is not in the record."""
    made = sum(step in ("promoted", "rolled back", "promoted again", "released") for step in acknowledged)
    recorded = len(store.encoder_changes()) - 1
    return [f"{made} changes were acknowledged, {recorded} are recorded"] * (not made <= recorded <= made + 1)


def _check_file(path: Path) -> list[str]:
    """What SQLite's own full check says."""
    with closing(sqlite3.connect(path)) as connection:
        complaints = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        return complaints + [f"broken reference {row}" for row in connection.execute("PRAGMA foreign_key_check")]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=sys.modules[__name__].__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--people", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--print", action="store_true", help="print the figures, keep nothing")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
