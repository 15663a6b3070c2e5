"""People who do not exist, the same ones for everybody: on them it shows whether an encoder has forgotten how to tell strangers apart.

Training on a few persons can serve these and spoil the rest; whom the user holds out is of their own kind and need not show it. The
cast comes with the program. It is no image of mankind: it shows that something was lost, never that nothing was.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from facekit.encoders.base import Encoder
from facekit.evaluation.calibrate import all_pairs
from facekit.evaluation.intervals import RESAMPLES
from facekit.evaluation.promotion import Encoded, Operating, Verdict, judge
from facekit.evaluation.rates import threshold_at_fmr
from facekit.imaging import decode, realigned
from facekit.types import AlignedFace

CAST_FILE = Path(__file__).with_name("cast.zip")
FMR = 0.01
"""At which both encoders are compared. Not at τ in use: to encoders that learnt on photos, drawn people look alike."""
TOLERANCE = 0.02
"""By how much FNMR may rise on them, by the upper end of the interval: a little more than between any two encoders that we ship."""


def cast() -> tuple[tuple[AlignedFace, ...], tuple[str, ...]]:
    """N aligned faces of 112 × 112, and who each shows."""
    with zipfile.ZipFile(CAST_FILE) as kept:
        names = sorted(kept.namelist())
        faces = tuple(AlignedFace(decode(kept.read(name), name=name)) for name in names)
    return faces, tuple(name.partition("/")[0] for name in names)


def judge_on_cast(old: Encoder, new: Encoder, *, resamples: int = RESAMPLES, seed: int = 0) -> Verdict:
    """Whether the new encoder tells the cast apart as well as the old one, or nearly so."""
    faces, persons = cast()
    first, second = _encoded(old, faces), _encoded(new, faces)
    pairs = all_pairs(first.vectors, persons, keep=1.0)
    threshold = threshold_at_fmr(pairs.nearest, FMR, count=pairs.non_mated_count).threshold
    where = f"{len(faces)} pictures of {len(set(persons))} people who do not exist"
    return judge(first, second, persons, Operating(threshold, FMR), measured_on=where, tolerance=TOLERANCE, resamples=resamples, seed=seed)


def _encoded(encoder: Encoder, faces: tuple[AlignedFace, ...]) -> Encoded:
    size = encoder.card.input_size
    made = encoder.encode([realigned(face, size=size) for face in faces])
    return Encoded(encoder.card.key, np.stack([embedding.vector for embedding in made]))
