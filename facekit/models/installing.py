"""Encoders brought onto this machine as a folder or zip with their card. Hashes are checked, never trusted."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from facekit.cards import CARD_NAME, ModelCard, load_card, verified_file
from facekit.encoders import open_card
from facekit.errors import ModelError, ModelFileMissingError
from facekit.evaluation.promotion import VERDICT_NAME
from facekit.paths import private_dir
from facekit.types import AlignedFace
from facekit.weights import installed, user_weights_dir

_LARGEST = 2 << 30
_GREY = 128


def import_encoder(source: Path) -> ModelCard:
    """The card of an encoder that was installed from a folder or a zip; the source is left alone. It appears whole or not at all.

    Raises:
        ModelFileMissingError: There is no card, or a file that it names is not there.
        ModelChecksumError: A file is not the one that the card describes.
        ModelError: The card is of no encoder or its name is taken by other weights, or the encoder does not run here as its card says.
    """
    with _opened(source) as folder:
        card = load_card(folder)
        _check_name(card, source)
        files = [verified_file(card, folder, runtime) for runtime in card.files]
        verdict = folder / VERDICT_NAME
        _install(card, [*files, folder / CARD_NAME, *([verdict] if verdict.is_file() else [])])
    return card


def _install(card: ModelCard, files: Sequence[Path]) -> None:
    """Copy the files into the encoder's folder; where that is there already, one file after the other takes its place."""
    target = user_weights_dir() / card.model_id
    try:
        scratch = Path(tempfile.mkdtemp(prefix=f".{card.model_id}-", dir=private_dir(target.parent)))
    except OSError as error:
        raise _not_written(target, error) from error
    try:
        for file in files:
            shutil.copyfile(file, scratch / file.name)
        _try_out(card, scratch)
        if target.exists():  # never away, not for a moment: it may be the active one
            for file in files:
                (scratch / file.name).replace(target / file.name)
        else:
            scratch.replace(target)
    except OSError as error:
        raise _not_written(target, error) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _not_written(target: Path, error: OSError) -> ModelError:
    return ModelError(
        f"The encoder could not be written to {target}: {error}.", hint="Look whether there is room, and whether you may write there."
    )


def _check_name(card: ModelCard, source: Path) -> None:
    name = card.model_id
    if card.task != "encode":
        raise ModelError(f"{source} is no encoder: its card says that it can {card.task}.")
    if not name or name.startswith(".") or Path(name).name != name or "\\" in name:
        raise ModelError(
            f"The card of {source} names the encoder {name!r}, which cannot be the name of a folder.", hint="Change model_id in its card."
        )
    taken = next((other for other, _ in installed() if other.model_id == name), None)
    if taken and (taken.key != card.key or taken.task != card.task):
        raise ModelError(
            f"There is an encoder {name} here with other weights ({taken.weights_hash[:12]}…, not {card.weights_hash[:12]}…).",
            hint="Change model_id in the new one's card, or delete the one that is here.",
        )


def _try_out(card: ModelCard, folder: Path) -> None:
    """One grey face through the encoder, so that what is installed runs. Raises ModelError."""
    [made] = open_card(card, folder).encode([AlignedFace(np.full((card.input_size, card.input_size, 3), _GREY, np.uint8))])
    if made.vector.shape != (card.embedding_size,) or not np.isfinite(made.vector).all():
        raise ModelError(
            f"{card.model_id} does not give {card.embedding_size} numbers for a face, as its card says.",
            hint="The card or the weights are wrong.",
        )


@contextmanager
def _opened(source: Path) -> Iterator[Path]:
    """The folder, or a temporary one with what the zip holds at its top or in its only folder."""
    if source.is_dir():
        yield source
    elif source.is_file() and zipfile.is_zipfile(source):
        with tempfile.TemporaryDirectory() as scratch:
            _unpack(source, Path(scratch))
            yield Path(scratch)
    else:
        raise ModelFileMissingError(
            f"There is no folder or zip with an encoder at {source}.", hint="It holds card.json and the weights that it names."
        )


def _unpack(source: Path, folder: Path) -> None:
    """The files of a zip, by their names alone: no path in it is followed."""
    try:
        with zipfile.ZipFile(source) as archive:
            rows = [row for row in archive.infolist() if not row.is_dir()]
            if sum(row.file_size for row in rows) > _LARGEST:
                raise ModelError(
                    f"{source} would unpack to more than {_LARGEST >> 30} GB.", hint="An encoder is smaller; is it the right file?"
                )
            for row in rows:
                with archive.open(row) as packed, (folder / Path(row.filename).name).open("wb") as file:
                    shutil.copyfileobj(packed, file)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise ModelError(f"{source} cannot be unpacked: {error}.", hint="Copy it again from where it came.") from error
