"""Scenes to train on: pictures with faces laid over others at sizes by chance, then lit, blurred and pressed as a camera may.

A scene follows from its random generator alone, so that a run can be repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from facekit.imaging import read_image
from facekit.types import AnyArray, FloatArray, Pixels
from training.data.augment import compressed, grey, lit, low_light
from training.detection.pictures import Labelled

_HIDDEN, _TOUCHED = 0.6, 0.25
"""A face of which more than the first share is covered is gone; between the two it is left open."""
_IN_VIEW, _CUT = 0.6, 0.3
"""A face with less than the first share inside the scene is left open; with less than the second it is gone."""
_TRIES = 4
_BELOW = 0.7
_SOFT_RATE = 0.6
_MAY_HIDE = 0.05


@dataclass(frozen=True, slots=True)
class SceneOptions:
    """How scenes are made. Names ending in _rate are chances from 0 to 1.

    Args:
        side: Of a scene, pixels; a multiple of 32.
        sizes: Least and largest width of a face, pixels; drawn evenly by the logarithm.
        smallest: Narrower faces are left open.
        scene_rate: The first picture is one of the scenes, laid down whole.
        whole_rate: It is one of the faces' pictures, laid down whole; else parts of such are laid over a picture without faces.
        empty_rate: No face at all.
        faces: Laid over it, at most.
        rotation_deg: Standard deviation.
        cover_rate: Of a face, by a rectangle of one colour.
    """

    side: int = 256
    sizes: tuple[float, float] = (8.0, 220.0)
    smallest: float = 7.0
    scene_rate: float = 0.25
    whole_rate: float = 0.25
    empty_rate: float = 0.06
    faces: int = 7
    mirror_rate: float = 0.5
    rotation_deg: float = 12.0
    cover_rate: float = 0.12
    blur_rate: float = 0.15
    light_rate: float = 0.5
    low_light_rate: float = 0.12
    grey_rate: float = 0.12
    jpeg_rate: float = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Pools:
    """What scenes are made of.

    Args:
        scenes: Pictures as they were taken, every face labelled.
        faces: Pictures with a face and little around it.
        backgrounds: Pictures without faces.
    """

    scenes: Sequence[Labelled]
    faces: Sequence[Labelled]
    backgrounds: Sequence[Labelled]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Pixels side×side×3 uint8 RGB, and the faces in them (their image is the background's)."""

    pixels: Pixels
    labels: Labelled


def make_scene(pools: Pools, options: SceneOptions, rng: np.random.Generator) -> Scene:
    """A scene by chance."""
    background = _drawn(pools.backgrounds, rng)
    scene = Scene(_ground(read_image(background.image), options, rng), background)
    if rng.random() >= options.empty_rate:
        chance = rng.random()
        is_whole = chance < options.scene_rate + options.whole_rate
        if is_whole:
            pool = pools.scenes if pools.scenes and chance < options.scene_rate else pools.faces
            scene = _laid(scene, _drawn(pool, rng), options, rng, is_whole=True)
        for _ in range(int(rng.integers(0, 3)) if is_whole else int(rng.integers(1, options.faces, endpoint=True))):
            scene = _laid(scene, _drawn(pools.faces, rng), options, rng, is_whole=False)
    scene = _with_covers(scene, options, rng)
    return Scene(_seen_by_camera(scene.pixels, options, rng), _in_view(scene.labels, options))


def _drawn(pool: Sequence[Labelled], rng: np.random.Generator) -> Labelled:
    return pool[int(rng.integers(len(pool)))]


def _ground(picture: Pixels, options: SceneOptions, rng: np.random.Generator) -> Pixels:
    """A part of the picture, turned and scaled by chance to fill the scene."""
    height, width = picture.shape[:2]
    scale = options.side / min(height, width) * float(np.exp(rng.uniform(0, np.log(2.5))))
    centre = rng.uniform(0.5, np.maximum(0.5, np.array([width, height]) - options.side / scale / 2))
    return _warped(picture, _similarity(scale, 0.0, centre, np.full(2, options.side / 2), mirror=rng.random() < 0.5), (options.side,) * 2)


