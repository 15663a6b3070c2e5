"""Encoders copied from this machine with their card, and deleted from it. Opens no model: the window may import this."""

from __future__ import annotations

import contextlib
import shutil
import zipfile
from pathlib import Path

from facekit.cards import CARD_NAME, verified_file
from facekit.errors import ModelError
from facekit.evaluation.promotion import VERDICT_NAME
from facekit.models.inventory import KnownEncoder, Origin, Use


def export_encoder(encoder: KnownEncoder, target: Path) -> Path:
    """A copy of an encoder with its card: a zip where `target` ends in .zip, else a new folder. Whole or not at all.

    Raises:
        ModelError: Its files are not those of its card, or something is at `target` already.
    """
    if target.exists():
        raise ModelError(f"{target} is there already.", hint="Name another place, or remove it first.")
    files = [verified_file(encoder.card, encoder.folder, runtime) for runtime in encoder.card.files]
    files += [file for name in (CARD_NAME, VERDICT_NAME) if (file := encoder.folder / name).is_file()]
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix == ".zip":
            with zipfile.ZipFile(part, "w") as archive:  # weights do not shrink
                for file in files:
                    archive.write(file, file.name)
        else:
            part.mkdir()
            for file in files:
                shutil.copyfile(file, part / file.name)
        part.replace(target)
    except OSError as error:
        raise ModelError(
            f"{encoder.card.model_id} could not be exported to {target}: {error}.", hint="Look whether you may write there."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(part) if part.is_dir() else part.unlink(missing_ok=True)
    return target


def delete_encoder(encoder: KnownEncoder) -> None:
    """Delete an encoder's files; of a candidate, the whole retraining that made it.

    Raises:
        ModelError: It came with the program, is in use, or its files cannot be deleted.
    """
    name = encoder.card.model_id
    if encoder.origin is Origin.SHIPPED:
        raise ModelError(f"{name} came with the program and cannot be deleted.")
    if encoder.use is Use.ACTIVE:
        raise ModelError(f"{name} is the active encoder and cannot be deleted.", hint="Promote another one, or roll back, then release it.")
    if encoder.template_count:
        raise ModelError(
            f"{name} has made {encoder.template_count} templates that are kept, and cannot be deleted.",
            hint=f"Let it go first: facekit models release {name}.",
        )
    try:
        shutil.rmtree(encoder.folder.parents[1] if encoder.origin is Origin.CANDIDATE else encoder.folder)
    except OSError as error:
        raise ModelError(f"{encoder.folder} could not be deleted: {error}.", hint="Delete the folder by hand.") from error
