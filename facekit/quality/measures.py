"""What can be read off an aligned face: light and sharpness, each one number. No limits here."""

from __future__ import annotations

import cv2
import numpy as np

from facekit.imaging import TEMPLATES
from facekit.types import AlignedFace, AnyArray, Pixels

_WIDTH, _HEIGHT = 64, 76
_CORNERS = np.array([(24, 30), (24 + _WIDTH, 30 + _HEIGHT)], np.float32)
"""Of the inner face, brows to chin, in an aligned face of 112: hardly any hair or background."""
_LOWER = np.s_[50:74, 18:46]
"""Mouth and chin in the inner face."""
_NOISE_SIGMA = 1.0
"""Camera noise has fine detail of its own, which is not sharpness: it is smoothed away first."""
_FLAT = 0.2
"""Grey levels a pixel: slopes this slight are noise, and a picture without more counts as blurred."""
_GREY_LEVELS = 3.0
"""A picture whose red and green differ by less, in the mean, has no colour to judge by."""


def inner_face(crop: AlignedFace) -> Pixels:
    """76×64×3 uint8 RGB: brows to chin of an aligned face of any size that has a template, always at the same scale."""
    size = crop.pixels.shape[0]
    source, target = TEMPLATES[112], TEMPLATES[size]
    scale = np.linalg.norm(target[1] - target[0]) / np.linalg.norm(source[1] - source[0])
    (x0, y0), (x1, y1) = np.clip(np.rint((_CORNERS - source[2]) * scale + target[2]), 0, size).astype(int)
    part = crop.pixels[y0:y1, x0:x1]
    return part if size == 112 else np.asarray(cv2.resize(part, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def luma_of(face: Pixels) -> Pixels:
    """H×W uint8 (Rec. 601) of H×W×3 uint8 RGB."""
    return np.asarray(cv2.cvtColor(face, cv2.COLOR_RGB2GRAY), np.uint8)


def sharpness_of(luma: Pixels) -> float:
    """Fine detail over coarse: standard deviation of the second derivative over that of the first; a plain surface has 0.

    Along the rows or along the columns, whichever has less: a movement blurs one direction and leaves the other sharp.
    """
    smooth = cv2.GaussianBlur(luma.astype(np.float32), (0, 0), _NOISE_SIGMA)
    return min(_fine_over_coarse(np.diff(smooth, axis=axis), axis) for axis in (0, 1))


def _fine_over_coarse(slope: AnyArray, axis: int) -> float:
    return float(np.diff(slope, axis=axis).std() / (slope.std() + _FLAT))


def light_balance_of(luma: Pixels) -> float:
    """Mean luma of the darker half over that of the brighter, 0 … 1."""
    half = luma.shape[1] // 2
    darker, brighter = sorted((float(luma[:, :half].mean()), float(luma[:, half:].mean())))
    return darker / brighter if brighter > 0 else 1.0


def redness_of(face: Pixels) -> float | None:
    """Median logarithm of red over green on mouth and chin of an inner face; None for a picture without colour.

    Skin of every shade has more red than green, and lips more than skin; most masks and scarves have not.
    """
    red, green = face[..., 0].astype(np.float32), face[..., 1].astype(np.float32)
    if np.abs(red - green).mean() < _GREY_LEVELS:
        return None
    return float(np.median(np.log((red[_LOWER] + 8) / (green[_LOWER] + 8))))