def _laid(scene: Scene, picture: Labelled, options: SceneOptions, rng: np.random.Generator, *, is_whole: bool) -> Scene:
    """The scene with a picture over it, or as it was where faces of it would be hidden."""
    pixels = read_image(picture.image)
    for _ in range(1 if is_whole else _TRIES):
        matrix, part, is_mirrored = _place(picture, pixels.shape, options, rng, is_whole=is_whole)
        if is_whole or _hidden(scene.labels.boxes, _footprint(matrix, part, options.side)).max(initial=0) <= _MAY_HIDE:
            return _over(scene, pixels, picture.moved(matrix, swap=is_mirrored), (matrix, part), rng)
    return scene


def _place(
    picture: Labelled, shape: tuple[int, ...], options: SceneOptions, rng: np.random.Generator, *, is_whole: bool
) -> tuple[AnyArray, FloatArray, bool]:
    """The 2×3 map into the scene, the part (x0, y0, x1, y1) of the picture that is laid down, and whether it is mirrored.

    One face gets a size and a place by chance; in a picture without any, something of a size by chance does.
    """
    height, width = shape[:2]
    whole = np.array([0, 0, width, height], np.float32)
    box = picture.boxes[int(rng.integers(len(picture.boxes)))] if len(picture.boxes) else _somewhere(width, height, rng)
    size = max(1.0, float(np.sqrt((box[2] - box[0]) * (box[3] - box[1]))))
    low, high = np.log(options.sizes)
    wanted = float(np.exp(rng.uniform(low, high if is_whole else min(high, np.log(options.side / 2)))))
    is_mirrored = rng.random() < options.mirror_rate
    angle = np.deg2rad(np.clip(rng.normal(0, options.rotation_deg), -45, 45))
    centre = (box[:2] + box[2:]) / 2
    margin = min(0.4 * wanted, 0.45 * options.side)
    matrix = _similarity(wanted / size, angle, centre, rng.uniform(margin, options.side - margin, 2), mirror=is_mirrored)
    around = np.concatenate([centre - size * rng.uniform(0.7, 2.2, 2), centre + size * rng.uniform(0.7, 2.2, 2)])
    part = whole if is_whole else np.clip(around, 0, whole[[2, 3, 2, 3]]).astype(np.float32)
    return matrix, part, is_mirrored


def _somewhere(width: int, height: int, rng: np.random.Generator) -> FloatArray:
    size = float(rng.uniform(0.1, 0.6)) * min(width, height)
    corner = rng.uniform(0, np.array([width, height]) - size)
    return np.concatenate([corner, corner + size]).astype(np.float32)


def _similarity(scale: float, angle: float, source: AnyArray, target: AnyArray, *, mirror: bool) -> AnyArray:
    """2×3 float64: turns and scales, and brings `source` to `target`."""
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if mirror:
        turn[:, 0] = -turn[:, 0]
    return np.column_stack([turn, target - turn @ source])


def _footprint(matrix: AnyArray, part: FloatArray, side: int) -> FloatArray:
    """side×side float32, 1 where the part of the picture comes to lie."""
    corners = part[[0, 1, 2, 1, 2, 3, 0, 3]].reshape(4, 2) @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(cv2.fillConvexPoly(np.zeros((side, side), np.float32), np.round(corners).astype(np.int32), 1.0), np.float32)


def _over(scene: Scene, picture: Pixels, labels: Labelled, place: tuple[AnyArray, FloatArray], rng: np.random.Generator) -> Scene:
    """The picture's part over the scene, its edges soft or hard by chance."""
    matrix, part = place
    mask = _footprint(matrix, part, scene.pixels.shape[0])
    if rng.random() < _SOFT_RATE:
        mask = np.asarray(cv2.blur(mask, (int(rng.integers(2, 12)),) * 2) * mask, np.float32)
    x0, y0, width, height = cv2.boundingRect(np.asarray(mask > 0, np.uint8))
    if width and height:
        here = np.s_[y0 : y0 + height, x0 : x0 + width]
        warped = _warped(picture, matrix - np.array([[0, 0, x0], [0, 0, y0]]), (width, height))
        share = (256 * mask[here]).astype(np.int16)[:, :, None]
        pixels = scene.pixels.copy()
        pixels[here] += ((share * (warped.astype(np.int16) - pixels[here]).astype(np.int32)) >> 8).astype(np.uint8)
        scene = replace(scene, pixels=pixels)
    return replace(scene, labels=_merged(scene.labels, labels, mask))


