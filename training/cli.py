"""The commands of `python -m training`. Reads words and prints; the work is done elsewhere."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from facekit.errors import FacekitError
from training.errors import TrainingError
from training.lecture.commands import add_lecture_verbs
from training.lock import only_one

if TYPE_CHECKING:
    from training.events import Event

ERROR = 2
_STDIN = 0
_BACKGROUND = (
    "give way to other programs, stop when stdin is closed, with the program that started it, and refuse where another one in the "
    "background goes on"
)


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
    """The words of all commands."""
    parser = argparse.ArgumentParser(prog="python -m training", description="Train the models of Facekit.")
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    run = verbs.add_parser("run", help="train by a recipe; events as JSON lines; a line `stop` on stdin ends it")
    run.set_defaults(verb=_run)
    run.add_argument("recipe", type=Path, help="a TOML file, the name of one of ours, or a run's folder, with --resume")
    run.add_argument("--set", dest="overrides", action="append", default=[], metavar="KEY=VALUE", help="optim.lr=0.01, any number of times")
    run.add_argument("--out", type=Path, help="the run's folder; runs/NAME unless given")
    run.add_argument("--resume", action="store_true", help="go on from the folder's last checkpoint")
    run.add_argument("--background", action="store_true", help=_BACKGROUND)
    again = verbs.add_parser(
        "retrain", help="train the encoder in use further as a folder's request asks; facekit retrain makes the folder"
    )
    again.set_defaults(verb=_retrain)
    again.add_argument("folder", type=Path, help="with request.json; the same again to go on after a stop or a crash")
    again.add_argument("--background", action="store_true", help=_BACKGROUND)
    again.add_argument("--plan", action="store_true", help="tell what it takes and end")
    teach = verbs.add_parser("teach", help="write what a teacher says of each face")
    teach.set_defaults(verb=_teach)
    teach.add_argument("--teacher", type=Path, required=True, help="a folder with load.py, which is run")
    teach.add_argument("--data", nargs="+", required=True, metavar="SOURCE", help="[LAYOUT:]zip, folder or glob")
    teach.add_argument("--out", type=Path, required=True, metavar="FILE.npz")
    teach.add_argument("--keep-off", nargs="+", default=[], metavar="SOURCE", help="drop faces that come too near to one of these")
    teach.add_argument("--nearest", type=float, default=0.5, help="the cosine that is too near")
    teach.add_argument("--no-mirror", action="store_true", help="encode the face only, not its mirror image: half the time")
    teach.add_argument("--threads", type=int, default=1)
    label = verbs.add_parser("label", help="write the faces that other detectors find in pictures, to train a detector by")
    label.set_defaults(verb=_label)
    label.add_argument("sources", nargs="+", metavar="SOURCE", help="a glob of pictures, or a file of labels (.jsonl) to be completed")
    label.add_argument("--out", type=Path, required=True, metavar="FILE.jsonl", help="pictures that it has already are left out")
    label.add_argument("--count", type=int, default=0, help="pictures of each source at most; 0 for all")
    label.add_argument("--min-faces", type=int, nargs=2, default=[20, 10], metavar="PX", help="of MTCNN and of YuNet")
    label.add_argument("--longest-side", type=int, default=640, help="larger pictures are shrunk to it before the search")
    export = verbs.add_parser("export", help="a run's encoder or detector as safetensors, ONNX and card")
    export.set_defaults(verb=_export)
    export.add_argument("run", type=Path, help="the run's folder")
    export.add_argument("--name", required=True, help="encoder-v4, for one")
    export.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where a folder of that name is made")
    export.add_argument("--which", choices=["last", "best"], default="last")
    export.add_argument("--licence", default="", help="for the card")
    export.add_argument("--data", default="", help="for the card: what it was trained on; counted by the run unless given")
    evaluate = verbs.add_parser("evaluate", help="figures of encoders on aligned faces, with intervals, as JSON")
    evaluate.set_defaults(verb=_evaluate)
    evaluate.add_argument("runs", type=Path, nargs="*", metavar="RUN", help="a run's folder")
    evaluate.add_argument("--which", choices=["last", "best"], default="last", help="of a run's checkpoints")
    evaluate.add_argument("--model", dest="models", action="append", default=[], metavar="NAME", help="an installed one, by its ONNX file")
    evaluate.add_argument("--teacher", dest="teachers", type=Path, action="append", default=[], metavar="FOLDER", help="its load.py is run")
    evaluate.add_argument("--pairs", type=Path, required=True, metavar="FOLDER", help="with aligned112.zip and pairs.csv")
    evaluate.add_argument("--conditions", action="store_true", help="the pairs' faces also small, grey, dark and covered")
    faces = evaluate.add_mutually_exclusive_group()
    faces.add_argument("--faces", nargs="+", default=[], metavar="SOURCE", help="for open sets, groups and relatives")
    faces.add_argument("--held-out", type=Path, metavar="RUN", help="the same on the persons whom this run kept off its training")
    evaluate.add_argument("--fmr", type=float, default=0.001, help="of the card's operating point at which rates are read")
    evaluate.add_argument("--figure", type=Path, metavar="FILE.svg", help="draw the DET curves")
    add_lecture_verbs(verbs)
    quantize = verbs.add_parser("quantize", help="a model's ONNX file in 8-bit integers beside it, entered in its card if it is as good")
    quantize.set_defaults(verb=_quantize)
    quantize.add_argument("model", type=Path, metavar="MODEL_FOLDER", help="with card.json")
    quantize.add_argument("--faces", nargs="+", required=True, metavar="SOURCE", help="to calibrate on")
    quantize.add_argument("--pairs", type=Path, required=True, metavar="FOLDER", help="to measure on: with aligned112.zip and pairs.csv")
    quantize.add_argument("--count", type=int, default=512, help="faces to calibrate on, drawn by chance")
    quantize.add_argument("--eight-bits", action="store_true", help="of weights, in place of seven: for processors with VNNI alone")
    return parser


def _run(args: argparse.Namespace) -> None:
    if args.background:
        give_way()
    from training.loop import leave_processes, train
    from training.recipe import load_recipe, load_run_recipe
    from training.recipe_files import RECIPE_NAME

    is_run = (args.recipe / RECIPE_NAME).is_file()
    recipe = load_run_recipe(args.recipe) if is_run else load_recipe(args.recipe, args.overrides)
    folder: Path = args.out or (args.recipe if is_run else Path("runs") / recipe.name)
    folder.mkdir(parents=True, exist_ok=True)
    with only_one(folder.name) if args.background else nullcontext():
        _tell(train(recipe, folder, resume=args.resume, should_stop=stop_request(at_end=args.background)), folder)
    leave_processes()


def _retrain(args: argparse.Namespace) -> None:
    if args.background:
        give_way()
    with only_one(args.folder.name) if args.background else nullcontext():
        from training.retrain import retrain

        _tell(retrain(args.folder, only_plan=args.plan, should_stop=stop_request(at_end=args.background)), args.folder)


def _tell(events: Iterable[Event], folder: Path) -> None:
    """Each event as a line on stdout and in the run's folder."""
    from training.events import EVENTS_NAME, Warned, to_line

    for event in events:
        print(to_line(event), flush=True)
        if isinstance(event, Warned) and event.names_people:
            continue
        with (folder / EVENTS_NAME).open("a", encoding="utf-8") as log:
            log.write(to_line(event) + "\n")


