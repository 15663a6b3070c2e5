"""The room behind the people: a wall, a window, a shelf, pictures, all out of focus."""

from __future__ import annotations

import cv2
import numpy as np

from facekit.types import FloatArray, Pixels

ROOM_STREAM = 106
_WALLS = ((205, 198, 186), (178, 188, 190), (196, 184, 170), (160, 172, 164), (188, 180, 190), (215, 210, 204), (150, 158, 172))
_THINGS = ((122, 84, 60), (70, 92, 96), (168, 120, 70), (96, 64, 66), (74, 82, 62), (190, 170, 140), (60, 66, 88), (150, 90, 80))


def room(seed: int, *, width: int, height: int) -> Pixels:
    """An indoor background of a seed, height×width×3 uint8 RGB."""
    rng = np.random.default_rng([ROOM_STREAM, seed])
    picture = _wall(rng, width, height)
    pieces = [_window, _shelf, _frames, _door]
    for place, index in enumerate(rng.permutation(len(pieces))[:2]):
        left = float(rng.uniform(0.02, 0.14)) + 0.58 * place
        pieces[index](picture, rng, left * width, width, height)
    _plant(picture, rng, width, height)
    soft = cv2.GaussianBlur(picture, (0, 0), 0.011 * width)
    return np.asarray(np.clip(soft, 0, 255), np.uint8)


def _wall(rng: np.random.Generator, width: int, height: int) -> FloatArray:
    base = np.asarray(_WALLS[int(rng.integers(len(_WALLS)))], np.float32) * float(rng.uniform(0.72, 1.0))
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :, None]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None, None]
    fall = 1.0 + float(rng.uniform(-0.16, 0.16)) * x - 0.12 * y - 0.08 * x * x
    picture = np.ascontiguousarray(base * fall, np.float32)
    if rng.random() < 0.6:
        edge = int(height * rng.uniform(0.78, 0.9))
        picture[edge:] *= np.asarray((0.72, 0.66, 0.6), np.float32)
    return picture


def _box(picture: FloatArray, x0: float, y0: float, x1: float, y1: float, colour: tuple[float, ...]) -> None:
    cv2.rectangle(picture, (round(x0), round(y0)), (round(x1), round(y1)), colour, -1, cv2.LINE_AA)


def _colour(rng: np.random.Generator) -> tuple[float, ...]:
    colour = np.asarray(_THINGS[int(rng.integers(len(_THINGS)))]) * float(rng.uniform(0.8, 1.25))
    return tuple(float(part) for part in np.clip(colour, 0, 255))


def _window(picture: FloatArray, rng: np.random.Generator, left: float, width: int, height: int) -> None:
    w, top, bottom = 0.26 * width, 0.06 * height, 0.62 * height
    _box(picture, left - 8, top - 8, left + w + 8, bottom + 8, (228.0, 226.0, 222.0))
    _box(picture, left, top, left + w, bottom, (226.0, 236.0, 244.0))
    _box(picture, left, 0.5 * (top + bottom), left + w, bottom, (176.0, 194.0, 178.0))
    _box(picture, left + 0.48 * w, top, left + 0.52 * w, bottom, (214.0, 212.0, 208.0))


def _shelf(picture: FloatArray, rng: np.random.Generator, left: float, width: int, height: int) -> None:
    w = 0.30 * width
    for top in (0.12, 0.36, 0.60):
        board = (top + 0.19) * height
        x = left + 4
        while x < left + w - 12:
            thick = float(rng.uniform(0.012, 0.03)) * width
            if rng.random() < 0.85:
                _box(picture, x, board - float(rng.uniform(0.09, 0.16)) * height, x + thick, board, _colour(rng))
            x += thick + 2
        _box(picture, left, board, left + w, board + 0.015 * height, (116.0, 86.0, 62.0))


def _frames(picture: FloatArray, rng: np.random.Generator, left: float, width: int, height: int) -> None:
    for shift in (0.0, 0.17):
        w, h, top = 0.13 * width, float(rng.uniform(0.16, 0.28)) * height, float(rng.uniform(0.1, 0.3)) * height
        x = left + shift * width
        _box(picture, x - 4, top - 4, x + w + 4, top + h + 4, (70.0, 58.0, 50.0))
        _box(picture, x, top, x + w, top + h, (222.0, 218.0, 208.0))
        _box(picture, x + 0.2 * w, top + 0.2 * h, x + 0.8 * w, top + 0.8 * h, _colour(rng))


def _door(picture: FloatArray, rng: np.random.Generator, left: float, width: int, height: int) -> None:
    w = 0.24 * width
    tone = float(rng.uniform(0.75, 1.0))
    _box(picture, left - 7, 0.05 * height, left + w + 7, height, (206.0 * tone, 200.0 * tone, 190.0 * tone))
    _box(picture, left, 0.08 * height, left + w, height, (184.0 * tone, 172.0 * tone, 156.0 * tone))


def _plant(picture: FloatArray, rng: np.random.Generator, width: int, height: int) -> None:
    if rng.random() < 0.5:
        return
    x, y = float(rng.choice((0.06, 0.94))) * width, 0.86 * height
    for _ in range(26):
        angle, reach = float(rng.uniform(-1.2, 1.2)), float(rng.uniform(0.10, 0.3)) * height
        green = float(rng.uniform(0.6, 1.15))
        tip = (round(x + reach * np.sin(angle)), round(y - reach * np.cos(angle)))
        cv2.line(picture, (round(x), round(y)), tip, (66 * green, 100 * green, 62 * green), max(3, width // 70), cv2.LINE_AA)