def _merged(below: Labelled, above: Labelled, mask: FloatArray) -> Labelled:
    """The labels of a scene after a picture was laid over it where the mask is."""
    hidden, shown = _hidden(below.boxes, mask), _hidden(above.boxes, mask)
    is_left, is_doubtful = hidden <= _TOUCHED, (hidden > _TOUCHED) & (hidden < _HIDDEN)
    is_new, is_open = shown > 1 - _TOUCHED, (shown <= 1 - _TOUCHED) & (shown > 1 - _HIDDEN)
    return replace(
        below,
        boxes=np.concatenate([below.boxes[is_left], above.boxes[is_new]]),
        points=np.concatenate([below.points[is_left], above.points[is_new]]),
        ignore=np.concatenate([below.ignore, above.ignore, below.boxes[is_doubtful], above.boxes[is_open]]),
    )


def _hidden(boxes: FloatArray, mask: FloatArray) -> FloatArray:
    """(N,) the mean of the mask over each box's part inside it; 1 for a box that is wholly outside, which nobody sees."""
    side = mask.shape[0]
    shares = np.ones(len(boxes), np.float32)
    for row, (x0, y0, x1, y1) in enumerate(np.clip(np.round(boxes), 0, side).astype(int)):
        if x1 > x0 and y1 > y0:
            shares[row] = mask[y0:y1, x0:x1].mean()
    return shares


def _warped(picture: Pixels, matrix: AnyArray, size: tuple[int, int]) -> Pixels:
    """The picture in a scene of that width and height, averaged down first where it shrinks."""
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if scale < _BELOW:
        width, height = (max(1, round(length * scale)) for length in picture.shape[1::-1])
        small = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        matrix = np.column_stack([matrix[:, :2] / np.array([width / picture.shape[1], height / picture.shape[0]]), matrix[:, 2]])
        picture = small
    return np.asarray(cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101), np.uint8)


def _with_covers(scene: Scene, options: SceneOptions, rng: np.random.Generator) -> Scene:
    """Some faces behind a rectangle: a hand, a scarf, a mask over mouth and nose."""
    pixels = scene.pixels.copy()
    for x0, y0, x1, y1 in scene.labels.boxes:
        if rng.random() >= options.cover_rate:
            continue
        width, height = x1 - x0, y1 - y0
        if rng.random() < 0.5:
            part = (x0 + 0.05 * width, y0 + rng.uniform(0.5, 0.62) * height, x1 - 0.05 * width, y0 + 0.98 * height)
        else:
            corner = rng.uniform((x0, y0), (x0 + 0.6 * width, y0 + 0.6 * height))
            part = (*corner, *(corner + rng.uniform(0.2, 0.45, 2) * (width, height)))
        left, top, right, bottom = np.clip(np.round(part), 0, options.side).astype(int)
        pixels[top:bottom, left:right] = rng.integers(0, 256, 3)
    return replace(scene, pixels=pixels)


def _seen_by_camera(pixels: Pixels, options: SceneOptions, rng: np.random.Generator) -> Pixels:
    if rng.random() < options.blur_rate:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.4, 1.6)), np.uint8)
    if rng.random() < options.light_rate:
        pixels = lit(pixels, rng.uniform(-0.8, 0.8), rng.uniform(0.6, 1.3))
    if rng.random() < options.low_light_rate:
        pixels = low_light(pixels, rng.uniform(0.15, 0.7), rng.uniform(2, 12), rng)
    if rng.random() < options.grey_rate:
        pixels = grey(pixels)
    if rng.random() < options.jpeg_rate:
        pixels = compressed(pixels, int(rng.integers(25, 80)))
    return np.ascontiguousarray(pixels)


def _in_view(labels: Labelled, options: SceneOptions) -> Labelled:
    """What of the labels is to be learnt: faces large enough and mostly inside; doubtful ones are left open."""
    inside = np.clip(labels.boxes, 0, options.side)
    sizes, seen = labels.boxes[:, 2:] - labels.boxes[:, :2], inside[:, 2:] - inside[:, :2]
    share = seen.prod(axis=1) / np.maximum(1e-6, sizes.prod(axis=1))
    is_kept = (share >= _IN_VIEW) & (np.sqrt(sizes.prod(axis=1)) >= options.smallest)
    is_open = ~is_kept & (share >= _CUT)
    return replace(
        labels, boxes=labels.boxes[is_kept], points=labels.points[is_kept], ignore=np.concatenate([labels.ignore, labels.boxes[is_open]])
    )
