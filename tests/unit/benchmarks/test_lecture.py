"""The lecture's document says what its rows and the kept results say, and the kept results show what the lecture claims."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.kept import RESULTS
from benchmarks.lecture.__main__ import DOCUMENT, FIGURES, SECTIONS, drawings, written
from benchmarks.lecture.curves import error_curves
from benchmarks.lecture.rows import Result, kept
from benchmarks.lecture.section_b import errors_of
from benchmarks.lecture.train import EXPERIMENTS, Trial, outcome, run_recipe
from facekit.cli import arguments
from tests.support.class_pictures import write_classes
from training.cli import build_parser
from training.recipe import load_recipe


def result(name: str) -> Result:
    found = kept(name)
    if found is None:
        pytest.skip(f"benchmarks/results/lecture_{name}.json is not there: python -m benchmarks.lecture.train {name}")
    return found


def test_document_in_the_repository_is_what_the_rows_give() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == written(), "run: python -m benchmarks.lecture"
    for name, drawing in drawings().items():
        assert (FIGURES / name).read_text(encoding="utf-8") == drawing


def test_document_links_to_figures_that_are_there() -> None:
    links = re.findall(r"!\[.*?\]\((.*?)\)", DOCUMENT.read_text(encoding="utf-8"))
    assert links
    assert all((DOCUMENT.parent / link).is_file() for link in links)


def test_rows_are_numbered_without_a_gap_in_each_section() -> None:
    for section in SECTIONS:
        letter = section.title[0]
        assert [row.number for row in section.rows] == [f"{letter}{number}" for number in range(1, len(section.rows) + 1)]


@pytest.mark.parametrize("row", [row for section in SECTIONS for row in section.rows], ids=lambda row: row.number)
def test_command_of_a_row_is_understood(row: Any) -> None:
    words = row.run.split()
    if words[0] == "facekit":
        arguments.build_parser().parse_args(words[1:])
        return
    assert words[:2] == ["python", "-m"]
    if words[2] == "training":
        build_parser().parse_args(words[3:])
    else:
        assert words[2] == "benchmarks.lecture.train"
        assert words[3] in EXPERIMENTS


@pytest.mark.parametrize(
    "trial", [trial for trials in EXPERIMENTS.values() for trial in trials], ids=lambda trial: f"{trial.recipe} {trial.label}"
)
def test_trial_of_an_experiment_is_a_recipe_with_changes_that_it_knows(trial: Trial) -> None:
    recipe = load_recipe(Path(trial.recipe), trial.changed)
    assert recipe.run.evaluate_every <= recipe.schedule.steps


def test_every_recipe_of_the_lecture_that_is_run_has_a_short_form() -> None:
    for recipe in {trial.recipe for trials in EXPERIMENTS.values() for trial in trials}:
        short, usual = load_recipe(Path(f"{recipe}-short")), load_recipe(Path(recipe))
        assert short.schedule.steps <= usual.schedule.steps / 4
        assert replace(short.net, weights="") == replace(usual.net, weights="")


def test_outcome_of_a_run_is_its_figures_and_all_on_the_way(tmp_path: Path) -> None:
    source = write_classes(tmp_path / "stripes")
    changed = (
        f'options.data.source="{source}"', "options.data.batch=12", "options.data.measured=9", "schedule.steps=6", "run.evaluate_every=3",
        "net.name=mlp", "net.arguments={sizes = [768, 3]}", "run.threads=1",
    )  # fmt: skip
    run_recipe("lecture-cifar-base", tmp_path / "run", changed)
    found = outcome(Trial("one", "lecture-cifar-base", changed), tmp_path / "run")
    assert (found["steps"], found["sizes"]["pictures"]) == (6, 36)
    assert [each["step"] for each in found["evaluations"]] == [3, 6]
    assert found["evaluations"][-1] == {"step": 6, **found["figures"]}


def test_error_curves_draw_a_thin_and_a_bold_line_for_each_run() -> None:
    curve = [[0, 1.0, 1.0], [50, 0.5, 0.6], [100, 0.0, 0.2]]
    drawing = ET.fromstring(error_curves({"plain": {"a": curve, "b": curve}, "residual": {"c": curve}}))
    lines = drawing.findall(".//{*}polyline")
    assert [line.get("stroke-width") for line in lines] == ["1.0", "2.5"] * 3
    ends = [tuple(map(float, place.split(","))) for place in str(lines[0].get("points")).split()]
    assert ends[0][1] < ends[1][1] < ends[2][1]  # down the page as the error falls
    assert ends[1][0] - ends[0][0] == pytest.approx(ends[2][0] - ends[1][0], abs=0.2)


def test_kept_results_name_no_place_of_a_machine() -> None:
    for path in RESULTS.glob("lecture_*.json"):
        assert not re.search(r'"[^"]*(/work/|/tmp/|/home/)', path.read_text(encoding="utf-8")), path.name


def test_kept_networks_read_digits_as_well_as_the_lecture_asks() -> None:
    for name, least in (("mlp", 0.98), ("lenet5", 0.99)):
        (run,) = result(name)["runs"]
        assert run["sizes"]["pictures"] == 60_000
        assert run["figures"]["accuracy"] >= least


def test_kept_plain_networks_get_worse_with_depth_and_residual_ones_do_not() -> None:
    errors = {run["label"]: errors_of(run)[-1][1:] for run in result("degradation")["runs"]}
    for part in (0, 1):  # training, test
        assert errors["plain34"][part] > errors["plain18"][part]
    assert errors["resnet34"][0] <= errors["resnet18"][0] + 0.01
    assert errors["resnet34"][0] < errors["plain34"][0]


def test_kept_trunk_of_animals_is_better_on_few_vehicles_than_from_scratch_whatever_the_seed() -> None:
    found: dict[str, list[float]] = {}
    for run in result("transfer")["runs"]:
        assert run["sizes"]["pictures"] == (100 if "vehicles" in run["label"] else 244)
        found.setdefault(run["label"], []).append(run["figures"]["accuracy"])
    frozen, scratch = found["vehicles, trunk of animals frozen"], found["vehicles, from scratch"]
    assert min(frozen) > max(scratch)


def test_kept_augmentation_helps_by_itself_and_together() -> None:
    found: dict[str, list[float]] = {}
    for run in result("augmentation")["runs"]:
        found.setdefault(run["label"], []).append(run["figures"]["accuracy"])
    assert {len(values) for values in found.values()} == {3}
    assert sum(found["all"]) > sum(found["none"])
    assert sum(found["mirror"]) > sum(found["none"])
