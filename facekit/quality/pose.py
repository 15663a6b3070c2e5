"""How a head is turned, from five points and a rigid face of average shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facekit.types import AnyArray, FloatArray

# Eyes, nose tip, mouth corners; x to the picture's right, y down, z away from the viewer; half the distance of the eyes is 1. The rigid
# shape with the least reprojection error over MTCNN's points of 685 faces (a third of LFW View 1, and ordinary photos), tilted so that
# their median pitch is 0.
_SHAPE = np.array([(-1, 0, 0), (1, 0, 0), (0, 1.16, -0.94), (-0.855, 2.14, 0.19), (0.855, 2.14, 0.19)])
_SOLVE = np.linalg.pinv(_SHAPE - _SHAPE.mean(axis=0))


@dataclass(frozen=True, slots=True)
class Pose:
    """Degrees, signs as on `Quality`."""

    yaw: float
    pitch: float
    roll: float


def pose_of(landmarks: FloatArray) -> Pose:
    """The pose of finite 5×2 float32 px points under weak perspective: an affine camera by least squares, then the nearest rotation."""
    points = np.asarray(landmarks, np.float64)
    across = points[1] - points[0]
    roll = np.arctan2(across[1], across[0])
    upright = points @ np.array([(np.cos(roll), -np.sin(roll)), (np.sin(roll), np.cos(roll))])
    forward = _forward((_SOLVE @ (upright - upright.mean(axis=0))).T)
    yaw = np.arctan2(forward[0], forward[2])
    pitch = np.arcsin(np.clip(forward[1], -1.0, 1.0))
    return Pose(*(float(np.degrees(angle)) for angle in (yaw, pitch, roll)))


def _forward(camera: AnyArray) -> AnyArray:
    """(3,): where the nose points (right, down, towards the viewer), of a 2×3 affine camera."""
    left, _, right = np.linalg.svd(camera, full_matrices=False)
    rows = left @ right
    away = np.cross(rows[0], rows[1])
    return np.array([-rows[0, 2], -rows[1, 2], away[2]])
