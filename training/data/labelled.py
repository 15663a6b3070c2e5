"""Pictures with a class each, in memory: MNIST and CIFAR-10 as they are published, class folders, zips of them. No augmentation here."""

from __future__ import annotations

import gzip
import importlib
import pickle
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt

from facekit.errors import ImageError
from facekit.imaging import decode
from facekit.types import Pixels
from training.data.containers import bytes_of, picture_files
from training.errors import TrainingError

Part = Literal["train", "test"]
Labels = npt.NDArray[np.int64]
_DIGITS = tuple("0123456789")
_FOLDERS: Mapping[Part, tuple[str, ...]] = {"train": ("train",), "test": ("test", "val")}
_IDX: Mapping[Part, str] = {"train": "train", "test": "t10k"}
_CIFAR: Mapping[Part, tuple[str, ...]] = {"train": tuple(f"data_batch_{number}" for number in range(1, 6)), "test": ("test_batch",)}
_MNIST_FOLDERS, _CIFAR_FOLDERS = (".", "raw", "MNIST/raw"), (".", "cifar-10-batches-py")


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPictures:
    """Pictures of one size and what they show.

    Args:
        pixels: (N, H, W, C) uint8, RGB or grey.
        labels: (N,) int64, places in `classes`.
        classes: Their names.
    """

    pixels: Pixels
    labels: Labels
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def only(self, classes: Sequence[str]) -> LabelledPictures:
        """Those of these classes, numbered anew in the set's order; all where none is named.

        Raises:
            TrainingError: There is no such class.
        """
        if not classes:
            return self
        if unknown := sorted(set(classes) - set(self.classes)):
            raise TrainingError(f"The pictures have no class {unknown[0]!r}.", hint=f"There are: {', '.join(self.classes)}.")
        kept = tuple(name for name in self.classes if name in classes)
        number = np.array([kept.index(name) if name in kept else -1 for name in self.classes])[self.labels]
        return LabelledPictures(self.pixels[number >= 0], number[number >= 0].astype(np.int64), kept)

    def some(self, count: int, *, seed: int) -> LabelledPictures:
        """So many of them, drawn by chance, in their order; all where there are no more or `count` is 0."""
        if not 0 < count < len(self):
            return self
        rows = np.sort(np.random.default_rng(seed).permutation(len(self))[:count])
        return LabelledPictures(self.pixels[rows], self.labels[rows], self.classes)


def open_labelled(source: Path, part: Part, *, side: int = 0) -> LabelledPictures:
    """The part of a set that is `source`: an .npz file of MNIST as Keras has it; the folder of MNIST's idx files or of CIFAR-10's
    batches, or the folder that torchvision puts them into; or a folder with train and test or val, each a folder or zip of class folders.

    Args:
        side: Of the pictures of class folders, pixels: brought to it by their shorter side and cut square about the middle. 0 leaves
            them as they are, where all have one size.

    Raises:
        TrainingError: There is no such set, or it is damaged.
    """
    readers: tuple[Callable[[Path, Part], LabelledPictures | None], ...] = (_npz, _idx, _cifar, lambda at, which: _folders(at, which, side))
    try:
        found = next((pictures for reader in readers if (pictures := reader(source, part)) is not None), None)
    except (OSError, ValueError, KeyError, IndexError, struct.error, EOFError, pickle.UnpicklingError, ImageError) as error:
        raise TrainingError(f"The pictures in {source} cannot be read: {error}.", hint="Copy the set again.") from error
    if found is None or not len(found):
        raise TrainingError(
            f"There are no pictures to {part} with in {source}.", hint="Give MNIST, CIFAR-10, or a folder with train and test in it."
        )
    return found


