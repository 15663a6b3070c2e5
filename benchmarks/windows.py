"""The lecture's sliding windows: how much faster one pass is than window after window, at the same scores.

    python -m benchmarks.windows

One size of window (40 px), one thread, processor time, on people who do not exist.
"""

from __future__ import annotations

import json
import os
import time
from statistics import median

os.environ["OMP_NUM_THREADS"] = "1"  # before any of the libraries that read it

import cv2
import numpy as np

from benchmarks.kept import keep
from facekit.detectors.windows import SIDE, WindowsDetector, naive
from facekit.synthetic import still
from facekit.types import FloatArray

_SIZES = ((320, 240), (640, 480), (1280, 960))
_WINDOW = 40
_REPEATS = 7


def main() -> None:
    """Measure, keep, print."""
    cv2.setNumThreads(1)
    detectors = {"one pass": WindowsDetector(), "window after window": naive()}
    rows = []
    for width, height in _SIZES:
        picture = _picture(width, height)
        maps = {name: detector.score_map(picture) for name, detector in detectors.items()}
        one, other = maps.values()
        took = {name: median(_times(detector, picture)) for name, detector in detectors.items()}
        rows.append(
            {
                "width": width,
                "height": height,
                "windows": int(one.size),
                "largest_difference": float(np.abs(one - other).max()),
                "ms": took,
                "faster": took["window after window"] / took["one pass"],
            }
        )
    figures = {"window": _WINDOW, "sizes": rows}
    print(json.dumps(figures, indent=1))
    print(keep("windows", figures))


def _picture(width: int, height: int) -> FloatArray:
    """The picture at the scale at which a window is 40 px wide, as the detector hands it on: 1×3×H×W float32."""
    scale = SIDE / _WINDOW
    pixels = cv2.resize(still(0, 0), (int(width * scale), int(height * scale)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.dnn.blobFromImage(pixels, 1 / 128.0, mean=(127.5, 127.5, 127.5)), np.float32)


def _times(detector: WindowsDetector, picture: FloatArray) -> list[float]:
    took = []
    for _ in range(_REPEATS):
        start = time.process_time()
        detector.score_map(picture)
        took.append(1000 * (time.process_time() - start))
    return took


if __name__ == "__main__":
    main()
