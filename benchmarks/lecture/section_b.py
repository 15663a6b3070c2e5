"""Section B of docs/lecture.md: networks. Counts are computed when the file is written, accuracies come from kept results."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from statistics import mean
from typing import Any

import torch
from torch import nn

from benchmarks.lecture.curves import error_curves
from benchmarks.lecture.rows import NOT_YET, Result, Row, Section, kept, made
from benchmarks.tables import percent, table
from facekit.evaluation.intervals import wilson
from facekit.nets.residual import ResidualBlock
from training.lecture.augment import EXAMPLES
from training.lecture.describe import describe
from training.recipe import load_recipe

_PART = (
    "CIFAR-10 stands here for 5,000 training and 1,000 test pictures of it, recompressed as JPEG: these are not accuracies on the whole "
    "set, which the recipes take as well (`--set options.data.source=FOLDER`)."
)


def _count(name: str) -> str:
    found = describe(name)
    return f"{found.parameters:,} parameters, {found.multiply_adds / 1e6:,.1f} million multiply-adds"


def _lenet5() -> str:
    result = kept("lenet5")
    if result is None:
        return f"{_count('lenet5')}; {NOT_YET}"
    run = result["runs"][0]
    return f"{_count('lenet5')}; {percent(run['figures']['accuracy'], 2)} of 10,000 test digits after {run['steps']:,} steps"


def _small(name: str) -> str:
    """The full-size count, and the small variant's accuracy."""
    result = kept("small")
    if result is None:
        return f"{_count(name)}; its small variant {NOT_YET}"
    run = next(run for run in result["runs"] if run["label"] == name)
    return (
        f"{_count(name)}; for 32×32 with {run['sizes']['parameters']:,} parameters {percent(run['figures']['accuracy'])} "
        f"of {run['sizes']['test_pictures']:,} CIFAR-10 pictures"
    )


def errors_of(run: Mapping[str, Any]) -> list[tuple[int, float, float]]:
    """Step, training error and test error, as often as they were measured."""
    return [(each["step"], 1 - each["training_accuracy"], 1 - each["accuracy"]) for each in run["evaluations"]]


def _degradation() -> str:
    counts = ", ".join(f"{name} {describe(name).parameters:,}" for name in ("resnet18", "resnet34", "plain18", "plain34"))
    result = kept("degradation")
    if result is None:
        return f"{counts}; {NOT_YET}"
    last = {run["label"]: errors_of(run)[-1] for run in result["runs"]}
    errors = ", ".join(f"{name} {percent(seen)} and {percent(unseen)}" for name, (_, seen, unseen) in last.items())
    return f"{counts}; narrow variants, error on training and test pictures: {errors}"


def _identity() -> str:
    torch.manual_seed(0)
    block = ResidualBlock(8, 8, 1).eval()
    for parameter in (block.c1.weight, block.c2.weight, block.b2.bias):
        nn.init.zeros_(parameter)
    pictures = torch.rand(4, 8, 6, 6)
    with torch.no_grad():
        return f"largest difference from the input, branch at 0: {float((block(pictures) - pictures).abs().max()):g}"


def mean_accuracies(result: Result) -> dict[str, list[float]]:
    """Test accuracies by label, one a seed."""
    found: dict[str, list[float]] = {}
    for run in result["runs"]:
        found.setdefault(run["label"], []).append(run["figures"]["accuracy"])
    return found


def _augmentation() -> str:
    result = kept("augmentation")
    if result is None:
        return NOT_YET
    return ", ".join(f"{label} {percent(mean(values))}" for label, values in mean_accuracies(result).items())


def _transfer() -> str:
    result = kept("transfer")
    if result is None:
        return NOT_YET
    return ", ".join(f"{label} {percent(mean(values))}" for label, values in mean_accuracies(result).items())


