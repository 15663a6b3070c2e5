"""The training task "localize" (lecture C1): is there a face, where is its box, and in which of the data's styles is it drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from facekit.types import FloatArray
from training.data.boxed import MIRRORED_CORNERS, box_of, box_overlap, single_faces
from training.data.placed import Placed
from training.detection.pictures import is_test, read_labelled
from training.errors import TrainingError
from training.recipe import Recipe
from training.tasks.places import Pictures, PlacesOptions, PlacesTask, empty_pictures, is_face

CLASSES_FROM = 5
"""Where the classes begin in an answer."""
_LEAST_SEEN = 0.85
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class LocalizeData:
    """What is read.

    Args:
        labels: Boxes, as training.detection.pictures.read_labelled has them; half of the pictures, by name, are measured on.
        backgrounds: A folder of pictures without a face; "" for none.
        classes: The folders whose pictures are c_1, c_2 and so on. No other pictures are taken.
    """

    labels: str
    backgrounds: str = ""
    classes: tuple[str, ...] = ("kaggle_facemask", "sy32", "dlib_faces")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalizeOptions(PlacesOptions):
    """The recipe's options."""

    data: LocalizeData = field(default_factory=lambda: LocalizeData("../shared/data/detection/annotations.jsonl"))


class LocalizeTask(PlacesTask):
    """Y = (p_c, b_x, b_y, b_h, b_w, c_1, …), the middle and the sides of the box in shares of the picture's, (0, 0) to (1, 1).

    The lecture's classes are pedestrian, car and motorcycle. Faces are of one kind; what the labels tell apart is who drew the box, and
    with it how: brow to chin (photos of masks), the whole head (news photos) or a square (group photos).

    Raises:
        TrainingError: The labels or pictures cannot be read, or a class has none.
    """

    Options = LocalizeOptions
    mirrored = MIRRORED_CORNERS

    def __init__(self, recipe: Recipe) -> None:
        options: LocalizeOptions = recipe.options
        self._classes = options.data.classes
        super().__init__(recipe, _pictures(options.data), CLASSES_FROM + len(self._classes))

    def truth(self, picture: Placed) -> FloatArray:
        """1, the box, and 1 for its class among the others."""
        x0, y0, x1, y1 = box_of(picture.places)
        kinds = [float(picture.group == name) for name in self._classes]
        return np.array([1, (x0 + x1) / 2, (y0 + y1) / 2, y1 - y0, x1 - x0, *kinds], np.float32)

    def is_wanted(self, places: FloatArray) -> bool:
        """Whether nearly the whole box is in the picture."""
        whole, seen = (np.prod(np.ptp(box, axis=0)) for box in (places, places.clip(0, 1)))
        return bool(seen >= _LEAST_SEEN * whole)

    def figures(self, answers: FloatArray) -> Mapping[str, float]:
        """Mean overlap (IoU) of the boxes of all faces, also by class, share of at least a half, and right answers to whether and which."""
        faces = [(row, picture) for row, picture in zip(answers, self.pictures.measuring, strict=True) if picture.has_places]
        overlaps = np.array([box_overlap(answered_box(row), box_of(picture.places)) for row, picture in faces])
        groups = np.array([picture.group for _, picture in faces])
        named = np.array([self._classes[int(row[CLASSES_FROM:].argmax())] for row, _ in faces])
        by_class = {f"iou_{name}": float(overlaps[groups == name].mean()) for name in self._classes if (groups == name).any()}
        return {
            "iou": float(overlaps.mean()),
            "iou_at_least_half": float((overlaps >= _HALF).mean()),
            **by_class,
            "whether_accuracy": is_face(answers, self.pictures.measuring),
            "class_accuracy": float((named == groups).mean()),
        }


def answered_box(row: FloatArray) -> FloatArray:
    """(4,) x0, y0, x1, y1 of an answer, cut at the picture's edges; a box of negative sides is empty."""
    middle, sides = row[1:3], np.maximum(row[[4, 3]], 0)
    return np.concatenate([middle - sides / 2, middle + sides / 2]).clip(0, 1).astype(np.float32)


def _pictures(data: LocalizeData) -> Pictures:
    known = [picture for picture in read_labelled(Path(data.labels)) if picture.image.parent.name in data.classes]
    missing = sorted(set(data.classes) - {picture.image.parent.name for picture in known})
    if missing:
        raise TrainingError(f"{data.labels} has no pictures in a folder {missing[0]!r}.", hint="Correct options.data.classes.")
    empty = empty_pictures(data.backgrounds)
    training = single_faces(picture for picture in known if not is_test(picture.image))
    measuring = single_faces(picture for picture in known if is_test(picture.image))
    return Pictures([*training, *empty.training], [*measuring, *empty.measuring])
