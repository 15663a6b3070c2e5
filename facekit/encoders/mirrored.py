"""A face as it is and in the mirror: steadier than one look, for pictures that are looked at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from facekit.encoders.base import Encoder
from facekit.encoders.prepare import embeddings_of
from facekit.types import AlignedFace, Embedding


class Mirrored:
    """An encoder that gives the mean of a face's and its mirror image's embedding, brought to length 1.

    It is bound to the same weights and may be compared with what one look gives. Of the errors at a threshold about a tenth go away for
    twice the time (benchmarks/README.md), so templates and stills are encoded by it; the frames of a stream are steadied by one another.

    Args:
        encoder: What looks.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.card, self.device = encoder.card, encoder.device
        self._encoder = encoder

    def encode(self, faces: Sequence[AlignedFace]) -> tuple[Embedding, ...]:
        """As Encoder.encode has it."""
        if not faces:
            return ()
        turned = [AlignedFace(np.ascontiguousarray(face.pixels[:, ::-1])) for face in faces]
        both = np.stack([embedding.vector for embedding in self._encoder.encode([*faces, *turned])])
        return embeddings_of(both[: len(faces)] + both[len(faces) :], self.card)
