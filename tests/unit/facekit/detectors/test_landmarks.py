"""A landmarker's two looks, checked with graphs whose answers are known: they point at what is drawn, or say that nothing is there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from facekit.cards import ModelCard, save_card, weight_file
from facekit.detectors.base import DETECTORS
from facekit.detectors.landmarks import FRAMED, OnnxLandmarker, open_landmarker
from facekit.detectors.opening import LandmarkedDetector, open_detector
from facekit.errors import ModelChecksumError, ModelError, UnknownNameError
from facekit.synthetic import still_scene
from facekit.types import Box, Face, Pixels
from facekit.weights import user_weights_dir

SIDE = 64


def constant(row: npt.ArrayLike) -> onnx.ModelProto:
    """A graph that answers with the same row for every square."""
    numbers = np.asarray(row, np.float32)[None]
    nodes = [
        helper.make_node("ReduceMean", ["faces"], ["mean"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Unsqueeze", ["nothing", "one"], ["column"]),
        helper.make_node("Add", ["column", "row"], ["answers"]),
    ]
    return _graph(nodes, {"zero": np.zeros((), np.float32), "one": np.array([1]), "row": numbers}, numbers.shape[1])


def pointing() -> onnx.ModelProto:
    """A graph that finds the middle of the red light in each square, and answers with FRAMED about it."""
    places = (np.arange(SIDE, dtype=np.float32) + 0.5) / SIDE
    across = np.repeat(places[None], SIDE, axis=0).ravel()
    down = np.repeat(places[:, None], SIDE, axis=1).ravel()
    sums = np.stack([across, down, np.ones(SIDE * SIDE, np.float32)], axis=1)
    spread = np.zeros((2, 11), np.float32)
    spread[0, 1::2], spread[1, 2::2] = 1, 1
    offset = np.concatenate([[1], (FRAMED - FRAMED.mean(axis=0)).ravel()]).astype(np.float32)[None]
    nodes = [
        helper.make_node("Gather", ["faces", "red"], ["channel"], axis=1),
        helper.make_node("Add", ["channel", "dark"], ["light"]),
        helper.make_node("Reshape", ["light", "flat"], ["rows"]),
        helper.make_node("MatMul", ["rows", "sums"], ["moments"]),
        helper.make_node("Slice", ["moments", "from0", "to2", "axis"], ["first"]),
        helper.make_node("Slice", ["moments", "to2", "to3", "axis"], ["mass"]),
        helper.make_node("Div", ["first", "mass"], ["middle"]),
        helper.make_node("MatMul", ["middle", "spread"], ["spread_middle"]),
        helper.make_node("Add", ["spread_middle", "offset"], ["answers"]),
    ]
    values = {
        "red": np.array(0), "dark": np.array(127.5 / 128, np.float32), "flat": np.array([-1, SIDE * SIDE]), "sums": sums,
        "from0": np.array([0]), "to2": np.array([2]), "to3": np.array([3]), "axis": np.array([1]), "spread": spread, "offset": offset,
    }  # fmt: skip
    return _graph(nodes, values, 11)


def _graph(nodes: list[onnx.NodeProto], values: dict[str, npt.NDArray[np.generic]], outputs: int) -> onnx.ModelProto:
    faces = helper.make_tensor_value_info("faces", TensorProto.FLOAT, ["n", 3, SIDE, SIDE])
    answers = helper.make_tensor_value_info("answers", TensorProto.FLOAT, ["n", outputs])
    graph = helper.make_graph(
        nodes, "landmarker", [faces], [answers], [numpy_helper.from_array(value, name) for name, value in values.items()]
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def install(model: onnx.ModelProto, name: str = "drawn-points") -> Path:
    """The model's folder among those of the user."""
    folder = user_weights_dir() / name
    folder.mkdir(parents=True)
    onnx.save(model, folder / f"{name}.onnx")
    file = weight_file(folder / f"{name}.onnx")
    save_card(
        ModelCard(name, "landmark", "locator", {"onnx": file}, SIDE, 127.5, 128.0, 0, "ours", "drawn", "a test", "2026-11-25"), folder
    )
    return folder


def scene(x: float, y: float) -> Pixels:
    """400×300×3, black but for a red spot."""
    rows, columns = np.mgrid[:300, :400]
    pixels = np.zeros((300, 400, 3), np.uint8)
    pixels[..., 0] = 255 * np.exp(-0.5 * ((columns - x) ** 2 + (rows - y) ** 2) / 4**2)
    return pixels


def face(box: Box) -> Face:
    return Face(box, np.arange(10, dtype=np.float32).reshape(5, 2), 0.9)


def locate(pixels: Pixels, *boxes: Box) -> tuple[Face, ...]:
    return open_landmarker("drawn-points").locate(pixels, [face(box) for box in boxes])


@pytest.mark.parametrize("box", [Box(150, 90, 250, 210), Box(170, 100, 270, 220), Box(100, 40, 290, 260)])
def test_locate_gives_points_about_what_is_drawn_wherever_the_box_lies(box: Box) -> None:
    install(pointing())
    (found,) = locate(scene(203, 161), box)
    np.testing.assert_allclose(found.landmarks.mean(axis=0), [203, 161], atol=0.7)
    assert found.landmarks.dtype == np.float32
    assert (found.box, found.detection_score) == (box, 0.9)


