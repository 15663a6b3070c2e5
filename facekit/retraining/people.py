"""Whose faces a retraining learns from: folders of photos and enrolled persons who agreed, as aligned pictures with a folder a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from facekit.detectors.base import Detector
from facekit.enrolment import has_one_face
from facekit.errors import ImageError
from facekit.imaging import align, person_folders, read_image, save_image
from facekit.paths import private_dir
from facekit.store.base import Repository
from facekit.store.copies import copy_stem

FACE_SIZE = 112
"""Side of the aligned pictures that encoders are trained on."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """One picture that was looked at.

    Args:
        refused: Why it was left out; empty where it was taken.
    """

    person: str
    source: str
    refused: str = ""


def persons_in(folders: Sequence[Path]) -> dict[str, tuple[Path, ...]]:
    """The pictures of each person: a folder a person inside each of the folders; the same name in two of them is one person.

    Raises:
        ImageError: A folder is missing or has no folder with pictures.
    """
    found: dict[str, tuple[Path, ...]] = {}
    for folder in folders:
        for name, files in person_folders(folder).items():
            found[name] = found.get(name, ()) + files
    return found


def gather_folders(persons: Mapping[str, Sequence[Path]], detector: Detector, to: Path) -> Iterator[Gathered]:
    """The main face of each picture aligned and written below `to`, each picture told as it is done; those there already are kept."""
    for name, files in persons.items():
        for number, path in enumerate(files):
            target = _target(to, name, f"{number:04d}-{path.stem}")
            yield Gathered(name, path.name, "" if target.is_file() else _aligned(path, detector, target))


def gather_gallery(store: Repository, to: Path) -> Iterator[Gathered]:
    """The kept pictures of enrolled persons written below `to`, where their consent covers training; others are told with the reason.

    The store knows of the copies: who is removed later, or takes their consent back, is removed from them too.
    """
    store.note_copies(to)
    for person in store.people():
        if not person.consent.covers_training:
            yield Gathered(person.name, "", "the consent does not cover training")
            continue
        for template in store.templates(person.person_id):
            crop = store.crop(template.template_id) if template.has_crop else None
            if crop is None or crop.pixels.shape[0] != FACE_SIZE:
                yield Gathered(person.name, template.source, "no aligned picture was kept")
                continue
            save_image(_target(to, person.name, copy_stem(template.template_id)), crop.pixels)
            yield Gathered(person.name, template.source)


def _aligned(path: Path, detector: Detector, target: Path) -> str:
    """Writes the picture's main face; the reason where it cannot."""
    try:
        pixels = read_image(path)
    except ImageError as error:
        return error.message
    if pixels.shape == (FACE_SIZE, FACE_SIZE, 3):
        save_image(target, pixels)
        return ""
    faces = detector.detect(pixels)
    if not has_one_face(faces):
        return f"{len(faces)} faces of like size" if faces else "no face was found"
    save_image(target, align(pixels, faces[0].landmarks, size=FACE_SIZE).pixels)
    return ""


def _target(to: Path, person: str, stem: str) -> Path:
    """A PNG file in the person's folder; a name that no file system minds."""
    safe = quote(person, safe=" ")
    folder = to / (f"%2E{safe[1:]}" if safe.startswith(".") else safe)
    return private_dir(folder) / f"{quote(stem, safe=' ')[:80]}.png"
