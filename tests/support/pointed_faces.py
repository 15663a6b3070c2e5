"""Drawn faces with 68 points on disc, and rooms without one: material for localization and landmarks. No face of a person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from facekit.imaging import save_image
from facekit.types import FloatArray, Pixels

SIDE = 96


def face_of_68() -> FloatArray:
    """68×2 in shares of a square: 300-W's order on a face that is its own mirror image."""
    jaw = [(0.5 - 0.3 * np.cos(a), 0.4 + 0.45 * np.sin(a)) for a in np.linspace(0, np.pi, 17)]
    left_brow = [(x, 0.24 - 0.03 * np.sin(np.pi * (x - 0.26) / 0.18)) for x in np.linspace(0.26, 0.44, 5)]
    nose = [(0.5, y) for y in np.linspace(0.34, 0.5, 4)] + [(x, 0.55) for x in np.linspace(0.44, 0.56, 5)]
    left_eye = [(0.29, 0.34), (0.33, 0.31), (0.37, 0.31), (0.41, 0.34), (0.37, 0.36), (0.33, 0.36)]
    right_eye = [(1 - left_eye[place][0], left_eye[place][1]) for place in (3, 2, 1, 0, 5, 4)]
    upper = [(x, 0.64 - 0.03 * np.sin(np.pi * (x - 0.38) / 0.24)) for x in np.linspace(0.38, 0.62, 7)]
    lower = [(x, 0.64 + 0.06 * np.sin(np.pi * (x - 0.38) / 0.24)) for x in np.linspace(0.58, 0.42, 5)]
    inner = [(x, 0.64) for x in np.linspace(0.41, 0.59, 5)] + [(x, 0.65) for x in np.linspace(0.55, 0.45, 3)]
    right_brow = [(1 - x, y) for x, y in reversed(left_brow)]
    return np.array([*jaw, *left_brow, *right_brow, *nose, *left_eye, *right_eye, *upper, *lower, *inner], np.float32)


def drawn(seed: int) -> tuple[Pixels, FloatArray]:
    """SIDE×SIDE×3 and its 68 points in pixels: the face at another place and size each time."""
    rng = np.random.default_rng(seed)
    points = (face_of_68() - 0.5) * SIDE * rng.uniform(0.7, 1.0) + SIDE / 2 + rng.uniform(-6, 6, 2)
    pixels = np.full((SIDE, SIDE, 3), rng.integers(20, 90, 3), np.uint8)
    for part, colour in (
        (range(17), (220, 180, 150)),
        (range(36, 42), (250, 250, 250)),
        (range(42, 48), (250, 250, 250)),
        (range(48, 60), (180, 40, 50)),
    ):
        cv2.fillPoly(pixels, [np.round(points[list(part)]).astype(np.int32)], colour)
    return pixels, points.astype(np.float32)


def write_points(root: Path, *, helen: int = 10, tested: int = 4, persons: int = 8) -> Path:
    """The layout of landmarks68: two groups without names, and two frames each of some persons."""
    names = [f"300w_helen_train/{number}_1.png" for number in range(helen)]
    names += [f"300w_helen_test/{100 + number}_1.png" for number in range(tested)]
    names += [f"ytf/Person{chr(65 + person)}_{frame}.png" for person in range(persons) for frame in (3, 14)]
    lines = []
    for seed, name in enumerate(names):
        pixels, points = drawn(seed)
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        save_image(root / name, pixels)
        person = name.split("/")[1].split("_")[0] if name.startswith("ytf") else None
        lines.append(json.dumps({"image": name, "points": points.tolist(), "person": person, "source": "drawn"}))
    (root / "annotations.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


def write_boxes(root: Path, *, each: int = 16) -> Path:
    """Labels of two folders with one face a picture, and one picture with three faces far apart."""
    lines = []
    for row, (folder, number) in enumerate((folder, number) for folder in ("masks", "news") for number in range(each)):
        pixels, points = drawn(row)
        lines.append(_line(root, f"{folder}/{number:04}.png", pixels, [points]))
    trio = [drawn(900 + place) for place in range(3)]
    wide = np.concatenate([pixels for pixels, _ in trio], axis=1)
    shifted = [points + np.array([SIDE * place, 0]) for place, (_, points) in enumerate(trio)]
    lines.append(_line(root, "masks/trio.png", wide, shifted))
    labels = root / "annotations.jsonl"
    labels.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return labels


def write_rooms(root: Path, count: int = 12) -> Path:
    """Pictures of stripes."""
    root.mkdir(parents=True, exist_ok=True)
    for seed in range(count):
        stripes = np.random.default_rng(seed).integers(0, 256, (12, 1, 3)).astype(np.uint8)
        save_image(root / f"room{seed}.png", np.ascontiguousarray(np.repeat(np.repeat(stripes, 8, axis=0), 120, axis=1)))
    return root


def _line(root: Path, name: str, pixels: Pixels, faces: list[Any]) -> str:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    save_image(root / name, pixels)
    boxes = [[*points.min(axis=0).tolist(), *np.ptp(points, axis=0).tolist()] for points in faces]
    return json.dumps({"image": name, "boxes": boxes, "ignore": [], "source": "drawn"})
