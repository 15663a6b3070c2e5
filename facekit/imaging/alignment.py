"""Five-point alignment: every face with its eyes, nose and mouth corners at the same places."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from facekit.types import AlignedFace, AnyArray, FloatArray, Pixels

_ARCFACE = np.array([(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)], np.float32)

TEMPLATES: Final[dict[int, FloatArray]] = {
    112: _ARCFACE,
    160: _ARCFACE * np.float32(1.7415) - np.array((15.08, 33.38), np.float32),
}
"""Where the five points go, 5×2 float32 px, by the side of the aligned face.

112 is ArcFace's. 160 is the same brought to the framing of facenet-pytorch's own crop (MTCNN, image_size 160, margin 0): scale and
shift by least squares to the median points of 388 faces of LFW View 1. That crop stretches the box, about 3 wide to 4 high, to a square;
an alignment keeps the proportions, so the scale lies between the 2.18 across and the 1.46 down that were measured there.
"""

_LOW_PASS_BELOW = 0.6
_SHRUNK_TO = 1.6
_MARGIN = 8


def align(pixels: Pixels, landmarks: FloatArray, *, size: int = 112) -> AlignedFace:
    """The face size×size: the five points brought to TEMPLATES[size] by the best similarity transform (least squares; Umeyama 1991).

    Outside the picture its border is repeated. A face that shrinks strongly is averaged down first, so that nothing aliases.

    Args:
        pixels: H×W×3 uint8 RGB.
        landmarks: 5×2 float32 px, as on `Face`.

    Raises:
        ValueError: There is no template of that size, or the points are not finite, all in one place or too far apart for a face.
            Detectors promise that neither happens.
    """
    if size not in TEMPLATES:
        raise ValueError(f"no template for aligned faces of {size}×{size}; there are {sorted(TEMPLATES)}")
    return AlignedFace(warped(pixels, similarity(landmarks, TEMPLATES[size]), size))


def realigned(face: AlignedFace, *, size: int) -> AlignedFace:
    """An aligned face on the template of another size. What the new framing shows beyond the old one is its border repeated.

    Raises:
        ValueError: There is no template of one of the sizes.
    """
    side = face.pixels.shape[0]
    if side == size:
        return face
    if side not in TEMPLATES:
        raise ValueError(f"no template for aligned faces of {side}×{side}; there are {sorted(TEMPLATES)}")
    return align(face.pixels, TEMPLATES[side], size=size)


def warped(pixels: Pixels, matrix: AnyArray, size: int) -> Pixels:
    """size×size×3 uint8: the picture after the 2×3 map of its places (whole numbers at the pixels' centres), averaged where it shrinks."""
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if scale < _LOW_PASS_BELOW:
        pixels, shrink = _shrunk_part(pixels, matrix, size, scale * _SHRUNK_TO)
        matrix = _after(matrix, shrink)
    view = cv2.warpAffine(pixels, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(view, np.uint8)


def similarity(points: AnyArray, template: AnyArray) -> AnyArray:
    """2×3 float64: rotation, scale and shift, no mirroring, with the least squared error from points to template.

    With points as complex numbers the transform is z ↦ a·z + b, and a and b are those of a linear regression.
    """
    if not np.isfinite(points).all():
        raise ValueError(f"the five points {np.asarray(points).tolist()} are not finite")
    source, target = (np.asarray(xy, np.float64) @ (1, 1j) for xy in (points, template))
    centred = source - source.mean()
    spread = float(np.vdot(centred, centred).real)
    a = np.vdot(centred, target) / spread if spread > 0 else 0j
    if not 1e-3 < abs(a) < 1e3:
        raise ValueError(f"the five points {np.asarray(points).tolist()} are not those of a face")
    b = target.mean() - a * source.mean()
    return np.array([(a.real, -a.imag, b.real), (a.imag, a.real, b.imag)])


def _shrunk_part(pixels: Pixels, matrix: AnyArray, size: int, factor: float) -> tuple[Pixels, AnyArray]:
    """The part of the picture that the aligned face shows, averaged down by `factor`, and the 2×3 map from the picture to it."""
    height, width = pixels.shape[:2]
    corners = cv2.transform(np.array([[(0, 0), (size, 0), (0, size), (size, size)]], np.float64), cv2.invertAffineTransform(matrix))[0]
    margin = _MARGIN / factor
    x0, y0 = np.clip(np.floor(corners.min(axis=0) - margin), 0, (width - 1, height - 1)).astype(int)
    x1, y1 = np.clip(np.ceil(corners.max(axis=0) + margin), (x0 + 1, y0 + 1), (width, height)).astype(int)
    part = pixels[y0:y1, x0:x1]
    small = cv2.resize(part, (max(1, round((x1 - x0) * factor)), max(1, round((y1 - y0) * factor))), interpolation=cv2.INTER_AREA)
    fx, fy = small.shape[1] / (x1 - x0), small.shape[0] / (y1 - y0)
    # Pixel centres, not corners, have whole coordinates: hence the halves.
    return np.asarray(small, np.uint8), np.array([(fx, 0, (0.5 - x0) * fx - 0.5), (0, fy, (0.5 - y0) * fy - 0.5)])


def _after(matrix: AnyArray, shrink: AnyArray) -> AnyArray:
    """2×3: the map `matrix` of a picture, for that picture after the axis-parallel map `shrink`."""
    composed: AnyArray = (np.vstack([matrix, (0, 0, 1)]) @ np.linalg.inv(np.vstack([shrink, (0, 0, 1)])))[:2]
    return composed
