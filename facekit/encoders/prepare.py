"""From aligned faces to the array that a network takes, the same for every runtime."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from facekit.cards import ModelCard
from facekit.types import AlignedFace, Embedding, FloatArray


def batch_of(faces: Sequence[AlignedFace], card: ModelCard) -> FloatArray:
    """N×3×S×S float32, (RGB − mean) / std, contiguous.

    Raises:
        ValueError: A face is not S×S×3 with S = card.input_size.
    """
    wanted = (card.input_size, card.input_size, 3)
    for face in faces:
        if face.pixels.shape != wanted:
            raise ValueError(f"{card.model_id} takes aligned faces of {wanted}, not {face.pixels.shape}")
    stacked = np.stack([face.pixels for face in faces]).astype(np.float32)
    return np.ascontiguousarray(((stacked - np.float32(card.mean)) / np.float32(card.std)).transpose(0, 3, 1, 2))


def embeddings_of(vectors: FloatArray, card: ModelCard) -> tuple[Embedding, ...]:
    """The rows of an N×D array, brought to length 1 and bound to the encoder."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return tuple(Embedding(row, card.key) for row in unit)
