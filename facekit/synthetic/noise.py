"""Seeded smooth noise and soft steps: the small tools that shapes and paint share."""

from __future__ import annotations

import cv2
import numpy as np

from facekit.types import AnyArray, FloatArray


def noise(shape: tuple[int, int], cells: tuple[float, float], rng: np.random.Generator) -> FloatArray:
    """rows×columns float32 smooth noise, mean 0, deviation 1; `cells` is the size of a grain in (rows, columns) samples."""
    rows, columns = (max(2, round(size / cell)) for size, cell in zip(shape, cells, strict=True))
    coarse = rng.standard_normal((rows, columns)).astype(np.float32)
    fine = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(fine / max(float(fine.std()), 1e-6), np.float32)


def step(edge0: float, edge1: float, x: AnyArray) -> FloatArray:
    """0 before edge0, 1 after edge1, smooth between; the edges may come in either order."""
    t = np.clip((x - edge0) / (edge1 - edge0), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float32)


def bump(x: AnyArray, y: AnyArray, centre: tuple[float, float], widths: tuple[float, float]) -> FloatArray:
    """A Gaussian hill of height 1."""
    return np.asarray(np.exp(-0.5 * (((x - centre[0]) / widths[0]) ** 2 + ((y - centre[1]) / widths[1]) ** 2)), np.float32)


def curve(knots: FloatArray, at: FloatArray) -> FloatArray:
    """A smooth curve through the K×D knots (Catmull-Rom), at positions 0 … K−1: at.shape×D."""
    last = len(knots) - 1
    left = np.clip(np.floor(at).astype(int), 0, last - 1)
    t = (at - left)[..., None]
    a, b, c, d = (knots[np.clip(left + shift, 0, last)] for shift in (-1, 0, 1, 2))
    return np.asarray(b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))), np.float32)
