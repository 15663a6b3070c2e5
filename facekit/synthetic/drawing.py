"""Surfaces to pixels: perspective, triangles with a depth buffer, light. Knows nothing of faces."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from facekit.synthetic.parts import Part
from facekit.types import FloatArray

_DISTANCE = 70.0  # from the camera to the head, cm
_PIVOT = np.array([0.0, 7.0, -3.0], np.float32)  # where the head turns on the neck
_GAMMA = 2.2
_WRAP = np.array([0.34, 0.20, 0.15], np.float32)  # light that bleeds round the edge of skin, red the most
_KEY = np.array([1.0, 0.965, 0.91], np.float32)
_SKY = np.array([0.96, 0.98, 1.0], np.float32)
_ROW = 256


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the head is turned (degrees, signs as in View) and where its origin lies in the picture.

    Args:
        scale: Pixels a centimetre at the origin's distance.
        origin: x, y px.
    """

    yaw: float
    pitch: float
    roll: float
    scale: float
    origin: tuple[float, float]

    def rotation(self, share: float = 1.0) -> FloatArray:
        """3×3 float32; `share` of the turn."""
        a, b, c = np.radians((share * self.yaw, share * self.pitch, share * self.roll))
        yaw = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
        pitch = np.array([[1, 0, 0], [0, np.cos(b), np.sin(b)], [0, -np.sin(b), np.cos(b)]])
        roll = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
        return np.asarray(roll @ yaw @ pitch, np.float32)

    def project(self, points: FloatArray, *, share: float = 1.0) -> FloatArray:
        """N×3 float32: x px, y px and nearness (cm) of N×3 points on the head."""
        turned = (points - _PIVOT) @ self.rotation(share).T + _PIVOT
        zoom = self.scale * _DISTANCE / (_DISTANCE - turned[:, 2:])
        return np.concatenate([turned[:, :2] * zoom + np.asarray(self.origin, np.float32), turned[:, 2:]], axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Light:
    """A main light (unit direction towards it, strength) and light from everywhere."""

    direction: tuple[float, float, float]
    strength: float
    ambient: float

    @staticmethod
    def at(azimuth: float, elevation: float, strength: float, ambient: float) -> Light:
        """From angles in degrees: azimuth positive from the picture's right, elevation positive from above."""
        a, e = np.radians(azimuth), np.radians(elevation)
        return Light((float(np.sin(a) * np.cos(e)), float(-np.sin(e)), float(np.cos(a) * np.cos(e))), strength, ambient)


@dataclass(frozen=True, slots=True, eq=False)
class _Fragments:
    """What one part would put into the picture: flat pixel index, nearness, grid row and column of each."""

    pixel: npt.NDArray[np.int64]
    depth: FloatArray
    row: FloatArray
    column: FloatArray


def bounds(parts: tuple[Part, ...], pose: Pose) -> FloatArray:
    """Left, top, right, bottom of what would be drawn, (4,) float32 px."""
    corners = [pose.project(part.points[:: part.stride, :: part.stride].reshape(-1, 3), share=part.rides)[:, :2] for part in parts]
    points = np.concatenate(corners)
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def draw(parts: tuple[Part, ...], pose: Pose, light: Light, *, width: int, height: int) -> FloatArray:
    """height×width×4 float32: RGB 0 … 1 already multiplied by cover, and cover 0 or 1."""
    fragments = [_fragments(part, pose, width, height) for part in parts]
    nearest = np.full(width * height, -1e9, np.float32)
    for found in fragments:
        np.maximum.at(nearest, found.pixel, found.depth)
    picture = np.zeros((width * height, 4), np.float32)
    for part, found in zip(parts, fragments, strict=True):
        seen = found.depth >= nearest[found.pixel]
        if seen.any():
            picture[found.pixel[seen], :3] = _shade(part, found.row[seen], found.column[seen], pose.rotation(part.rides), light)
            picture[found.pixel[seen], 3] = 1.0
    return picture.reshape(height, width, 4)


def _fragments(part: Part, pose: Pose, width: int, height: int) -> _Fragments:
    rows = _corners(part.points.shape[0], part.stride)
    columns = _corners(part.points.shape[1], part.stride)
    corners = part.points[np.ix_(rows, columns)]
    seen = pose.project(corners.reshape(-1, 3), share=part.rides).reshape(corners.shape)
    grid = np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).astype(np.float32)
    full = np.concatenate([seen, grid], axis=-1)
    a, b, c, d = full[:-1, :-1], full[:-1, 1:], full[1:, :-1], full[1:, 1:]
    triangles = np.concatenate([np.stack([a, b, c], -2).reshape(-1, 3, 5), np.stack([b, d, c], -2).reshape(-1, 3, 5)])
    return _fill(triangles, width, height)


