"""The lecture's sliding windows on a picture, step by step: what is found so far, the heat map, and how long each way takes. No Qt here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from facekit.detectors.windows import SIDE, STRIDE, Level, WindowsDetector
from facekit.types import Box, FloatArray, Pixels
from ui.language import count_words, decimal, whole
from ui.pages.lab.state import Finding

_SMALLEST_FACE = 48
_HOT = np.array([250, 190, 40], np.float32)
_SHOWN_WINDOWS = 400


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A part of the work is done.

    Args:
        fraction: Of all windows, 0 … 1.
        seconds: That the detector has worked so far.
    """

    fraction: float
    finding: Finding
    seconds: float
    is_last: bool = False


def slide(pixels: Pixels, *, one_pass: bool) -> Iterator[Step]:
    """A step for each size of window, the last of which tells the faces and the time."""
    detector, levels = WindowsDetector(min_face=_SMALLEST_FACE, one_pass=one_pass), list[Level]()
    total, done, seconds = detector.window_count(pixels), 0, 0.0
    waiting = detector.levels(pixels)
    while True:
        began = time.perf_counter()
        level = next(waiting, None)
        seconds += time.perf_counter() - began
        if level is None:
            break
        levels.append(level)
        done += level.scores.size
        words = f"Windows of {whole(SIDE / level.scale)} pixels: {whole(done)} of {whole(total)} windows looked at, {decimal(seconds)} s."
        yield Step(done / max(total, 1), _finding(detector, levels, pixels, words, one_pass=one_pass), seconds)
    began = time.perf_counter()
    faces = detector.faces(levels)
    seconds += time.perf_counter() - began
    way = "in one pass of the convolutional network a size" if one_pass else "one window after another"
    count = count_words(len(faces), "face")
    words = f"{count}. {whole(total)} windows of {len(levels)} sizes, {way}: {decimal(seconds)} s."
    last = _finding(detector, levels, pixels, words, one_pass=one_pass)
    yield Step(1.0, Finding(last.pixels, tuple(face.box for face in faces), last.windows, words=words), seconds, is_last=True)


def compare(pixels: Pixels) -> Iterator[Step]:
    """Both ways on the same picture, and the two times beside each other."""
    ends = []
    for place, one_pass in enumerate((False, True)):
        steps = []
        for step in slide(pixels, one_pass=one_pass):
            steps.append(step)
            yield Step((place + step.fraction) / 2, step.finding, step.seconds)
        ends.append(steps[-1])
    slow, fast = ends
    count, other = len(fast.finding.boxes), len(slow.finding.boxes)
    same = f"Both find {count_words(count, 'face')}" if count == other else f"They find {other} and {count} faces"
    ratio = slow.seconds / max(fast.seconds, 1e-9)
    words = f"One by one {decimal(slow.seconds)} s, in one pass {decimal(fast.seconds)} s: {whole(ratio)} times as fast. {same}."
    found = Finding(fast.finding.pixels, fast.finding.boxes, slow.finding.windows, words=words)
    yield Step(1.0, found, slow.seconds + fast.seconds, is_last=True)


def heat(levels: list[Level], shape: tuple[int, int]) -> FloatArray:
    """(H, W) float32, 0 … 1: the highest score of the windows around each pixel's place, by the windows' middles."""
    warm = np.zeros(shape, np.float32)
    for level in levels:
        rows, columns = level.scores.shape
        step = STRIDE / level.scale
        size = (max(1, round(columns * step)), max(1, round(rows * step)))
        spread = np.asarray(cv2.resize(level.scores, size, interpolation=cv2.INTER_LINEAR), np.float32)
        first = round((SIDE - STRIDE) / 2 / level.scale)
        part = warm[first : first + size[1], first : first + size[0]]
        np.maximum(part, spread[: part.shape[0], : part.shape[1]], out=part)
    return warm


def _finding(detector: WindowsDetector, levels: list[Level], pixels: Pixels, words: str, *, one_pass: bool) -> Finding:
    if one_pass:
        share = heat(levels, pixels.shape[:2])[:, :, None] * np.float32(0.75)
        return Finding((pixels * (1 - share) + _HOT * share).astype(np.uint8), words=words)
    found = [Box(*(float(value) for value in row)) for level in levels for row in level.boxes(detector.min_score)[0]]
    return Finding(pixels, windows=tuple(found[:_SHOWN_WINDOWS]), words=words)
