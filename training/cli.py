"""The commands of `python -m training`. Reads words and prints; the work is done elsewhere."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType

from facekit.errors import FacekitError

ERROR = 2


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 2 an error that was explained on stderr."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # two busy-waiting torch threads collapse on a loaded machine
    args = build_parser().parse_args(argv)
    try:
        args.verb(args)
    except FacekitError as error:
        print(f"training: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"  {error.hint}", file=sys.stderr)
        return ERROR
    return 0


def build_parser() -> argparse.ArgumentParser:
    """The words of the four commands."""
    parser = argparse.ArgumentParser(prog="python -m training", description="Train the models of Facekit.")
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    run = verbs.add_parser("run", help="train by a recipe; events as JSON lines; a line `stop` on stdin ends it")
    run.set_defaults(verb=_run)
    run.add_argument("recipe", type=Path, help="a TOML file, or the name of one of ours")
    run.add_argument("--set", dest="overrides", action="append", default=[], metavar="KEY=VALUE", help="optim.lr=0.01, any number of times")
    run.add_argument("--out", type=Path, help="the run's folder; runs/NAME unless given")
    run.add_argument("--resume", action="store_true", help="go on from the folder's last checkpoint")
    teach = verbs.add_parser("teach", help="write what a teacher says of each face")
    teach.set_defaults(verb=_teach)
    teach.add_argument("--teacher", type=Path, required=True, help="a folder with load.py, which is run")
    teach.add_argument("--data", nargs="+", required=True, metavar="SOURCE", help="[LAYOUT:]zip, folder or glob")
    teach.add_argument("--out", type=Path, required=True, metavar="FILE.npz")
    teach.add_argument("--keep-off", nargs="+", default=[], metavar="SOURCE", help="drop faces that come too near to one of these")
    teach.add_argument("--nearest", type=float, default=0.5, help="the cosine that is too near")
    teach.add_argument("--no-mirror", action="store_true", help="encode the face only, not its mirror image: half the time")
    teach.add_argument("--threads", type=int, default=1)
    export = verbs.add_parser("export", help="a run's encoder as safetensors, ONNX and card")
    export.set_defaults(verb=_export)
    export.add_argument("run", type=Path, help="the run's folder")
    export.add_argument("--name", required=True, help="encoder-v1, for one")
    export.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where a folder of that name is made")
    export.add_argument("--which", choices=["last", "best"], default="last")
    export.add_argument("--licence", default="", help="for the card")
    export.add_argument("--data", default="", help="for the card: what it was trained on; counted by the run unless given")
    evaluate = verbs.add_parser("evaluate", help="figures of a run's encoder on pairs, with intervals, as JSON")
    evaluate.set_defaults(verb=_evaluate)
    evaluate.add_argument("run", type=Path, help="the run's folder")
    evaluate.add_argument("--pairs", type=Path, required=True, metavar="FOLDER", help="with aligned112.zip and pairs.csv")
    evaluate.add_argument("--which", choices=["last", "best"], default="last")
    return parser


def _run(args: argparse.Namespace) -> None:
    from training.events import EVENTS_NAME, to_line
    from training.loop import train
    from training.recipe import load_recipe

    recipe = load_recipe(args.recipe, args.overrides)
    folder: Path = args.out or Path("runs") / recipe.name
    folder.mkdir(parents=True, exist_ok=True)
    for event in train(recipe, folder, resume=args.resume, should_stop=stop_request()):
        print(to_line(event), flush=True)
        with (folder / EVENTS_NAME).open("a", encoding="utf-8") as log:
            log.write(to_line(event) + "\n")


def _teach(args: argparse.Namespace) -> None:
    from training.data.faces import open_faces
    from training.data.teachers import TeachOptions, teach

    options = TeachOptions(tuple(args.keep_off), args.nearest, not args.no_mirror, args.threads)
    for done, total in teach(args.teacher, open_faces(args.data), args.out, options):
        if done == total or done % 1024 == 0:
            print(f"{args.teacher.name}: {done:,} of {total:,} faces", flush=True)


def _export(args: argparse.Namespace) -> None:
    from training.export import ExportOptions, export_encoder

    export_encoder(args.run, args.to, ExportOptions(args.name, args.which, args.licence, args.data))
    print(args.to / args.name)


def _evaluate(args: argparse.Namespace) -> None:
    from facekit.evaluation.intervals import RESAMPLES
    from training.checkpoint import checkpoint_path, load_net_weights
    from training.recipe import load_run_recipe
    from training.tasks.encoder import PairsYardstick, build_encoder

    net = build_encoder(replace(load_run_recipe(args.run).net, weights=""))
    weights, state = load_net_weights(checkpoint_path(args.run, args.which))
    net.load_state_dict(weights)
    report = PairsYardstick(args.pairs).report(net.eval(), "cpu", resamples=RESAMPLES)
    print(json.dumps({"step": state.step, **report.as_json()}, indent=1, ensure_ascii=False))


def stop_request() -> Callable[[], bool]:
    """Whether this process was asked to stop: by SIGTERM, SIGINT or a line `stop` on stdin."""
    asked = threading.Event()

    def note(_signal: int, _frame: FrameType | None) -> None:
        asked.set()

    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, note)
    threading.Thread(target=_read_stop, args=(asked,), daemon=True).start()
    return asked.is_set


def _read_stop(asked: threading.Event) -> None:
    for line in sys.stdin:
        if line.strip() == "stop":
            asked.set()
            return