def _corners(count: int, stride: int) -> npt.NDArray[np.int64]:
    return np.unique(np.append(np.arange(0, count, stride), count - 1))


def _fill(triangles: FloatArray, width: int, height: int) -> _Fragments:
    """All pixels whose middle lies in a triangle that faces the viewer. `triangles` is N×3×(x, y, nearness, row, column)."""
    xy = triangles[:, :, :2]
    low = np.clip(np.ceil(xy.min(axis=1) - 0.5), 0, (width, height)).astype(np.int32)
    span = np.clip(np.ceil(xy.max(axis=1) - 0.5), 0, (width, height)).astype(np.int32) - low
    u, v = xy[:, 1] - xy[:, 0], xy[:, 2] - xy[:, 0]
    area = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    keep = (area > 1e-6) & (span[:, 0] > 0) & (span[:, 1] > 0)
    triangles, u, v, area, low, span = triangles[keep], u[keep], v[keep], area[keep], low[keep], span[keep]
    counts = span[:, 0] * span[:, 1]
    which = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    inner = np.arange(len(which), dtype=np.int32) - np.repeat((np.cumsum(counts) - counts).astype(np.int32), counts)
    down, right = np.divmod(inner, span[which, 0])
    # Shares of the second and third corner are linear in the place: (x, y) of the first candidate, and slopes.
    start = (low + 0.5 - triangles[:, 0, :2]).astype(np.float32)
    slopes = (np.stack([v[:, 1], -v[:, 0], -u[:, 1], u[:, 0]], axis=1) / area[:, None]).astype(np.float32)
    begin = np.stack([(slopes[:, :2] * start).sum(axis=1), (slopes[:, 2:] * start).sum(axis=1)], axis=1)
    slope, first = slopes[which], begin[which]
    second = first[:, 0] + slope[:, 0] * right + slope[:, 1] * down
    third = first[:, 1] + slope[:, 2] * right + slope[:, 3] * down
    inside = np.flatnonzero((second >= -1e-4) & (third >= -1e-4) & (second + third <= 1.0001))
    which, second, third = which[inside], second[inside, None], third[inside, None]
    pixel = (low[which, 1] + down[inside]).astype(np.int64) * width + low[which, 0] + right[inside]
    corner, edges = triangles[:, 0, 2:], triangles[:, 1:, 2:] - triangles[:, :1, 2:]
    values = (corner[which] + second * edges[which, 0] + third * edges[which, 1]).astype(np.float32)
    return _Fragments(pixel, values[:, 0], values[:, 1], values[:, 2])


def _sample(texture: FloatArray, row: FloatArray, column: FloatArray) -> FloatArray:
    """N×C values of a texture at fractional places. Folded into rows because cv2.remap takes at most 32767 in one direction."""
    count = len(row)
    padded = -(-count // _ROW) * _ROW
    maps = np.zeros((2, padded), np.float32)
    maps[0, :count], maps[1, :count] = column, row
    folded = cv2.remap(texture, maps[0].reshape(-1, _ROW), maps[1].reshape(-1, _ROW), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(folded.reshape(padded, -1)[:count], np.float32)


def _shade(part: Part, row: FloatArray, column: FloatArray, rotation: FloatArray, light: Light) -> FloatArray:
    """N×3 float32 RGB 0 … 1."""
    paint, relief = _sample(part.paint, row, column), _sample(part.relief, row, column)
    normal = relief[:, :3] @ rotation.T
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
    open_, towards = relief[:, 3:], np.asarray(light.direction, np.float32)
    facing = (normal @ towards)[:, None]
    direct = np.clip((facing + _WRAP) / (1.0 + _WRAP), 0.0, 1.0) * (light.strength * _KEY) * (0.35 + 0.65 * open_)
    fill = np.clip(0.5 - 0.5 * normal[:, :1] * np.sign(towards[0] + 1e-6), 0.0, 1.0) * 0.10
    around = light.ambient * (0.78 - 0.22 * normal[:, 1:2]) * open_ * _SKY
    half = towards + np.array([0.0, 0.0, 1.0], np.float32)
    half /= np.linalg.norm(half)
    shine = np.clip(normal @ half, 0.0, 1.0)[:, None] ** 26 * paint[:, 3:] * (0.55 * light.strength) * open_
    linear = paint[:, :3] ** _GAMMA * (direct + fill + around) * 1.18 + 0.35 * shine
    return np.asarray(np.clip(linear / (0.86 + 0.14 * linear), 0.0, 1.0) ** (1.0 / _GAMMA), np.float32)
