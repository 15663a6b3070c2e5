"""Whether the database survives that its program is killed at any moment: enrol and remove in a loop, SIGKILL, look, again.

    python -m benchmarks.store_kill [--kills 50] [--seed 1] [--print]

Keeps benchmarks/results/store_kill.json, or with --print writes the figures to the terminal and keeps nothing. A kill of the
process is what is tried; a cut of the power is not.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

import alembic.command  # noqa: F401  # loaded here, so that a kill at the start meets the migration and not an import
import numpy as np

from benchmarks.kept import keep
from benchmarks.killed_child import begin_child, kill_child
from facekit.store import open_repository
from facekit.store.base import NewTemplate
from facekit.store.repository import SqlRepository
from facekit.types import AlignedFace, Consent, Embedding, EncoderKey, Quality

KEY = EncoderKey("random", "0" * 64)
ROUNDS_A_FILE = 4
MOST_ACKS = 16
OPENING_S, CALL_S = 0.1, 0.015
"""About how long it takes to open the database, and to enrol or remove one person: a kill falls somewhere within."""
Ack = tuple[str, str]
"""("enrolled" | "removing" | "removed", name)."""


@dataclass(frozen=True, slots=True)
class Round:
    """One kill and what was found after it.

    Args:
        killed_after_acks: 0: while it opened or made the database.
        killed_after_ms: Since the last of these.
        enrolled: Acknowledged by the child before it died.
        problems: Empty when the database kept its promise.
    """

    killed_after_acks: int
    killed_after_ms: float
    is_new_file: bool
    enrolled: int
    removed: int
    unacknowledged: int
    problems: tuple[str, ...]


def main() -> int:
    """0 when no kill did harm."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        rounds = kill_repeatedly(Path(folder), kills=arguments.kills, seed=arguments.seed)
    figures = {
        "kills": len(rounds),
        "enrolled": sum(each.enrolled for each in rounds),
        "removed": sum(each.removed for each in rounds),
        "stored_but_not_yet_acknowledged": sum(each.unacknowledged for each in rounds),
        "problems": sum(len(each.problems) for each in rounds),
        "rounds": [asdict(each) for each in rounds],
    }
    if arguments.print:
        print(json.dumps(figures))
    else:
        print(
            keep("store_kill", figures, seed=arguments.seed), {name: figures[name] for name in ("kills", "enrolled", "removed", "problems")}
        )
    return 1 if figures["problems"] else 0


def kill_repeatedly(folder: Path, *, kills: int, seed: int) -> list[Round]:
    """`kills` rounds, with a new file every few of them."""
    rng = np.random.default_rng(seed)
    rounds: list[Round] = []
    known: set[str] = set()
    for number in range(kills):
        path = folder / f"{number // ROUNDS_A_FILE}.db"
        is_new = not path.exists()
        known = set() if is_new else known
        wait_for = int(rng.integers(0, MOST_ACKS)) if number % ROUNDS_A_FILE else 0
        delay = float(rng.uniform(0.0, CALL_S if wait_for else OPENING_S))
        acks = _run_and_kill(path, seed=seed, number=number, wait_for=wait_for, delay=delay)
        present, problems = _look(path, seed=seed, known=known, acks=acks)
        enrolled, removed = _names(acks, "enrolled"), _names(acks, "removed")
        unacknowledged = len(present - known - enrolled)
        rounds.append(Round(wait_for, round(1000 * delay, 1), is_new, len(enrolled), len(removed), unacknowledged, tuple(problems)))
        known = present
    return rounds


def _run_and_kill(path: Path, *, seed: int, number: int, wait_for: int, delay: float) -> list[Ack]:
    """What the child acknowledged before its end."""
    preload = ("facekit.store.opening", "facekit.store.repository", "alembic.command")
    return kill_child(*begin_child(_enrol_forever, path, seed, number, preload=preload), wait_for=wait_for, delay=delay)


def _enrol_forever(path: Path, seed: int, number: int, acks: Connection) -> None:
    """The child: three persons in, the second of them out, and so on until it is killed."""
    acks.send("ready")
    repository = open_repository(path)
    for person in count():
        name = f"{number}-{person}"
        repository.enrol(name, _consent(name), _templates(name, seed=seed))
        acks.send(("enrolled", name))
        if person % 3 == 2:
            _remove(repository, f"{number}-{person - 1}", acks)


def _remove(repository: SqlRepository, name: str, acks: Connection) -> None:
    acks.send(("removing", name))
    repository.remove(repository.find(name).person_id)
    acks.send(("removed", name))


def _look(path: Path, *, seed: int, known: set[str], acks: list[Ack]) -> tuple[set[str], list[str]]:
    """Who is in the database after the kill, and what is wrong with it."""
    repository = open_repository(path)
    try:
        present = {person.name for person in repository.people()}
        enrolled, removing, removed = (_names(acks, kind) for kind in ("enrolled", "removing", "removed"))
        problems = [f"{name} is lost" for name in (known | enrolled) - removing - present]
        problems += [f"{name} was removed and is back" for name in removed & present]
        problems += [f"{len(present - known - enrolled)} were never acknowledged"] * (len(present - known - enrolled) > 1)
        problems += [f"{name} is not whole" for name in present if not _is_whole(repository, name, seed=seed)]
        if repository.gallery(KEY).template_count != sum(person.template_count for person in repository.people()):
            problems.append("the gallery holds another number of templates than the persons have")
    finally:
        repository.close()
    return present, problems + _check_file(path)


def _check_file(path: Path) -> list[str]:
    """What SQLite's own full check says, beside the quick one at every opening."""
    with closing(sqlite3.connect(path)) as connection:
        complaints = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        return complaints + [f"broken reference {row}" for row in connection.execute("PRAGMA foreign_key_check")]


def _is_whole(repository: SqlRepository, name: str, *, seed: int) -> bool:
    """Whether the consent, every template and every crop are stored as the child made them."""
    person = repository.find(name)
    stored, made = repository.templates(person.person_id), _templates(name, seed=seed)
    if person.consent != _consent(name) or len(stored) != len(made):
        return False
    for template, expected in zip(stored, made, strict=True):
        crop = repository.crop(template.template_id)
        assert expected.crop is not None
        if crop is None or not np.array_equal(crop.pixels, expected.crop.pixels):
            return False
        if not np.array_equal(template.embeddings[0].vector, expected.embedding.vector):
            return False
    return True


def _consent(name: str) -> Consent:
    return Consent(f"{name} agrees.", datetime(2026, 1, 1, tzinfo=UTC), "benchmark", keep_crops=True)


def _templates(name: str, *, seed: int) -> list[NewTemplate]:
    """One to four templates that follow from the name."""
    rng = np.random.default_rng([seed, *map(int, name.split("-"))])
    quality = Quality(60.0, 0.5, 120.0, 0.9, 0.0, 0.0, 0.0, ())
    return [NewTemplate(_embedding(rng), quality, "random", _crop(rng)) for _ in range(rng.integers(1, 5))]


def _embedding(rng: np.random.Generator) -> Embedding:
    vector = rng.standard_normal(128).astype(np.float32)
    return Embedding(vector / np.linalg.norm(vector), KEY)


def _crop(rng: np.random.Generator) -> AlignedFace:
    return AlignedFace(rng.integers(0, 256, (48, 48, 3), np.uint8))


def _names(acks: list[Ack], kind: str) -> set[str]:
    return {name for ack, name in acks if ack == kind}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=sys.modules[__name__].__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--print", action="store_true", help="print the figures, keep nothing")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
