"""Aligned faces as a poor camera, poor light or a mask would show them: fixed changes to measure under, not to train on."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import numpy as np

from facekit.types import Pixels
from training.data.augment import grey, low_light, low_resolution

Change = Callable[[Pixels, int], Pixels]
"""S×S×3 uint8 RGB and the number of the picture → the same size; the number seeds what is random."""

_DARK, _NOISE_SD = 0.2, 6.0
_COVER_GREY = 96


def _dark(face: Pixels, number: int) -> Pixels:
    return low_light(face, _DARK, _NOISE_SD, np.random.default_rng(number))


def _covered(face: Pixels, first: float, last: float) -> Pixels:
    """The rows between two shares of the height in one grey."""
    hidden = face.copy()
    hidden[round(first * len(face)) : round(last * len(face))] = _COVER_GREY
    return hidden


CONDITIONS = MappingProxyType[str, Change](
    {
        "24 pixels": lambda face, _: low_resolution(face, 24),
        "16 pixels": lambda face, _: low_resolution(face, 16),
        "grey": lambda face, _: grey(face),
        "dark": _dark,
        "mouth and nose covered": lambda face, _: _covered(face, 0.56, 1.0),  # from below the eyes, as a mask lies
        "eyes covered": lambda face, _: _covered(face, 0.36, 0.56),  # as dark glasses lie: the template's eyes are at 0.46
    }
)
"""By the name that a report shows."""
