"""Plain pictures and small videos made of them, drawn for tests of the sources of frames."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from facekit.types import Pixels

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def plain(colour: tuple[int, int, int], *, width: int = 64, height: int = 48) -> Pixels:
    """H×W×3 uint8 RGB of one colour."""
    return np.full((height, width, 3), colour, dtype=np.uint8)


def colour_name(picture: Pixels) -> str:
    """Which of the three the middle of the picture is nearest to; codecs shift colours a little."""
    middle = picture[picture.shape[0] // 2, picture.shape[1] // 2].astype(int)
    distances = {name: int(np.abs(middle - colour).sum()) for name, colour in (("red", RED), ("green", GREEN), ("blue", BLUE))}
    return min(distances, key=lambda name: distances[name])


def write_video(path: Path, pictures: Sequence[Pixels], *, fourcc: str = "MJPG", fps: float = 20.0) -> Path:
    """The path of a real video file of RGB pictures."""
    height, width = pictures[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*fourcc), fps, (width, height))
    assert writer.isOpened(), f"this OpenCV cannot write {fourcc}"
    for picture in pictures:
        writer.write(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def write_picture(path: Path, picture: Pixels) -> Path:
    """The path of a real picture file of RGB pixels, in the format of its suffix."""
    assert cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return path