def _teach(args: argparse.Namespace) -> None:
    from training.data.faces import open_faces
    from training.data.teachers import TeachOptions, teach

    options = TeachOptions(tuple(args.keep_off), args.nearest, not args.no_mirror, args.threads)
    for done, total in teach(args.teacher, open_faces(args.data), args.out, options):
        if done == total or done % 1024 == 0:
            print(f"{args.teacher.name}: {done:,} of {total:,} faces", flush=True)


def _label(args: argparse.Namespace) -> None:
    from training.detection.pictures import read_labelled, to_line
    from training.detection.teaching import TeachingOptions, label_all, open_pictures

    pictures = open_pictures(args.sources, count=args.count)
    done = {picture.image for picture in read_labelled(args.out)} if args.out.is_file() else set()
    left = [picture for picture in pictures if picture.image.absolute() not in done]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    options = TeachingOptions(min_faces=tuple(args.min_faces), longest_side=args.longest_side)
    with args.out.open("a", encoding="utf-8") as file:
        for labelled in label_all(left, options):
            print(to_line(replace(labelled, image=labelled.image.absolute())), file=file, flush=True)


def _export(args: argparse.Namespace) -> None:
    from training.export import ExportOptions, export_run

    export_run(args.run, args.to, ExportOptions(args.name, args.which, args.licence, args.data))
    print(args.to / args.name)