def test_locate_keeps_the_order_of_several_faces() -> None:
    install(pointing())
    pixels = np.maximum(scene(90, 120), scene(310, 180))
    left, right = Box(50, 70, 130, 170), Box(270, 130, 350, 230)
    for boxes in ((left, right), (right, left)):
        found = locate(pixels, *boxes)
        for each, box in zip(found, boxes, strict=True):
            assert box.x0 < each.landmarks[:, 0].mean() < box.x1


def test_locate_points_of_the_first_look_are_asked_for_again_upright() -> None:
    # The graph answers with the same five points, turned by 20°, whatever it is shown: twice turned back, they are turned by 40°.
    angle = np.deg2rad(20)
    turn = np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
    middle = FRAMED.mean(axis=0)
    install(constant([1.0, *((FRAMED - middle) @ turn + middle).ravel()]))
    (found,) = locate(scene(0, 0), Box(100, 100, 200, 200))
    eyes = found.landmarks[1] - found.landmarks[0]
    assert np.rad2deg(np.arctan2(eyes[1], eyes[0])) == pytest.approx(40, abs=0.1)


@pytest.mark.parametrize(
    "row",
    [
        [0.4, *FRAMED.ravel()],
        [1.0, *([0.5] * 10)],
        [1.0, *FRAMED[[1, 0, 2, 4, 3]].ravel()],
        [np.nan, *FRAMED.ravel()],
        [1.0, np.nan, *FRAMED.ravel()[1:]],
        [1.0, np.inf, *FRAMED.ravel()[1:]],
    ],
    ids=["no face", "one place", "left and right swapped", "nan", "a point nan", "a point infinite"],
)
def test_locate_keeps_the_detectors_points_where_the_network_has_none(row: list[float]) -> None:
    install(constant(row))
    (found,) = locate(scene(0, 0), Box(100, 100, 200, 200))
    assert np.array_equal(found.landmarks, face(found.box).landmarks)


def test_locate_without_faces_gives_none() -> None:
    install(pointing())
    assert locate(scene(0, 0)) == ()


@pytest.mark.parametrize("box", [Box(-50, -60, 30, 40), Box(390, 290, 500, 420), Box(100, 100, 100, 100), Box(120, 80, 121, 81)])
def test_locate_with_a_box_beyond_the_picture_or_without_size_gives_numbers(box: Box) -> None:
    install(pointing())
    (found,) = locate(np.full((300, 400, 3), 200, np.uint8), box)
    assert np.isfinite(found.landmarks).all()


def test_network_of_other_answers_is_refused() -> None:
    install(constant([1.0, *([0.5] * 8)]))
    with pytest.raises(ModelError, match="answers with 9 numbers"):
        open_landmarker("drawn-points")


def test_altered_weights_are_refused() -> None:
    folder = install(pointing())
    with (folder / "drawn-points.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ModelChecksumError):
        open_landmarker("drawn-points")


def test_encoder_is_no_landmarker() -> None:
    with pytest.raises(UnknownNameError, match="that can landmark"):
        open_landmarker("encoder-v0")


class OneFace:
    """A detector that always finds the same."""

    name, device = "one", "cpu"

    def detect(self, pixels: Pixels) -> tuple[Face, ...]:
        return (face(Box(150, 90, 250, 210)),)


def test_landmarked_detector_is_the_detector_with_other_points() -> None:
    install(pointing())
    both = LandmarkedDetector(OneFace(), open_landmarker("drawn-points"))
    assert (both.name, both.device) == ("one", "cpu")
    (found,) = both.detect(scene(203, 161))
    np.testing.assert_allclose(found.landmarks.mean(axis=0), [203, 161], atol=0.7)


def test_open_detector_puts_the_landmarker_that_is_named_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    install(pointing())
    monkeypatch.setattr(DETECTORS, "create", lambda name, min_face: OneFace())
    assert isinstance(open_detector("one"), OneFace)
    assert isinstance(open_detector("one", landmarker="drawn-points"), LandmarkedDetector)
    with pytest.raises(UnknownNameError, match="Did you mean 'drawn-points'"):
        open_detector("one", landmarker="drawn-point")


def test_framed_is_its_own_mirror_image() -> None:
    np.testing.assert_allclose((FRAMED * (-1, 1) + (1, 0))[[1, 0, 2, 4, 3]], FRAMED, atol=1e-6)


def test_onnx_landmarker_takes_any_number_of_faces_at_once() -> None:
    install(pointing())
    landmarker = open_landmarker("drawn-points")
    assert isinstance(landmarker, OnnxLandmarker)
    assert len(landmarker.locate(scene(203, 161), [face(Box(150, 90, 250, 210))] * 7)) == 7


@pytest.mark.models
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_landmarker_that_comes_with_the_program_points_at_a_drawn_face(seed: int) -> None:
    scene = still_scene(seed, 0)
    [truth] = scene.faces
    [found] = open_landmarker("landmarker-v1").locate(scene.pixels, [face(truth.box)])
    eyes = float(np.linalg.norm(truth.landmarks[1] - truth.landmarks[0]))
    assert float(np.linalg.norm(found.landmarks - truth.landmarks, axis=1).mean()) < 0.15 * eyes
