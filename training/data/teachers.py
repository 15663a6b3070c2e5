"""What teachers say of each face: their vectors of the face and of its mirror image, kept as float16. No training here."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from facekit.types import FloatArray, Pixels
from training.data.faces import FaceSet, open_faces
from training.errors import TrainingError

Encode = Callable[[Pixels], FloatArray]
"""N×112×112×3 uint8 RGB → N×D float32 unit vectors."""
HalfArray = npt.NDArray[np.float16]
_BATCH = 32
_SAVE_EVERY = 200
"""Batches."""


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """One teacher's vectors.

    Args:
        teacher: The name of its folder.
        keys: (N,) the faces' keys.
        vectors: (N, V, D) float16 unit vectors: of the face and, with V = 2, of its mirror image.
        dropped: Keys of faces too near to one that must be kept off; they have no vectors.
    """

    teacher: str
    keys: tuple[str, ...]
    vectors: HalfArray
    dropped: tuple[str, ...] = ()

    def save(self, path: Path) -> None:
        """Write the file whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_suffix(".part")
        with scratch.open("wb") as file:
            np.savez(
                file,
                teacher=np.asarray(self.teacher),
                keys=np.asarray(self.keys, dtype=np.str_),
                vectors=self.vectors,
                dropped=np.asarray(self.dropped, dtype=np.str_),
            )
        scratch.replace(path)


def load_targets(path: Path) -> Targets:
    """The targets in a file that `Targets.save` wrote.

    Raises:
        TrainingError: It is not one.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            keys, dropped = (tuple(str(key) for key in file[name]) for name in ("keys", "dropped"))
            return Targets(str(file["teacher"]), keys, file["vectors"], dropped)
    except (OSError, ValueError, KeyError) as error:
        raise TrainingError(f"The targets {path} cannot be read: {error}.", hint="Make them: python -m training teach.") from error


def load_teacher(folder: Path, *, threads: int = 1) -> Encode:
    """The `encode` of the load.py in a teacher's folder. That file is run: give only folders that you trust.

    Raises:
        TrainingError: There is no load.py, or a package that it needs is missing.
    """
    script = folder / "load.py"
    spec = importlib.util.spec_from_file_location(f"teacher_{folder.name}", script)
    if spec is None or spec.loader is None or not script.is_file():
        raise TrainingError(f"The teacher {folder} has no load.py.", hint="It must offer encode(batch) and set_threads(n).")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except ImportError as error:
        raise TrainingError(
            f"The teacher {folder.name} needs {error.name}.", hint="Install the extra: pip install '.[teachers]'."
        ) from error
    module.set_threads(threads)
    encode: Encode = module.encode
    return encode


def view_vectors(encode: Encode, faces: Pixels, *, mirrored: bool) -> FloatArray:
    """(N, V, D) float32: the vectors of the faces and, if wanted, of their mirror images."""
    views = [encode(faces)]
    if mirrored:
        views.append(encode(np.ascontiguousarray(faces[:, :, ::-1])))
    return np.stack(views, axis=1)


@dataclass(frozen=True, slots=True)
class TeachOptions:
    """How targets are made.

    Args:
        keep_off: Sources of faces that training must not come near, as for `open_faces`.
        nearest_allowed: A face with a higher cosine than this to any of them is dropped.
        mirrored: Encode the mirror image too: better targets for twice the time.
    """

    keep_off: tuple[str, ...] = ()
    nearest_allowed: float = 0.5
    mirrored: bool = True
    threads: int = 1


def teach(folder: Path, faces: FaceSet, out: Path, options: TeachOptions) -> Iterator[tuple[int, int]]:
    """Write the teacher's targets of all faces, yielding (done, of how many) as it goes; what the file has already is kept.

    Raises:
        TrainingError: The file holds another teacher's targets, or as load_teacher.
    """
    encode = load_teacher(folder, threads=options.threads)
    shielded = _shielded(encode, options.keep_off)
    made = load_targets(out) if out.is_file() else None
    if made is not None and made.teacher != folder.name:
        raise TrainingError(f"{out} holds the targets of {made.teacher}, not of {folder.name}.", hint="Give another --out.")
    done = set() if made is None else {*made.keys, *made.dropped}
    waiting = faces.take(index for index, key in enumerate(faces.keys) if key not in done)
    parts = [] if made is None else [made]
    for number, start in enumerate(range(0, len(waiting), _BATCH), 1):
        batch = waiting.take(range(start, min(start + _BATCH, len(waiting))))
        parts.append(_batch_targets(folder.name, encode, batch, shielded, options))
        yield start + len(batch), len(waiting)
        if number % _SAVE_EVERY == 0:
            parts = [joined(parts)]
            parts[0].save(out)
    if parts:
        joined(parts).save(out)


def joined(parts: Sequence[Targets]) -> Targets:
    """The same teacher's targets as one."""
    keys = tuple(key for part in parts for key in part.keys)
    dropped = tuple(key for part in parts for key in part.dropped)
    return Targets(parts[0].teacher, keys, np.concatenate([part.vectors for part in parts]), dropped)


def gather(paths: Sequence[Path]) -> Mapping[str, Targets]:
    """The targets in the files, by teacher, with two views each: where only the face itself was encoded, its vector stands for both.

    Raises:
        TrainingError: A file cannot be read, or there is none.
    """
    parts: dict[str, list[Targets]] = {}
    for path in paths:
        found = load_targets(path)
        if found.vectors.shape[1] == 1:
            found = replace(found, vectors=np.repeat(found.vectors, 2, axis=1))
        parts.setdefault(found.teacher, []).append(found)
    if not parts:
        raise TrainingError("There are no teacher's targets.", hint="Make them: python -m training teach.")
    return {teacher: joined(found) for teacher, found in parts.items()}


def _shielded(encode: Encode, sources: Sequence[str]) -> FloatArray | None:
    """(D, M) float32, the vectors of the faces to keep off."""
    if not sources:
        return None
    faces = open_faces(sources)
    starts = range(0, len(faces), _BATCH)
    return np.concatenate([encode(_stack(faces, start)) for start in starts]).T


def _stack(faces: FaceSet, start: int) -> Pixels:
    return np.stack([record.read() for record in faces.records[start : start + _BATCH]])


def _batch_targets(teacher: str, encode: Encode, batch: FaceSet, shielded: FloatArray | None, options: TeachOptions) -> Targets:
    vectors = view_vectors(encode, _stack(batch, 0), mirrored=options.mirrored)
    is_near = np.zeros(len(batch), np.bool_)
    if shielded is not None:
        is_near = (vectors @ shielded).max(axis=(1, 2)) > options.nearest_allowed
    kept, dropped = (tuple(key for key, near in zip(batch.keys, is_near, strict=True) if near == wanted) for wanted in (False, True))
    return Targets(teacher, kept, vectors[~is_near].astype(np.float16), dropped)
