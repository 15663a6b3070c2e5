"""Aligned faces on disc as one type: zips and folders, with identities where they are known. Reads; never aligns or changes a face."""

from __future__ import annotations

import csv
import glob
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
import numpy.typing as npt

from facekit.types import Pixels
from training.data.containers import bytes_of, picture_files
from training.errors import TrainingError

FACE_SIZE = 112
"""Side of an aligned face, pixels."""
LAYOUTS = ("auto", "identities", "unlabelled", "celeba")
_CELEBA_LABELS = "identity_CelebA.txt"
_AGES_AS_DATES = {"03-Sep": "3-9", "Oct-19": "10-19"}
"""What a spreadsheet made of two of FairFace's age ranges."""


@dataclass(frozen=True, slots=True)
class Groups:
    """What is known of a face beside its identity; empty where unknown.

    Args:
        family: Relatives share it.
        age: A range in years, "50-59".
    """

    family: str = ""
    age: str = ""
    gender: str = ""
    race: str = ""


@dataclass(frozen=True, slots=True)
class FaceRecord:
    """Where one face lies and what is known of it.

    Args:
        container: The zip or folder.
        file: The name inside it, with "/".
        person: "source/name", None where the identity is unknown.
    """

    container: Path
    file: str
    person: str | None = None
    groups: Groups = Groups()

    @property
    def source(self) -> str:
        """The zip's or folder's name without its ending."""
        return self.container.stem

    @property
    def key(self) -> str:
        """ "source/file" without the ending: what targets are filed under."""
        return f"{self.source}/{PurePosixPath(self.file).with_suffix('')}"

    def read(self) -> Pixels:
        """112×112×3 uint8 RGB.

        Raises:
            TrainingError: The file is gone, no picture, or has another size.
        """
        try:
            content = bytes_of(self.container, self.file)
        except FileNotFoundError as error:
            raise TrainingError(
                f"{self.file} in {self.container} is gone: its person may have been removed.", hint="Start it again to train on the others."
            ) from error
        bgr = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        if bgr is None or bgr.shape[:2] != (FACE_SIZE, FACE_SIZE):
            found = "no picture" if bgr is None else f"{bgr.shape[1]}×{bgr.shape[0]}"
            raise TrainingError(
                f"{self.file} in {self.container} is {found}, not an aligned face of {FACE_SIZE}×{FACE_SIZE}.",
                hint="Align the faces first, or leave this source out.",
            )
        return cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)


@dataclass(frozen=True, slots=True)
class FaceSet:
    """Faces in a fixed order: by source as given, then by file name."""

    records: tuple[FaceRecord, ...]

    def __len__(self) -> int:
        return len(self.records)

    @property
    def keys(self) -> tuple[str, ...]:
        """The key of each face."""
        return tuple(record.key for record in self.records)

    @property
    def persons(self) -> tuple[str, ...]:
        """Every known person once, sorted."""
        return tuple(sorted({record.person for record in self.records if record.person is not None}))

    def labels(self) -> npt.NDArray[np.int64]:
        """(N,) int64: each face's index in `persons`, −1 where unknown."""
        numbers = {person: index for index, person in enumerate(self.persons)}
        return np.asarray([-1 if record.person is None else numbers[record.person] for record in self.records], np.int64)

    def take(self, indices: Iterable[int]) -> FaceSet:
        """The faces at these places, in that order."""
        return FaceSet(tuple(self.records[index] for index in indices))

    def count_by_source(self) -> Mapping[str, int]:
        """Faces per source."""
        counts: dict[str, int] = {}
        for record in self.records:
            counts[record.source] = counts.get(record.source, 0) + 1
        return counts


def open_faces(sources: Sequence[str]) -> FaceSet:
    """The faces of all sources, each "[LAYOUT:]PATTERN".

    A pattern is a zip, a folder, or a glob over them. Layouts: `identities` (person/picture, as LFW has it), `unlabelled`
    (pictures at any depth), `celeba` (pictures with identity_CelebA.txt above them); `auto` takes a zip with a folder for each
    picture as identities, and all else as unlabelled. A CSV of the same name beside a zip gives its groups.

    Raises:
        TrainingError: A pattern matches nothing, a layout is unknown, or two sources have the same name.
    """
    found = [(layout, path) for source in sources for layout, path in _matches(source)]
    names = [path.stem for _, path in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TrainingError(f"Two sources of faces are called {twice[0]!r}.", hint="Rename one: targets are filed under the name.")
    return FaceSet(tuple(record for layout, path in found for record in _records(layout, path)))


def _matches(source: str) -> list[tuple[str, Path]]:
    layout, colon, pattern = source.partition(":")
    if not colon or len(layout) == 1:  # one letter before a colon is a drive
        layout, pattern = "auto", source
    if layout not in LAYOUTS:
        raise TrainingError(f"{source!r} has the unknown layout {layout!r}.", hint=f"Layouts: {', '.join(LAYOUTS)}.")
    paths = [Path(path) for path in sorted(glob.glob(pattern))]  # noqa: PTH207  # a pattern may be absolute
    paths = [path for path in paths if path.suffix == ".zip" or path.is_dir()]
    if not paths:
        raise TrainingError(f"No zip or folder of faces matches {pattern!r}.", hint="Correct the recipe's sources, or get the data.")
    return [(layout, path) for path in paths]


def _records(layout: str, path: Path) -> list[FaceRecord]:
    files = picture_files(path)
    if layout == "celeba":
        return _celeba_records(path, files)
    if layout == "auto":
        layout = "identities" if path.suffix == ".zip" and all("/" in file for file in files) else "unlabelled"
    table = _groups_table(path.with_suffix(".csv")) if path.suffix == ".zip" else {}
    return [_record(path, file, has_person=layout == "identities", groups=table.get(file)) for file in files]


def _record(path: Path, file: str, *, has_person: bool, groups: Groups | None) -> FaceRecord:
    if not has_person:
        return FaceRecord(path, file, None, groups or Groups())
    person = str(PurePosixPath(file).parent)
    return FaceRecord(path, file, f"{path.stem}/{person}", groups or Groups(family=_family(person)))


def _family(person: str) -> str:
    """Families in the Wild calls a person Fxxxx_MIDy."""
    family, mark, _ = person.partition("_MID")
    return family if mark else ""


def _celeba_records(path: Path, files: Sequence[str]) -> list[FaceRecord]:
    """identity_CelebA.txt has a line "000001.jpg 2880" for each picture."""
    table = next((folder / _CELEBA_LABELS for folder in (path, path.parent) if (folder / _CELEBA_LABELS).is_file()), None)
    if table is None:
        raise TrainingError(f"There is no {_CELEBA_LABELS} in {path} or above it.", hint="It comes with CelebA's annotations.")
    persons = dict(line.split() for line in table.read_text(encoding="utf-8").splitlines() if line.strip())
    return [FaceRecord(path, file, f"{path.stem}/{persons[name]}") for file in files if (name := PurePosixPath(file).name) in persons]


def _groups_table(path: Path) -> dict[str, Groups]:
    if not path.is_file():
        return {}
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    return {row["image"]: Groups(age=_age(row.get("age", "")), gender=row.get("gender", ""), race=row.get("race", "")) for row in rows}


def _age(label: str) -> str:
    return _AGES_AS_DATES.get(label, label)
