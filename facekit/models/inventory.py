"""The encoders on this machine: shipped, installed, or waiting as the candidate of a retraining; and where each is used."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from facekit.cards import CARD_NAME, ModelCard, load_card, verified_file
from facekit.errors import EvaluationError, ModelError, UnknownNameError
from facekit.evaluation.promotion import Verdict, load_verdict
from facekit.models.in_force import in_force
from facekit.paths import data_dir
from facekit.store.base import Repository
from facekit.weights import BUNDLED, installed


class Origin(StrEnum):
    """Where an encoder comes from."""

    SHIPPED = "shipped"
    INSTALLED = "installed"
    CANDIDATE = "candidate"


class Use(StrEnum):
    """What an encoder does for a store."""

    ACTIVE = "active"
    BESIDE = "beside"
    KEPT = "kept"
    """It knows nobody whom another does not, but a roll-back may need what it made."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class KnownEncoder:
    """An encoder with what is to be known of it.

    Args:
        size: Bytes of its folder.
        template_count: How many templates of the store it has made.
        verdict: Of the comparison that made it a candidate; None where there was none.
    """

    card: ModelCard
    folder: Path
    origin: Origin
    size: int
    use: Use
    template_count: int
    verdict: Verdict | None

    @property
    def state(self) -> str:
        """ "verified", or what is wrong with its files. Reads them."""
        try:
            for runtime in self.card.files:
                verified_file(self.card, self.folder, runtime)
        except ModelError as error:
            return error.message
        return "verified"


def known_encoders(repository: Repository) -> tuple[KnownEncoder, ...]:
    """Every encoder on this machine, by name; candidates that are not installed come last."""
    here = [(card, folder, _origin(folder)) for card, folder in installed() if card.task == "encode"]
    keys = {card.key for card, _, _ in here}
    here += [(card, folder, Origin.CANDIDATE) for card, folder in candidates() if card.key not in keys]
    counts = repository.encoder_counts()
    wanted = in_force(repository)
    active, *beside = [card.key for card in (wanted.active, *wanted.beside)]

    def use(card: ModelCard) -> Use:
        if card.key == active:
            return Use.ACTIVE
        if card.key in beside:
            return Use.BESIDE
        return Use.KEPT if counts.get(card.key) else Use.NONE

    return tuple(
        KnownEncoder(card, folder, origin, _size(folder), use(card), counts.get(card.key, 0), verdict_of(folder))
        for card, folder, origin in here
    )


def find_encoder(repository: Repository, name: str) -> KnownEncoder:
    """The encoder of that name; an installed one before a candidate. Raises UnknownNameError."""
    known = known_encoders(repository)
    for encoder in known:
        if encoder.card.model_id == name:
            return encoder
    names = ", ".join(encoder.card.model_id for encoder in known)
    raise UnknownNameError(
        f"There is no encoder {name!r} on this machine.", hint=f"There are: {names}. Another one: facekit models import FOLDER."
    )


def candidates() -> tuple[tuple[ModelCard, Path], ...]:
    """The encoders that retrainings have made, with their folders; broken cards are left out."""
    found = []
    for card_file in sorted((data_dir() / "retraining").glob(f"*/candidate/*/{CARD_NAME}")):
        try:
            found.append((load_card(card_file.parent), card_file.parent))
        except ModelError:
            continue
    return tuple(found)


def verdict_of(folder: Path) -> Verdict | None:
    """The verdict beside a card; None where there is none that can be read."""
    try:
        return load_verdict(folder)
    except EvaluationError:
        return None


def _origin(folder: Path) -> Origin:
    return Origin.SHIPPED if folder.parent == BUNDLED else Origin.INSTALLED


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
