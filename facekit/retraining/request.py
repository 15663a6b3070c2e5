"""What a retraining is asked to do and what it will take, as files in the run's folder. Nothing is trained here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from facekit.errors import RetrainingError
from facekit.evaluation.promotion import TOLERANCE, VERDICT_NAME, Operating
from facekit.paths import data_dir
from facekit.retraining.recipes import RECIPES

REQUEST_NAME = "request.json"
FACES_NAME = "faces"
"""In a run's folder: the aligned pictures that were gathered for it."""
OTHERS_NAME = "others"
"""In a run's folder: the aligned pictures of other people, on whom nothing may be forgotten."""
CANDIDATE_NAME = "candidate"
"""In a run's folder: where the trained encoder's own folder is made."""
SUSPICIONS_NAME = "suspicions.json"
"""Beside those pictures: what is to be looked at before the first step, in words that name people."""
PLAN_NAME = "plan.json"
"""In a run's folder, once it is known what it takes: it can be started."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class RetrainRequest:
    """Everything that the run needs to know.

    Args:
        name: The new encoder's.
        faces: Aligned faces with a folder a person, as training.data.faces.open_faces has sources.
        encoder: The old one: start, anchor, and what the new one is compared with.
        operating: Where the old one stands in use.
        recipe: A row of RECIPES, or a TOML file of the training task "metric".
        device: "auto", "cpu", "cuda" or "mps".
        minutes: For the steps alone.
        steps: Instead of minutes, for a run that can be repeated; 0 for by time.
        held_out: Share of the persons who are never trained on; more where so few would show nothing.
        tolerance: By how much FNMR may rise.
        others: Aligned faces of other people, as `faces`: nothing may be forgotten of them. The cast of facekit.evaluation is always asked.
        threads: Of the processor; 0 for the library's own choice.
    """

    name: str
    faces: tuple[str, ...]
    encoder: str
    operating: Operating
    recipe: str = "finetune-head"
    device: str = "auto"
    minutes: float = 10.0
    steps: int = 0
    held_out: float = 0.25
    tolerance: float = TOLERANCE
    others: tuple[str, ...] = ()
    seed: int = 0
    threads: int = 0

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.name == self.encoder:
            raise RetrainingError(
                f"The new encoder cannot be called {self.name!r}.",
                hint="Give it a name of its own: letters, digits, dots, hyphens and underscores.",
            )
        if self.recipe not in RECIPES and not self.recipe.endswith(".toml"):
            raise RetrainingError(f"There is no recipe {self.recipe!r}.", hint=f"A TOML file, or one of {', '.join(RECIPES)}.")
        if self.minutes <= 0 or not 0 < self.held_out < 1:
            raise RetrainingError(
                f"{self.minutes:g} minutes with {self.held_out:g} of the persons held out cannot be.",
                hint="Give more than 0 minutes, and a share between 0 and 1.",
            )

    def save(self, folder: Path) -> None:
        """Write it into the run's folder."""
        (folder / REQUEST_NAME).write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load_request(folder: Path) -> RetrainRequest:
    """The request of a run.

    Raises:
        RetrainingError: There is none in the folder, or it cannot be read.
    """
    try:
        raw = json.loads((folder / REQUEST_NAME).read_text(encoding="utf-8"))
        sources = {name: tuple(raw.get(name, ())) for name in ("faces", "others")}
        return RetrainRequest(**{**raw, **sources, "operating": Operating(**raw["operating"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RetrainingError(f"There is no retraining in {folder}: {error}.", hint="Give the folder that it was started in.") from error


@dataclass(frozen=True, slots=True)
class Plan:
    """What a retraining takes on this machine; all of it counted or measured by a few steps.

    Args:
        device: What it runs on.
        left_out: Pictures of persons with no other one.
        steps: That the time allows.
        minutes: For everything: the old encoder's word on each picture, the steps, export and comparison.
        memory_mb: The highest that the process took; None where the system does not tell.
        evaluate_every: Steps between two looks at the persons held out, for the curve.
        shortage: Why the comparison cannot be shown afterwards; empty where it can.
    """

    device: str
    persons: int
    pictures: int
    held_out_persons: int
    held_out_pictures: int
    left_out: int
    steps: int
    step_s: float
    minutes: float
    memory_mb: int | None
    shortage: str
    evaluate_every: int = 0


def retraining_home() -> Path:
    """Where retrainings lie, a folder each, unless they were given another place."""
    return data_dir() / "retraining"


def unfinished(home: Path) -> tuple[str, ...]:
    """The names of the retrainings that can be gone on with, by name."""
    prepared = (file.parent for file in home.glob(f"*/{PLAN_NAME}"))
    return tuple(sorted(folder.name for folder in prepared if not any(folder.glob(f"{CANDIDATE_NAME}/*/{VERDICT_NAME}"))))


def plan_from(raw: Mapping[str, Any]) -> Plan:
    """The plan of an event's values."""
    return Plan(**{name: value for name, value in raw.items() if name != "event"})
