"""The templates that a probe is searched in: immutable, of one encoder and one weight hash, replaced whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from facekit.types import BoolArray, Candidate, Embedding, EncoderKey, FloatArray

IdArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """All templates of one encoder.

    Args:
        key: The encoder and weights that made every row.
        matrix: N×D float32, unit rows.
        template_ids: (N,) int64.
        person_ids: (N,) int64; a person may have many rows.
        revision: Grows with every change of the store it came from.
    """

    key: EncoderKey
    matrix: FloatArray
    template_ids: IdArray
    person_ids: IdArray
    revision: int = 0

    def __post_init__(self) -> None:
        if self.matrix.ndim != 2 or not len(self.matrix) == len(self.template_ids) == len(self.person_ids):
            raise ValueError(
                f"a gallery of {self.matrix.shape} rows with {len(self.template_ids)} template and {len(self.person_ids)} person ids"
            )

    @property
    def template_count(self) -> int:
        """Rows."""
        return len(self.matrix)

    @property
    def person_count(self) -> int:
        """Different persons."""
        return len(np.unique(self.person_ids))

    @staticmethod
    def of(key: EncoderKey, rows: Iterable[tuple[int, int, Embedding]], *, revision: int = 0) -> Gallery:
        """A gallery of (template_id, person_id, embedding) rows.

        Raises:
            ModelMismatchError: A row was made by another encoder or other weights.
        """
        template_ids, person_ids, vectors = [], [], []
        for template_id, person_id, embedding in rows:
            embedding.require(key)
            template_ids.append(template_id)
            person_ids.append(person_id)
            vectors.append(embedding.vector)
        matrix = np.stack(vectors).astype(np.float32) if vectors else np.zeros((0, 0), np.float32)
        return Gallery(key, matrix, np.array(template_ids, np.int64), np.array(person_ids, np.int64), revision)

    def distances(self, probe: Embedding) -> FloatArray:
        """(N,) float32, d = ‖probe − row‖² of every template, 0 … 4.

        Raises:
            ModelMismatchError: The probe was made by another encoder or other weights.
        """
        probe.require(self.key)
        if self.template_count == 0:
            return np.zeros(0, np.float32)
        distances: FloatArray = np.clip(2.0 - 2.0 * (self.matrix @ probe.vector), 0.0, 4.0).astype(np.float32)
        return distances

    def search(self, probe: Embedding, *, top: int = 5) -> tuple[Candidate, ...]:
        """The `top` nearest persons, nearest first, each with their best template.

        Raises:
            ModelMismatchError: The probe was made by another encoder or other weights.
        """
        distances = self.distances(probe)
        best: list[Candidate] = []
        seen: set[int] = set()
        for row in np.argsort(distances, kind="stable"):
            person_id = int(self.person_ids[row])
            if person_id in seen:
                continue
            seen.add(person_id)
            best.append(Candidate(person_id, int(self.template_ids[row]), float(distances[row]), len(best) + 1, self.key.encoder_id))
            if len(best) == top:
                break
        return tuple(best)

    def of_person(self, person_id: int) -> Gallery:
        """The rows of one person alone."""
        return self._rows(self.person_ids == person_id)

    def without_person(self, person_id: int) -> Gallery:
        """The rows of everyone else."""
        return self._rows(self.person_ids != person_id)

    def _rows(self, mask: BoolArray) -> Gallery:
        return Gallery(self.key, self.matrix[mask], self.template_ids[mask], self.person_ids[mask], self.revision)


def disjoint(galleries: Iterable[Gallery]) -> tuple[Gallery, ...]:
    """The galleries, each without the people whom one before it has: nobody is searched for by two encoders."""
    made: list[Gallery] = []
    known = np.zeros(0, np.int64)
    for gallery in galleries:
        made.append(gallery._rows(~np.isin(gallery.person_ids, known)))
        known = np.union1d(known, gallery.person_ids)
    return tuple(made)
