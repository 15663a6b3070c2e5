"""Every registered detector that can run here: true boxes and points on rendered people, nothing on walls, any size of picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facekit.detectors.base import DETECTORS, Detector
from facekit.errors import ModelFileMissingError
from facekit.synthetic import still, still_scene
from facekit.weights.install import import_file

SHARED_YUNET = Path(__file__).parents[5] / "shared" / "weights" / "peers" / "face_detection_yunet_2023mar.onnx"

ROUGH = {"windows", "windows-naive"}
"""The lecture's: their points are those of a mean face, and now and then a window of something else is taken for one."""

pytestmark = pytest.mark.models


@pytest.fixture(params=DETECTORS.names())
def detector(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Detector:
    monkeypatch.setenv("FACEKIT_HOME", str(tmp_path))
    entry = DETECTORS.entry(request.param)
    if entry.missing:
        pytest.skip(f"{', '.join(entry.missing)} not installed")
    if request.param == "yunet":
        if not SHARED_YUNET.is_file():
            pytest.skip("YuNet's file is not at hand")
        import_file(SHARED_YUNET)
    return DETECTORS.create(request.param, min_face=40)


@pytest.mark.parametrize("seed", range(4))
def test_detect_a_person_gives_a_box_and_points_near_the_truth(detector: Detector, seed: int) -> None:
    scene = still_scene(seed, 0)
    (truth,) = scene.faces
    found = detector.detect(scene.pixels)
    assert found[0].box.iou(truth.box) > 0.4
    if detector.name in ROUGH:
        return
    assert len(found) == 1
    eyes_apart = np.linalg.norm(truth.landmarks[0] - truth.landmarks[1])
    errors = np.linalg.norm(found[0].landmarks - truth.landmarks, axis=1) / eyes_apart
    assert errors.mean() < 0.2
    assert found[0].landmarks.dtype == np.float32
    assert 0.5 < found[0].detection_score <= 1


def test_detect_on_a_wall_finds_nobody(detector: Detector) -> None:
    assert detector.detect(np.full((240, 320, 3), 170, np.uint8)) == ()


@pytest.mark.parametrize("shape", [(1, 1), (5, 400), (39, 39), (40, 40), (41, 3000), (12, 12)])
def test_detect_in_a_picture_of_any_size_gives_no_error(detector: Detector, shape: tuple[int, int]) -> None:
    assert detector.detect(np.zeros((*shape, 3), np.uint8)) == ()


def test_detect_several_people_gives_them_largest_first(detector: Detector) -> None:
    if detector.name in ROUGH:
        pytest.skip("too rough to find two people and nobody else")
    left, right = still(0, 0), still(1, 0)
    half = np.ascontiguousarray(right[::2, ::2])
    canvas = np.full((left.shape[0], left.shape[1] + half.shape[1], 3), 160, np.uint8)
    canvas[:, : left.shape[1]] = left
    canvas[: half.shape[0], left.shape[1] :] = half
    found = detector.detect(canvas)
    assert len(found) == 2
    assert found[0].box.area > found[1].box.area
    assert found[0].box.x0 < left.shape[1] <= found[1].box.x0


def test_detect_leaves_out_faces_below_the_smallest_size(detector: Detector, tmp_path: Path) -> None:
    scene = still_scene(0, 0)
    wide = DETECTORS.create(detector.name, min_face=round(scene.faces[0].box.width * 1.6))
    assert wide.detect(scene.pixels) == ()


def test_yunet_whose_file_was_not_imported_says_how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACEKIT_HOME", str(tmp_path))
    with pytest.raises(ModelFileMissingError, match="facekit weights"):
        DETECTORS.create("yunet", min_face=40)
