"""Squares cut out of pictures, to train the lecture's window classifier: faces with a margin to shift in, and what is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import torch
from torch import nn

from facekit.detectors.convolutional import scaled
from facekit.imaging import read_image
from facekit.nets.windows import SIDE, STRIDE, as_convolutions
from facekit.types import AnyArray, Pixels
from training.detection.pictures import Labelled, overlap
from training.tasks.encoder import prepared

MARGIN = 2
"""Pixels around a face's window, for views that are shifted a little."""
_FACE = 1.1
"""Side of a face's window over the square root of its box's area."""
_NOT_A_FACE = 0.2
"""A window that overlaps faces by less shows none."""
_SCALES = (1.0, 0.5, 0.25)


def face_windows(pictures: Sequence[Labelled]) -> Pixels:
    """(N, 28, 28, 3) uint8: the faces of the pictures, each in its window with the margin."""
    cut = [_cut(pixels, box) for picture, pixels in _read(pictures) for box in picture.boxes]
    return np.stack(cut) if cut else np.zeros((0, SIDE + 2 * MARGIN, SIDE + 2 * MARGIN, 3), np.uint8)


def other_windows(pictures: Sequence[Labelled], each: int, rng: np.random.Generator) -> Pixels:
    """(N, 28, 28, 3) uint8: squares of any size by chance, `each` from a picture, that show no face."""
    cut = []
    for picture, pixels in _read(pictures):
        height, width = pixels.shape[:2]
        sides = np.exp(rng.uniform(np.log(SIDE), np.log(max(SIDE + 1, min(height, width))), each))
        corners = rng.uniform(0, 1, (each, 2)) * np.maximum(0, np.array([width, height]) - sides[:, None])
        boxes = np.concatenate([corners, corners + sides[:, None]], axis=1)
        cut += [_square(pixels, box) for box in boxes[_is_clear(boxes, picture)]]
    return np.stack(cut)


def hard_windows(net: nn.Module, pictures: Sequence[Labelled], most: int) -> Pixels:
    """(N, 28, 28, 3) uint8: squares of the pictures that the classifier takes for faces and that show none, the worst first.

    Args:
        net: A facekit.nets.windows.WindowNet.
        most: From each picture at most.
    """
    convolutional = as_convolutions(net).eval()  # type: ignore[arg-type]  # the loop knows it as a module
    cut: list[Pixels] = []
    for picture, pixels in _read(pictures):
        boxes, logits = _answers(convolutional, pixels)
        is_wrong = (logits > 0) & _is_clear(boxes, picture)
        worst = np.argsort(-logits[is_wrong])[:most]
        cut += [_square(pixels, box) for box in boxes[is_wrong][worst]]
    return np.stack(cut) if cut else np.zeros((0, SIDE + 2 * MARGIN, SIDE + 2 * MARGIN, 3), np.uint8)


def _answers(convolutional: nn.Module, pixels: Pixels) -> tuple[AnyArray, AnyArray]:
    """Boxes (N, 4) and logits (N,) of all windows at three scales."""
    boxes, logits = [np.zeros((0, 4))], [np.zeros(0)]
    for scale in _SCALES:
        small = scaled(pixels, scale)
        if min(small.shape[:2]) < SIDE:
            break
        with torch.inference_mode():
            answers = convolutional(prepared(torch.from_numpy(small)[None]))[0, 0].float().numpy()
        rows, columns = np.indices(answers.shape).reshape(2, -1)
        corners = np.stack([columns, rows], axis=1) * STRIDE / scale
        boxes.append(np.concatenate([corners, corners + SIDE / scale], axis=1))
        logits.append(answers.ravel())
    return np.concatenate(boxes), np.concatenate(logits)


def _read(pictures: Sequence[Labelled]) -> Iterator[tuple[Labelled, Pixels]]:
    for picture in pictures:
        yield picture, read_image(picture.image)


def _is_clear(boxes: AnyArray, picture: Labelled) -> AnyArray:
    faces = np.concatenate([picture.boxes, picture.ignore])
    is_clear: AnyArray = overlap(boxes, faces).max(axis=1, initial=0) < _NOT_A_FACE
    return is_clear


def _cut(pixels: Pixels, box: AnyArray) -> Pixels:
    half = _FACE * float(np.sqrt((box[2:] - box[:2]).prod())) / 2
    middle = (box[:2] + box[2:]) / 2
    return _square(pixels, np.concatenate([middle - half, middle + half]))


def _square(pixels: Pixels, box: AnyArray) -> Pixels:
    """The square at 24 pixels with its margin; outside the picture its border is repeated."""
    scale = SIDE / max(1.0, float(box[2] - box[0]))
    if scale < 1:
        part, corner = _part(pixels, box)
        small = scaled(part, scale)
        box, pixels = (box - np.tile(corner, 2)) * scale, small
        scale = 1.0
    matrix = np.array([[scale, 0, MARGIN - scale * box[0]], [0, scale, MARGIN - scale * box[1]]])
    size = (SIDE + 2 * MARGIN,) * 2
    return np.asarray(cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _part(pixels: Pixels, box: AnyArray) -> tuple[Pixels, AnyArray]:
    """The picture around the box, and where it begins: the whole need not be scaled for a part of it."""
    height, width = pixels.shape[:2]
    margin = 0.3 * (box[2] - box[0])
    x0, y0 = np.clip(np.floor(box[:2] - margin), 0, (width - 1, height - 1)).astype(int)
    x1, y1 = np.clip(np.ceil(box[2:] + margin), (x0 + 1, y0 + 1), (width, height)).astype(int)
    return pixels[y0:y1, x0:x1], np.array([x0, y0])
