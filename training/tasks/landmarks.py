"""The training task "landmarks" (lecture C2): is there a face, and where are 4, 5, 22 or 68 points of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from facekit.types import FloatArray
from training.data.placed import Placed, placed
from training.data.points import MIRRORED, POINT_SETS, PointedFace, eye_distance, open_points, points_of
from training.detection.pictures import is_test
from training.errors import TrainingError
from training.recipe import Recipe
from training.tasks.places import Pictures, PlacesOptions, PlacesTask, empty_pictures, is_face

_FAILED = 0.1


@dataclass(frozen=True, slots=True)
class LandmarksData:
    """What is read.

    Args:
        root: Of faces, as training.data.points.open_points has them.
        training: Groups to train on.
        measuring: Groups to measure on.
        shared: Groups of which half are measured on: whole persons, all their pictures together, and none of them trained on.
        backgrounds: A folder of pictures without a face; "" for none.
    """

    root: str
    training: tuple[str, ...] = ("300w_helen_train", "300w_afw")
    measuring: tuple[str, ...] = ("300w_helen_test",)
    shared: tuple[str, ...] = ("ytf",)
    backgrounds: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LandmarksOptions(PlacesOptions):
    """The recipe's options.

    Args:
        points: How many, of training.data.points.POINT_SETS.
    """

    points: int = 5
    data: LandmarksData = field(default_factory=lambda: LandmarksData("../shared/data/landmarks68"))


class LandmarksTask(PlacesTask):
    """Y = (1_face, b_1x, b_1y, …), points in shares of the picture's sides.

    Raises:
        TrainingError: The pictures cannot be read, or there is no set of so many points.
    """

    Options = LandmarksOptions
    mirrored = MIRRORED

    def __init__(self, recipe: Recipe) -> None:
        options: LandmarksOptions = recipe.options
        self._count = options.points
        if self._count not in POINT_SETS:
            sets = ", ".join(map(str, POINT_SETS))
            raise TrainingError(f"There is no set of {self._count} points.", hint=f"Set options.points to one of {sets}.")
        super().__init__(recipe, _pictures(options.data), 1 + 2 * self._count)

    def truth(self, picture: Placed) -> FloatArray:
        """1 and the points of the set."""
        return np.concatenate([[1], points_of(picture.places, self._count).ravel()]).astype(np.float32)

    def figures(self, answers: FloatArray) -> Mapping[str, float]:
        """The points' mean distance from the truth in distances of the eyes' middles, and how often a face's is above 0.1; by group too."""
        faces = [(row, picture) for row, picture in zip(answers, self.pictures.measuring, strict=True) if picture.has_places]
        errors = np.array([point_error(row[1:].reshape(-1, 2), picture, self._count) for row, picture in faces])
        groups = np.array([picture.group for _, picture in faces])
        found = {"": np.ones(len(faces), bool), **{f"_{group}": groups == group for group in sorted(set(groups.tolist()))}}
        by_group = {
            f"{name}{ending}": value
            for ending, rows in found.items()
            for name, value in (("error", float(errors[rows].mean())), ("failures", float((errors[rows] > _FAILED).mean())))
        }
        return {**by_group, "whether_accuracy": is_face(answers, self.pictures.measuring)}


def point_error(places: FloatArray, picture: Placed, count: int) -> float:
    """Mean distance of `count` points, K×2 in shares of the picture's sides, from the true ones, over the distance of the eyes' middles."""
    distances = np.linalg.norm((places - points_of(picture.places, count)) * picture.size, axis=1)
    return float(distances.mean() / eye_distance(picture.places * picture.size))


def _pictures(data: LandmarksData) -> Pictures:
    faces = open_points(Path(data.root))
    missing = sorted({*data.training, *data.measuring, *data.shared} - {face.group for face in faces})
    if missing:
        raise TrainingError(f"{data.root} has no group {missing[0]!r} of faces.", hint="Correct options.data.")
    empty = empty_pictures(data.backgrounds)
    training = [_placed(face) for face in faces if face.group in data.training or (face.group in data.shared and not is_test(face.image))]
    measuring = [_placed(face) for face in faces if face.group in data.measuring or (face.group in data.shared and is_test(face.image))]
    return Pictures([*training, *empty.training], [*measuring, *empty.measuring])


def _placed(face: PointedFace) -> Placed:
    return placed(face.image, face.points, face.group)
