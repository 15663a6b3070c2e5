"""What can be trained. A row's target is a class with an `Options` dataclass, built as training.tasks.base.Task says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from facekit.registry import Registry

if TYPE_CHECKING:
    from training.tasks.base import Task

TASKS: Registry[Task] = Registry("training task")
TASKS.add("distil", "training.tasks.distil:DistilTask", "an encoder that matches teachers' encodings", needs=("torch",))
TASKS.add("metric", "training.tasks.metric:MetricTask", "an encoder that learns from identities, by any loss", needs=("torch",))
TASKS.add("classify", "training.tasks.classify:ClassifyTask", "which of K classes a picture shows", needs=("torch",))
TASKS.add("detect", "training.tasks.detect:DetectTask", "a face detector that learns from scenes put together", needs=("torch",))
TASKS.add("localize", "training.tasks.localize:LocalizeTask", "is a face in the picture, and where is its box", needs=("torch",))
TASKS.add("landmarks", "training.tasks.landmarks:LandmarksTask", "where are 4, 5, 22 or 68 points of a face", needs=("torch",))
TASKS.add("windows", "training.tasks.windows:WindowsTask", "is a square a face? the lecture's, hard negatives mined", needs=("torch",))