def _evaluate(args: argparse.Namespace) -> None:
    from facekit.evaluation.det import det_svg, read_curve
    from training.data.faces import FaceSet, open_faces
    from training.data.pairs import AlignedPairs
    from training.evaluate import EvaluateOptions, evaluate, held_out_faces, model_subject, run_subject, teacher_subject

    subjects = [run_subject(run, args.which) for run in args.runs]
    subjects += [model_subject(name) for name in args.models]
    subjects += [teacher_subject(folder) for folder in args.teachers]
    if not subjects:
        raise TrainingError("There is no encoder to measure.", hint="Give a run's folder, --model NAME or --teacher FOLDER.")
    faces = open_faces(args.faces) if args.faces else held_out_faces(args.held_out) if args.held_out else FaceSet(())
    options = EvaluateOptions(
        AlignedPairs(args.pairs), faces, is_held_out=args.held_out is not None, conditions=args.conditions, target_fmr=args.fmr
    )
    reports = [evaluate(subject, options, say=lambda what: print(what, file=sys.stderr, flush=True)) for subject in subjects]
    if args.figure:
        args.figure.write_text(det_svg({report["encoder"]: read_curve(report["det"]) for report in reports}), encoding="utf-8")
    print(json.dumps({"encoders": reports}, indent=1, ensure_ascii=False))


def _quantize(args: argparse.Namespace) -> None:
    from training.data.faces import open_faces
    from training.data.pairs import AlignedPairs
    from training.quantize import LARGEST_LOSS, LEAST_COSINE, QuantizeOptions, quantize

    options = QuantizeOptions(open_faces(args.faces), AlignedPairs(args.pairs), args.count, args.eight_bits)
    report = quantize(args.model, options)
    print(json.dumps(report.as_json(), indent=1))
    if not report.is_registered:
        raise TrainingError(
            f"In integers {args.model.name} loses {100 * report.loss:.2f} points of accuracy, at a cosine of {report.cosine:.4f}; "
            f"less than {100 * LARGEST_LOSS:g} points and at least {LEAST_COSINE:g} are asked for.",
            hint="Nothing was entered in its card. Try other --faces, a larger --count, or --eight-bits.",
        )


def give_way() -> None:
    """Let every other program of this machine go first, where the system knows of such a thing."""
    if hasattr(os, "nice"):
        os.nice(5)


def stop_request(*, at_end: bool = False) -> Callable[[], bool]:
    """Whether this process was asked to stop: by SIGTERM, SIGINT, a line `stop` on stdin or, if wanted, its end."""
    asked = threading.Event()

    def note(_signal: int, _frame: FrameType | None) -> None:
        asked.set()

    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, note)
    threading.Thread(target=_read_stop, args=(asked, at_end), daemon=True).start()
    return asked.is_set


def _read_stop(asked: threading.Event, at_end: bool) -> None:
    """Reads the descriptor, not sys.stdin: a worker forked while a thread waits in there would wait for its lock for ever."""
    unfinished = b""
    while chunk := os.read(_STDIN, 4096):
        *lines, unfinished = (unfinished + chunk).split(b"\n")
        if any(line.strip() == b"stop" for line in lines):
            asked.set()
            return
    if at_end:
        asked.set()
