"""What most verbs begin with: settings with the command line's wishes, the models, the database, and the one face of a picture."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from facekit.cli.output import say
from facekit.enrolment import main_face
from facekit.errors import FacekitError, ImageError
from facekit.imaging import image_files, read_image
from facekit.matching.decide import DecisionRule, Search, rules_of
from facekit.models.in_force import in_force
from facekit.paths import default_database
from facekit.pipeline import FacePipeline
from facekit.pipeline_config import DEFAULT_ENCODER, PipelineConfig
from facekit.settings import Settings, load_settings
from facekit.store import open_repository
from facekit.store.base import Repository
from facekit.types import AlignedFace, Sample

_OVERRIDES = {
    "detector": "detector",
    "min_face": "min_face",
    "landmarker": "landmarker",
    "runtime": "runtime",
    "fmr": "target_fmr",
    "threshold": "threshold",
}


def settings_of(args: argparse.Namespace) -> Settings:
    """The kept settings, with what the command line says instead.

    Raises:
        SettingsError: A value is out of range.
    """
    wishes = {setting: getattr(args, word) for word, setting in _OVERRIDES.items() if getattr(args, word, None) is not None}
    if "target_fmr" in wishes and "threshold" not in wishes:
        wishes["threshold"] = 0.0  # a rate that is asked for outranks a kept threshold by hand
    return load_settings().replace(**wishes)


def open_pipeline(args: argparse.Namespace, store: Repository | None = None) -> FacePipeline:
    """The models that the settings and the command line name, loaded, and the encoders that a store needs beside. Raises ModelError."""
    names = in_force(store, wanted=args.encoder or "").names if store else (encoder_of(args),)
    return FacePipeline.load(PipelineConfig.of(settings_of(args), names))


def encoder_of(args: argparse.Namespace) -> str:
    """The encoder that the command line names, or the active one of the database, which need not be there. Raises StoreError."""
    if args.encoder:
        return str(args.encoder)
    database = getattr(args, "db", None) or default_database()
    if not database.exists():
        return DEFAULT_ENCODER
    from facekit.store.inspection import recorded_encoder  # SQLAlchemy takes most of a second to load

    recorded = recorded_encoder(database)
    return recorded.encoder_id if recorded else DEFAULT_ENCODER


def searches_in(args: argparse.Namespace, store: Repository, pipeline: FacePipeline) -> tuple[Search, ...]:
    """The galleries of all encoders in memory with their rules; whom none of them knows is said on stderr. Raises ModelError."""
    keys = [card.key for card in pipeline.cards]
    if lost := store.people_without(keys):
        names = ", ".join(person.name for person in lost)
        say(f"Not recognised by any encoder here: {names}. Enrol a new picture of each: facekit enrol NAME IMAGE...")
    return tuple(map(Search, store.galleries(keys), rules_of(settings_of(args), pipeline.cards)))


def rule_of(args: argparse.Namespace, pipeline: FacePipeline) -> DecisionRule:
    """What decides. Raises ModelError where the encoder was never calibrated and no threshold is given."""
    return DecisionRule.of(settings_of(args), pipeline.card)


@contextmanager
def open_store(args: argparse.Namespace) -> Iterator[Repository]:
    """The database that --db names, or this account's own. Raises StoreError."""
    repository = open_repository(args.db or default_database())
    try:
        yield repository
    finally:
        repository.close()


def pictures(paths: list[Path]) -> list[Path]:
    """The picture files that the command line names; a folder stands for the pictures in it.

    Raises:
        ImageError: A folder without a picture.
    """
    found: list[Path] = []
    for path in paths:
        inside = image_files(path) if path.is_dir() else (path,)
        if not inside:
            raise ImageError(f"The folder {path} has no pictures.", hint="JPEG, PNG, WebP, BMP, TIFF and GIF files are read.")
        found += inside
    return found


def samples_of(pipeline: FacePipeline, path: Path) -> tuple[Sample, ...]:
    """All faces of a picture file as samples, largest first. Raises ImageError."""
    return pipeline.samples(read_image(path))


def one_sample(pipeline: FacePipeline, path: Path) -> Sample:
    """The face that is meant in a picture file.

    Raises:
        ImageError: The file cannot be read.
        NoOneFaceError: It shows no face, or several of like size.
    """
    samples = samples_of(pipeline, path)
    chosen = main_face(samples)
    if chosen is not None:
        return chosen
    if not samples:
        raise NoOneFaceError(
            f"No face was found in {path}.", hint="Take a picture with the whole face in view; --min-face lets smaller ones count."
        )
    raise NoOneFaceError(f"{path} shows {len(samples)} faces of like size.", hint="Cut the picture to the one that is meant.")


def prominent_sample(pipeline: FacePipeline, path: Path) -> Sample | None:
    """The face that a labelled picture is taken to be of: large and near the middle, as in LFW; None where there is none.

    Raises:
        ImageError: The file cannot be read.
    """
    pixels = read_image(path)
    middle = (pixels.shape[1] / 2, pixels.shape[0] / 2)

    def prominence(sample: Sample) -> float:
        box = sample.face.box
        return box.area - 2 * (math.dist(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2), middle) ** 2)

    return max(pipeline.samples(pixels), key=prominence, default=None)


def read_aligned(path: Path, *, size: int) -> AlignedFace:
    """A picture file that is a face on the template already. Raises ImageError, also where it has another size."""
    pixels = read_image(path)
    if pixels.shape != (size, size, 3):
        raise ImageError(
            f"{path} is {pixels.shape[1]}×{pixels.shape[0]}, not an aligned face of {size}×{size}.",
            hint="Leave --aligned out to have it aligned.",
        )
    return AlignedFace(pixels)


class NoOneFaceError(FacekitError):
    """A picture does not show the one face that a verb needs."""
