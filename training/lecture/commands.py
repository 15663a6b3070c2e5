"""The lecture's commands of `python -m training`. Reads words and prints; the work is done elsewhere."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from training.errors import TrainingError


def add_lecture_verbs(verbs: Any) -> None:
    """The words of the lecture's commands; `verbs` is what argparse's add_subparsers gave."""
    describe = verbs.add_parser("describe", help="a network layer by layer: sizes, parameters, multiply-adds")
    describe.set_defaults(verb=_describe)
    describe.add_argument("name", help="of a network (mlp, lenet5, alexnet, vgg16, resnet18, plain34, …) or a recipe")
    describe.add_argument("--input", type=_shape, metavar="CxHxW", help="another picture than the network's own")
    describe.add_argument("--json", action="store_true")
    apply = verbs.add_parser("filter", help="a picture under a filter, as a picture: middle grey is 0")
    apply.set_defaults(verb=_filter)
    apply.add_argument("picture", type=Path)
    apply.add_argument("filter", help='vertical, horizontal, sobel, scharr, or numbers: "1 0 -1; 1 0 -1; 1 0 -1"')
    apply.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    apply.add_argument("--padding", default="valid", help="valid, same, or a number of pixels")
    apply.add_argument("--stride", type=int, default=1)
    apply.add_argument("--pool", choices=["max", "average"], help="pool the map 2×2 afterwards")
    learn = verbs.add_parser("learn-filter", help="find a filter again from pictures and the maps that it made of them")
    learn.set_defaults(verb=_learn_filter)
    learn.add_argument("filter", help="as for filter")
    learn.add_argument("pictures", type=Path, nargs="*", help="people who do not exist unless given")
    learn.add_argument("--steps", type=int, default=20_000)
    augment = verbs.add_parser("augment", help="a picture and the lecture's five changes of it, side by side")
    augment.set_defaults(verb=_augment)
    augment.add_argument("picture", type=Path)
    augment.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    augment.add_argument("--seed", type=int, default=0)
    predict = verbs.add_parser("predict", help="what a run's network says of pictures: the class, the face's box, or its points")
    predict.set_defaults(verb=_predict)
    predict.add_argument("run", type=Path, help="the run's folder; of the task classify, localize or landmarks")
    predict.add_argument("pictures", nargs="+", metavar="PICTURE", help="files; - for more of them from standard input, one a line")
    predict.add_argument("--which", choices=["last", "best"], default="last")
    predict.add_argument("--json", action="store_true", help="a line of JSON each, places in pixels")


def _describe(args: argparse.Namespace) -> None:
    from facekit.nets import NETS
    from training.lecture.describe import as_table, describe
    from training.recipe import load_recipe
    from training.recipe_files import RECIPES

    is_recipe = args.name.endswith(".toml") or (RECIPES / f"{args.name}.toml").is_file()
    if is_recipe and args.name not in NETS.names():
        net = load_recipe(Path(args.name)).net
        found = describe(net.name, net.arguments, picture=args.input)
    else:
        found = describe(args.name, picture=args.input)
    print(json.dumps(found.as_json(), ensure_ascii=False) if args.json else as_table(found))


def _filter(args: argparse.Namespace) -> None:
    from facekit.imaging import read_image, save_image
    from training.lecture.filters import convolve, grey, parse_filter, pool, shown
    from training.lecture.layers import same_padding

    weights = parse_filter(args.filter)
    padding = same_padding(len(weights)) if args.padding == "same" else _pixels(args.padding)
    picture = grey(read_image(args.picture))
    made = convolve(picture, weights, padding=padding, stride=args.stride)
    if args.pool:
        made = pool(made, kind=args.pool)
    save_image(args.out, shown(made))
    before, after = (f"{height}×{width}" for height, width in (picture.shape, made.shape))
    print(f"{before} → {after}, from {made.min():.0f} to {made.max():.0f}: {args.out}")


def _learn_filter(args: argparse.Namespace) -> None:
    from facekit.imaging import read_image
    from facekit.synthetic import still
    from training.lecture.filters import convolve, grey, learn_filter, parse_filter

    wanted = parse_filter(args.filter)
    pixels = [read_image(path) for path in args.pictures] or [still(person, 0) for person in range(4)]
    pictures = [grey(each) / 255 - 0.5 for each in pixels]
    learnt = learn_filter(pictures, [convolve(picture, wanted) for picture in pictures], size=len(wanted), steps=args.steps)
    print("\n".join("  ".join(f"{number:8.4f}" for number in row) for row in learnt.weights))
    print(f"mean squared error {learnt.losses[0]:.6f} → {learnt.losses[-1]:.2e} in {args.steps:,} steps")


def _augment(args: argparse.Namespace) -> None:
    from facekit.imaging import read_image, save_image
    from training.lecture.augment import examples

    save_image(args.out, examples(read_image(args.picture), seed=args.seed))
    print(args.out)


def _predict(args: argparse.Namespace) -> None:
    from facekit.imaging import read_image
    from training.lecture.predicting import open_predictor

    predictor = open_predictor(args.run, args.which)
    for path in _named(args.pictures):
        found = predictor.predict(read_image(path))
        print(json.dumps(found.as_json(), ensure_ascii=False) if args.json else f"{path}: {found}", flush=True)


def _named(pictures: Sequence[str]) -> Iterator[Path]:
    """The files; "-" stands for those that standard input names, as they come."""
    for name in pictures:
        if name == "-":
            yield from (Path(line.rstrip("\n")) for line in sys.stdin)
        else:
            yield Path(name)


def _shape(text: str) -> tuple[int, ...]:
    """ "3x224x224" → (3, 224, 224); argparse tells a person what ValueError means."""
    channels, height, width = (int(side) for side in text.lower().replace("×", "x").split("x"))
    return channels, height, width


def _pixels(text: str) -> int:
    if text == "valid":
        return 0
    if not text.isdecimal():
        raise TrainingError(f"{text!r} is no padding.", hint="Write valid, same or a number of pixels.")
    return int(text)