def squared(pixels: Pixels, side: int) -> Pixels:
    """The middle of a picture as side×side×3."""
    height, width = pixels.shape[:2]
    shorter = min(height, width)
    top, left = (height - shorter) // 2, (width - shorter) // 2
    middle = pixels[top : top + shorter, left : left + shorter]
    return np.asarray(cv2.resize(middle, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def _npz(source: Path, part: Part) -> LabelledPictures | None:
    if source.suffix != ".npz":
        return None
    with np.load(source, allow_pickle=False) as file:
        return _digits(file[f"x_{part}"], file[f"y_{part}"])


def _idx(source: Path, part: Part) -> LabelledPictures | None:
    for folder in (source / name for name in _MNIST_FOLDERS):
        names = [f"{_IDX[part]}-images-idx3-ubyte", f"{_IDX[part]}-labels-idx1-ubyte"]
        files = [next((path for ending in ("", ".gz") if (path := folder / f"{name}{ending}").is_file()), None) for name in names]
        pixels, labels = (None if path is None else _idx_array(path) for path in files)
        if pixels is not None and labels is not None:
            return _digits(pixels, labels)
    return None


def _idx_array(path: Path) -> Pixels:
    """Two zeros, the type (8: unsigned bytes), the number of sides, the sides with four bytes each, then the numbers."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    zeros, kind, count = struct.unpack_from(">HBB", data)
    if zeros or kind != 8:
        raise ValueError(f"{path.name} is no idx file of bytes")
    sides = struct.unpack_from(f">{count}I", data, 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * count).reshape(sides)


def _digits(pixels: Pixels, labels: npt.NDArray[np.generic]) -> LabelledPictures:
    return LabelledPictures(np.ascontiguousarray(pixels[..., None]), labels.astype(np.int64), _DIGITS)


def _cifar(source: Path, part: Part) -> LabelledPictures | None:
    for folder in (source / name for name in _CIFAR_FOLDERS):
        if (folder / "batches.meta").is_file():
            batches = [_unpickled(folder / name) for name in _CIFAR[part]]
            planes = np.concatenate([batch[b"data"] for batch in batches]).reshape(-1, 3, 32, 32)
            labels = np.concatenate([batch[b"labels"] for batch in batches]).astype(np.int64)
            names = tuple(name.decode() for name in _unpickled(folder / "batches.meta")[b"label_names"])
            return LabelledPictures(np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), labels, names)
    return None


class _ArraysOnly(pickle.Unpickler):
    """CIFAR-10 is published as pickles, which may run anything: this one makes arrays and nothing else."""

    _ALLOWED = frozenset({("multiarray", "_reconstruct"), ("numpy", "ndarray"), ("numpy", "dtype")})

    def find_class(self, module: str, name: str) -> Any:
        """As of every unpickler, for the three names that an array needs."""
        if (module.rpartition(".")[2], name) not in self._ALLOWED or not module.startswith("numpy"):
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return getattr(importlib.import_module(module.replace("numpy.core", "numpy._core")), name)


def _unpickled(path: Path) -> dict[bytes, Any]:
    with path.open("rb") as file:
        values: dict[bytes, Any] = _ArraysOnly(file, encoding="bytes").load()
    return values


def _folders(source: Path, part: Part, side: int) -> LabelledPictures | None:
    candidates = [source / f"{name}{ending}" for name in _FOLDERS[part] for ending in ("", ".zip")]
    container = next((path for path in candidates if path.exists()), None)
    if container is None:
        return None
    files = picture_files(container)
    names = [PurePosixPath(file).parent.name for file in files]
    classes = tuple(sorted(set(names)))
    labels = np.array([classes.index(name) for name in names], np.int64)
    return LabelledPictures(_stacked(container, files, side), labels, classes)


def _stacked(container: Path, files: Sequence[str], side: int) -> Pixels:
    pictures = [decode(bytes_of(container, file), name=file) for file in files]
    if side:
        pictures = [pixels if pixels.shape[:2] == (side, side) else squared(pixels, side) for pixels in pictures]
    if len({pixels.shape for pixels in pictures}) > 1:
        raise TrainingError(f"The pictures in {container} have several sizes.", hint="Set options.data.side.")
    return np.stack(pictures) if pictures else np.empty((0, 1, 1, 3), np.uint8)
