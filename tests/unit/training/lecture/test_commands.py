"""The lecture's commands, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from facekit.imaging import read_image, save_image
from tests.support.class_pictures import classify_recipe, coloured, write_classes
from tests.support.training_data import distil_recipe, patches
from training.checkpoint import RunState, Trained, checkpoint_path, save_checkpoint
from training.cli import main
from training.loop import train
from training.recipe import recipe_from
from training.tasks.places import build_locator


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """Half bright, 6×6, in grey levels of 100."""
    pixels = np.repeat(np.repeat([[100, 100, 100, 0, 0, 0]], 6, axis=0)[:, :, None], 3, axis=2).astype(np.uint8)
    save_image(tmp_path / "half.png", pixels)
    return tmp_path / "half.png"


def test_describe_prints_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "lenet5"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split() == ["total", "61,706", "416,520"]


def test_describe_as_json_of_another_picture(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "resnet18", "--input", "3x32x32", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["input"], found["parameters"]) == ([3, 32, 32], 11_689_512)
    assert found["layers"][0] == {
        "name": "body.0", "kind": "convolution", "output": [64, 16, 16], "parameters": 9408, "multiply_adds": 9408 * 256,
    }  # fmt: skip


def test_describe_of_a_recipe_takes_its_network(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "lecture-plain18-cifar", "--input", "3x32x32"]) == 0
    assert "10" in capsys.readouterr().out.splitlines()[-2].split()


def test_describe_of_an_unknown_name_tells_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "lenet"]) == 2
    assert "Did you mean 'lenet5'?" in capsys.readouterr().err


def test_filter_writes_the_map_with_0_in_middle_grey(picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["filter", str(picture), "vertical", "--out", str(tmp_path / "map.png")]) == 0
    assert capsys.readouterr().out.startswith("6×6 → 4×4, from 0 to 300: ")
    assert read_image(tmp_path / "map.png")[:, :, 0].tolist() == [[128, 255, 255, 128]] * 4


def test_filter_with_padding_stride_and_pool_changes_the_size(picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["--out", str(tmp_path / "map.png")]
    for words, size in [
        (["--padding", "same"], "6×6"),
        (["--padding", "2"], "8×8"),
        (["--stride", "3"], "2×2"),
        (["--pool", "average"], "2×2"),
    ]:
        assert main(["filter", str(picture), "1 0 -1; 1 0 -1; 1 0 -1", *out, *words]) == 0
        assert f"6×6 → {size}," in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [(["vertical", "--padding", "wide"], "'wide' is no padding"), (["1 2; 3"], "is no filter"), (["1 2; 3 4", "--padding", "same"], "odd")],
)
def test_filter_of_wrong_words_explains_them(
    picture: Path, tmp_path: Path, words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["filter", str(picture), *words, "--out", str(tmp_path / "map.png")]) == 2
    assert complaint in capsys.readouterr().err


def test_learn_filter_prints_the_filter_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3)).astype(np.uint8)
    save_image(tmp_path / "noise.png", noise)
    assert main(["learn-filter", "1 2; -3 0", str(tmp_path / "noise.png"), "--steps", "500"]) == 0
    *rows, last = capsys.readouterr().out.splitlines()
    assert [[float(number) for number in row.split()] for row in rows] == [[1, 2], [-3, 0]]
    assert "in 500 steps" in last


def test_augment_writes_the_picture_and_five_changes(tmp_path: Path) -> None:
    save_image(tmp_path / "a.png", patches(1, 24))
    assert main(["augment", str(tmp_path / "a.png"), "--out", str(tmp_path / "sheet.png")]) == 0
    assert read_image(tmp_path / "sheet.png").shape == (24, 6 * 24 + 5 * 4, 3)


def test_predict_of_a_classifier_names_what_a_picture_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tmp_path / "run"
    run.mkdir()
    for _ in train(classify_recipe(write_classes(tmp_path / "stripes")), run):
        pass
    save_image(tmp_path / "red.png", coloured(2, 99))
    assert main(["predict", str(run), str(tmp_path / "red.png")]) == 0
    assert capsys.readouterr().out.startswith(f"{tmp_path / 'red.png'}: red ")
    assert main(["predict", str(run), str(tmp_path / "red.png"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["task"], found["classes"][0][0], len(found["classes"])) == ("classify", "red", 3)
    assert sum(share for _, share in found["classes"]) == pytest.approx(1)


@pytest.mark.parametrize(("task", "outputs"), [("localize", 7), ("landmarks", 9)])
def test_predict_of_a_locator_tells_places_in_the_pictures_pixels(
    tmp_path: Path, task: str, outputs: int, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    net = {"name": "locator", "arguments": {"outputs": outputs, "widths": [8, 8], "depths": [1, 1], "stem": 8, "side": 32}}
    data = {"labels": "", "classes": ["a", "b"]} if task == "localize" else {"root": ""}
    points = {} if task == "localize" else {"points": 4}
    values = {"name": task, "task": task, "net": net, "schedule": {"steps": 1}, "options": {"data": data, **points}}
    recipe = recipe_from(values)
    recipe.save(run)
    locator = build_locator(recipe.net)
    with torch.no_grad():
        for parameter in locator.head.parameters():  # type: ignore[union-attr]  # a torch module's attribute
            parameter.zero_()
        answer = [1, 0.5, 0.25, 0.5, 0.5, 0, 1] if task == "localize" else [1, 0, 0, 1, 1, 0.5, 0.5, 0.25, 0.75]
        locator.head.bias.copy_(torch.tensor(answer))  # type: ignore[union-attr,operator]
    save_checkpoint(checkpoint_path(run, "last"), Trained(locator, nn.Identity(), torch.optim.SGD(locator.parameters())), RunState())
    save_image(tmp_path / "wide.png", np.zeros((40, 80, 3), np.uint8))
    assert main(["predict", str(run), str(tmp_path / "wide.png"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["is_face"] == 1
    if task == "localize":
        assert found["box"] == [20, 0, 60, 20]  # from −0 to half of the height
        assert found["classes"] == [["b", 1], ["a", 0]]
    else:
        assert found["points"] == [[-0.5, -0.5], [79.5, 39.5], [39.5, 19.5], [19.5, 29.5]]  # whole numbers are the pixels' centres


def test_predict_of_a_run_of_another_task_says_which_it_can(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "run").mkdir()
    distil_recipe(tmp_path).save(tmp_path / "run")
    assert main(["predict", str(tmp_path / "run"), str(tmp_path / "none.png")]) == 2
    assert "Give one of the tasks classify, localize, landmarks." in capsys.readouterr().err