ROWS = (
    Row(
        "B1",
        "LeNet-5",
        "61,706 parameters, about 60K on the slide; test error 0.95 % (LeCun et al. 1998)",
        _lenet5,
        "python -m training run lecture-lenet5",
    ),
    Row(
        "B2",
        "AlexNet",
        "61,100,840 parameters as one tower; 1000 classes, 1.3M / 50k / 100k pictures",
        lambda: _small("alexnet"),
        "python -m training describe alexnet",
    ),
    Row("B3", "VGG-16", "138,357,544 parameters; all 3×3; 13 + 3 layers", lambda: _small("vgg16"), "python -m training describe vgg16"),
    Row(
        "B4",
        "plain against residual, 18 and 34 layers",
        "11,689,512 and 21,797,672; top-1 error on ImageNet: plain 27.94 → 28.54 %, residual 27.88 → 25.03 % (He et al. 2015)",
        _degradation,
        "python -m benchmarks.lecture.train degradation",
    ),
    Row(
        "B5",
        "residual block",
        "a[l+2] = g(z[l+2] + a[l]); the identity where the branch gives 0",
        _identity,
        "python -m training describe resnet18",
    ),
    Row(
        "B6",
        "augmentation",
        "mirror, crop, rotate, shear, shift colours: the class stays",
        _augmentation,
        "python -m training augment PICTURE --out SHEET.png",
    ),
    Row(
        "B7",
        "transfer learning",
        "frozen trunk, last layers, small data: better than from scratch",
        _transfer,
        "python -m benchmarks.lecture.train animals transfer",
    ),
)


def _details() -> str:
    parts = [
        _PART,
        f"![The five changes](lecture/augmentation.png)\n\nA person who does not exist: {', '.join(EXAMPLES)}.",
    ]
    if (result := kept("degradation")) is not None:
        parts.append(_degradation_details(result))
    if (result := kept("augmentation")) is not None:
        parts.append(_seeds_table("Augmentation", result))
    if (result := kept("transfer")) is not None:
        parts.append(_seeds_table("Transfer learning", result))
    return "\n\n".join(parts)


def _degradation_details(result: Result) -> str:
    runs = result["runs"]
    rows = [
        (
            run["label"],
            f"{run['sizes']['parameters']:,}",
            percent(errors_of(run)[-1][1]),
            _with_interval(errors_of(run)[-1][2], run),
            run["seconds"],
        )
        for run in runs
    ]
    head = ("network", "parameters", "training error", "test error (95 %)", "s")
    size = f"{runs[0]['sizes']['pictures']:,} pictures, {runs[0]['steps']:,} steps, seed {runs[0]['seed']}"
    measured = load_recipe(Path(runs[0]["recipe"])).options.data.measured
    return (
        f"### Degradation\n\n{made(result)}; {size}; training error on {measured:,} of the training pictures as they are. "
        f"Thin curves are training error, bold ones test error.\n\n![Error over steps](lecture/degradation.svg)\n\n{table(head, rows)}"
    )


def _with_interval(error: float, run: Mapping[str, Any]) -> str:
    count = run["sizes"]["test_pictures"]
    interval = wilson(round(error * count), count)
    return f"{percent(error)} ({100 * interval.low:.1f} … {100 * interval.high:.1f})"


def _seeds_table(title: str, result: Result) -> str:
    head = ("", "pictures", "steps", "test pictures", "test accuracy, mean", "each seed", "on the training pictures")
    return f"### {title}\n\n{made(result)}.\n\n{table(head, [_seeds_row(label, result) for label in mean_accuracies(result)])}"


def _seeds_row(label: str, result: Result) -> tuple[object, ...]:
    runs = [run for run in result["runs"] if run["label"] == label]
    sizes, values = runs[0]["sizes"], [run["figures"]["accuracy"] for run in runs]
    seen = mean(run["figures"]["training_accuracy"] for run in runs)
    each = ", ".join(f"{100 * value:.1f}" for value in values)
    return (
        label,
        f"{sizes['pictures']:,}",
        f"{runs[0]['steps']:,}",
        f"{sizes['test_pictures']:,}",
        percent(mean(values)),
        each,
        percent(seen),
    )


def degradation_figure() -> str | None:
    """The curves as SVG, None where the experiment has not been run."""
    result = kept("degradation")
    if result is None:
        return None
    curves = {run["label"]: errors_of(run) for run in result["runs"]}
    return error_curves({"plain": _of(curves, "plain"), "residual": _of(curves, "resnet")})


def _of(curves: dict[str, Any], kind: str) -> dict[str, Any]:
    return {label: curve for label, curve in curves.items() if label.startswith(kind)}


SECTION = Section("B. Networks", ROWS, _details)
