"""Embeddings, samples and galleries made by hand, with distances that a test can reckon."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from facekit.matching.gallery import Gallery
from facekit.types import TRAINING_CLAUSE, AlignedFace, Box, Consent, Embedding, EncoderKey, Face, Quality, QualityIssue, Sample

KEY = EncoderKey("test-encoder", "a" * 64)
OTHER_KEY = EncoderKey("test-encoder", "b" * 64)


def at_angle(degrees: float, *, key: EncoderKey = KEY) -> Embedding:
    """A unit vector in the plane: two of them differ by d = 2 − 2·cos(difference of the angles)."""
    radians = math.radians(degrees)
    return Embedding(np.array([math.cos(radians), math.sin(radians), 0.0, 0.0], np.float32), key)


def gallery_of(rows: Sequence[tuple[int, float]], *, key: EncoderKey = KEY, revision: int = 1) -> Gallery:
    """A gallery of (person_id, angle in degrees) rows; template ids count from 100."""
    return Gallery.of(key, ((100 + row, person, at_angle(angle, key=key)) for row, (person, angle) in enumerate(rows)), revision=revision)


def sample_at(degrees: float, *, issues: tuple[QualityIssue, ...] = (), key: EncoderKey = KEY, side: float = 100.0) -> Sample:
    """A sample whose embedding lies at an angle, with a box of `side` pixels."""
    face = Face(Box(0.0, 0.0, side, side), np.zeros((5, 2), np.float32), 0.99)
    crop = AlignedFace(np.zeros((112, 112, 3), np.uint8))
    return Sample(face, crop, good_quality(issues=issues), at_angle(degrees, key=key))


def good_quality(*, issues: tuple[QualityIssue, ...] = ()) -> Quality:
    """A quality with plausible measures."""
    return Quality(60.0, 0.5, 120.0, 0.9, 0.0, 0.0, 0.0, issues)


def consent(*, keep_crops: bool = False, training: bool = False) -> Consent:
    """A consent with a text."""
    text = f"I agree. {TRAINING_CLAUSE}" if training else "I agree."
    return Consent(text, datetime(2026, 1, 2, tzinfo=UTC), "tester", keep_crops or training)
