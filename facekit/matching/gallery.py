"""The templates that a probe is searched in: immutable, of one encoder and one weight hash, replaced whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

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
        exclusions: K×D float32, unit rows: faces that were said not to be somebody.
        excluded_ids: (K,) int64, whom each of them does not show.
    """

    key: EncoderKey
    matrix: FloatArray
    template_ids: IdArray
    person_ids: IdArray
    revision: int = 0
    exclusions: FloatArray = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    excluded_ids: IdArray = field(default_factory=lambda: np.zeros(0, np.int64))

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
        return _distances(self.matrix, probe)

    def search(self, probe: Embedding, *, top: int = 5) -> tuple[Candidate, ...]:
        """The `top` nearest persons, nearest first, each with their best template; without those who are ruled out.

        Raises:
            ModelMismatchError: The probe was made by another encoder or other weights.
        """
        distances = self.distances(probe)
        best: list[Candidate] = []
        seen = set(self.ruled_out(probe, distances))
        for row in np.argsort(distances, kind="stable"):
            person_id = int(self.person_ids[row])
            if person_id in seen:
                continue
            seen.add(person_id)
            best.append(Candidate(person_id, int(self.template_ids[row]), float(distances[row]), len(best) + 1, self.key.encoder_id))
            if len(best) == top:
                break
        return tuple(best)

    def ruled_out(self, probe: Embedding, distances: FloatArray | None = None) -> dict[int, Candidate]:
        """Whom the probe is not, by id, with their best template: it is nearer to a face that was said not to be them than to theirs.

        That is the nearest-neighbour rule between "them" and "not them": an exclusion takes from a person only what lies nearer to it than
        to their own templates, so each more template of theirs takes some of that back, and it says nothing of anybody else.

        Args:
            distances: The probe's to every template, where they are known already.
        """
        if not len(self.excluded_ids):
            return {}
        distances = self.distances(probe) if distances is None else distances
        excluded = _distances(self.exclusions, probe)
        found: dict[int, Candidate] = {}
        for person_id in np.unique(self.excluded_ids).tolist():
            (rows,) = np.nonzero(self.person_ids == person_id)
            if len(rows) and excluded[self.excluded_ids == person_id].min() < distances[rows].min():
                row = rows[distances[rows].argmin()]
                found[person_id] = Candidate(person_id, int(self.template_ids[row]), float(distances[row]), 1, self.key.encoder_id)
        return found

    def of_person(self, person_id: int) -> Gallery:
        """The rows of one person alone."""
        return self._rows(self.person_ids == person_id)

    def without_person(self, person_id: int) -> Gallery:
        """The rows of everyone else."""
        return self._rows(self.person_ids != person_id)

    def _rows(self, mask: BoolArray) -> Gallery:
        return replace(self, matrix=self.matrix[mask], template_ids=self.template_ids[mask], person_ids=self.person_ids[mask])


def _distances(matrix: FloatArray, probe: Embedding) -> FloatArray:
    """(N,) d of each row."""
    if len(matrix) == 0:
        return np.zeros(0, np.float32)
    distances: FloatArray = np.clip(2.0 - 2.0 * (matrix @ probe.vector), 0.0, 4.0).astype(np.float32)
    return distances


def disjoint(galleries: Iterable[Gallery]) -> tuple[Gallery, ...]:
    """The galleries, each without the people whom one before it has: nobody is searched for by two encoders."""
    made: list[Gallery] = []
    known = np.zeros(0, np.int64)
    for gallery in galleries:
        made.append(gallery._rows(~np.isin(gallery.person_ids, known)))
        known = np.union1d(known, gallery.person_ids)
    return tuple(made)
