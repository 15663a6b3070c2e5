"""Where models are found: those that come with the program, and those that the user fetched or imported."""

from __future__ import annotations

import difflib
from pathlib import Path

from facekit.cards import CARD_NAME, ModelCard, load_card
from facekit.errors import ModelError, ModelFileMissingError, UnknownNameError
from facekit.paths import data_dir
from facekit.weights.catalogue import CATALOGUE

BUNDLED = Path(__file__).parent


def user_weights_dir() -> Path:
    """Where fetched and imported models lie, a folder each. Not created here."""
    return data_dir() / "weights"


def installed() -> tuple[tuple[ModelCard, Path], ...]:
    """Every model on this machine with its folder, by name; ours first where a name occurs twice; broken cards are left out."""
    found: dict[str, tuple[ModelCard, Path]] = {}
    for home in (BUNDLED, user_weights_dir()):
        for card_file in sorted(home.glob(f"*/{CARD_NAME}")):
            try:
                card = load_card(card_file.parent)
            except ModelError:
                continue
            found.setdefault(card.model_id, (card, card_file.parent))
    return tuple(found[name] for name in sorted(found))


def find_model(name: str, *, task: str) -> tuple[ModelCard, Path]:
    """The model's card and folder; the weights themselves are checked when they are opened.

    Args:
        task: "encode", "detect" or "landmark"; a model of another task is not found.

    Raises:
        ModelFileMissingError: The name is known, but the weights are not on this machine.
        UnknownNameError: Nothing has that name.
        ModelError: Its card cannot be read.
    """
    for home in (BUNDLED, user_weights_dir()):
        folder = home / name
        if folder.parent == home and (folder / CARD_NAME).is_file():
            card = load_card(folder)
            if card.task == task:
                return card, folder
    if name in CATALOGUE:
        raise ModelFileMissingError(
            f"The weights of {name} are not on this machine.",
            hint=f"Fetch them with: facekit weights fetch {name}, or, offline: facekit weights import FILE --name {name}.",
        )
    known = [card.model_id for card, _ in installed() if card.task == task]
    near = difflib.get_close_matches(name, [*known, *CATALOGUE], n=1, cutoff=0.5)
    raise UnknownNameError(
        f"There is no model {name!r} that can {task}.", hint=f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}."
    )
