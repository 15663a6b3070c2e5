"""Views of an aligned face as a webcam may give it. Each view follows from its random generator alone, so that a run can be repeated."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from facekit.types import AnyArray, Pixels


@dataclass(frozen=True, slots=True)
class AugmentOptions:
    """How often and how far. Names ending in _rate are chances from 0 to 1.

    Args:
        rotation_deg: Standard deviation, as of the next two.
        scale: Share of the size.
        shift_px: Each way.
        low_resolution_rate: Brought down to `low_resolution_px` (least, most) and up again.
        jpeg_quality: Least, most.
        gamma: Largest log₂ of the exponent, either way.
        gain: Largest change of brightness, share.
        low_light_rate: Darkened to a third at most, with the sensor's noise.
        noise_sd: Largest standard deviation of that noise, grey levels.
        cover_rate: A rectangle of up to `cover_share` of each side in one colour.
    """

    mirror_rate: float = 0.5
    rotation_deg: float = 5.0
    scale: float = 0.06
    shift_px: float = 3.0
    low_resolution_rate: float = 0.2
    low_resolution_px: tuple[int, int] = (20, 64)
    blur_rate: float = 0.15
    blur_sd_px: float = 2.0
    jpeg_rate: float = 0.3
    jpeg_quality: tuple[int, int] = (15, 60)
    light_rate: float = 0.5
    gamma: float = 0.6
    gain: float = 0.3
    low_light_rate: float = 0.1
    noise_sd: float = 12.0
    grey_rate: float = 0.08
    cover_rate: float = 0.12
    cover_share: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A view of a face.

    Args:
        pixels: S×S×3 uint8 RGB.
        is_mirrored: Of the mirror image: the teacher's other vector belongs to it.
    """

    pixels: Pixels
    is_mirrored: bool


def view_rng(seed: int, epoch: int, index: int, repeat: int = 0) -> np.random.Generator:
    """The generator of one view: the same for the same numbers, wherever and whenever it is asked for; `repeat` counts further views."""
    return np.random.default_rng((seed, epoch, index, repeat) if repeat else (seed, epoch, index))


def augmented(pixels: Pixels, options: AugmentOptions, rng: np.random.Generator) -> View:
    """A random view of S×S×3 uint8 RGB pixels, of the same size."""
    is_mirrored = bool(rng.random() < options.mirror_rate)
    middle = (np.array(pixels.shape[1::-1]) - 1) / 2
    matrix = motion(middle, options, rng, shift=options.shift_px, is_mirrored=is_mirrored)
    view = _u8(cv2.warpAffine(pixels, matrix, pixels.shape[1::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    return View(degraded(view, options, rng), is_mirrored)


def degraded(view: Pixels, options: AugmentOptions, rng: np.random.Generator) -> Pixels:
    """What light, camera and storage may make of S×S×3 uint8 RGB pixels; everything stays in its place."""
    if rng.random() < options.low_resolution_rate:
        view = low_resolution(view, int(rng.integers(*options.low_resolution_px, endpoint=True)))
    if rng.random() < options.blur_rate:
        view = _u8(cv2.GaussianBlur(view, (0, 0), rng.uniform(0.4, options.blur_sd_px)))
    if rng.random() < options.light_rate:
        view = lit(view, rng.uniform(-1, 1) * options.gamma, 1 + rng.uniform(-1, 1) * options.gain)
    if rng.random() < options.low_light_rate:
        view = low_light(view, rng.uniform(0.33, 0.8), rng.uniform(2, options.noise_sd), rng)
    if rng.random() < options.grey_rate:
        view = grey(view)
    if rng.random() < options.cover_rate:
        view = _covered(view, options.cover_share, rng)
    if rng.random() < options.jpeg_rate:
        view = compressed(view, int(rng.integers(*options.jpeg_quality, endpoint=True)))
    return np.ascontiguousarray(view)


def motion(middle: AnyArray, options: AugmentOptions, rng: np.random.Generator, *, shift: float, is_mirrored: bool) -> AnyArray:
    """2×3: mirror, rotation and scale about `middle`, x and y, then a shift of that standard deviation."""
    angle = np.deg2rad(rng.normal(0, options.rotation_deg))
    size = np.exp(rng.normal(0, options.scale))
    turn = size * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if is_mirrored:
        turn[:, 0] = -turn[:, 0]
    away = rng.normal(0, shift, 2) if shift else np.zeros(2)
    return np.column_stack([turn, middle + away - turn @ middle])


def low_resolution(view: Pixels, side: int) -> Pixels:
    """The view brought down to `side` pixels and up again."""
    small = cv2.resize(view, (side, side), interpolation=cv2.INTER_AREA)
    return _u8(cv2.resize(small, view.shape[1::-1], interpolation=cv2.INTER_LINEAR))


def lit(view: Pixels, log_gamma: float, gain: float) -> Pixels:
    """The view in other light: grey level → gain · level ^ 2^log_gamma on 0 … 1."""
    levels = np.linspace(0, 1, 256) ** (2.0**log_gamma) * gain
    return _u8(cv2.LUT(view, _u8(np.clip(255 * levels + 0.5, 0, 255))))


def grey(view: Pixels) -> Pixels:
    """The view without colour."""
    return np.repeat(cv2.cvtColor(view, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2).astype(np.uint8)


def low_light(view: Pixels, share: float, noise_sd: float, rng: np.random.Generator) -> Pixels:
    """The view with a share of its light, and a sensor's noise."""
    dark = share * view.astype(np.float32) + rng.standard_normal(view.shape, np.float32) * np.float32(noise_sd)
    return _u8(np.clip(dark, 0, 255))


def _covered(view: Pixels, share: float, rng: np.random.Generator) -> Pixels:
    side = view.shape[0]
    height, width = (int(side * rng.uniform(0.15, share)) for _ in range(2))
    top, left = int(rng.integers(0, side - height + 1)), int(rng.integers(0, side - width + 1))
    hidden = view.copy()
    hidden[top : top + height, left : left + width] = rng.integers(0, 256, 3)
    return hidden


def compressed(view: Pixels, quality: int) -> Pixels:
    """The view as a JPEG of that quality shows it."""
    # The encoder takes the channels for BGR: red and blue lose the same, so nothing is swapped on the way.
    _, data = cv2.imencode(".jpg", view, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _u8(array: npt.NDArray[np.generic] | cv2.typing.MatLike) -> Pixels:
    return np.asarray(array).astype(np.uint8, copy=False)
