"""The whole report of our encoders and of the teachers on LFW View 1, and of ours on sets with groups and relatives.

    python -m benchmarks.encoder_report [--encoder NAME …] [--held-out RUN] [--quick]

All see the same aligned faces, so that the gap to a teacher is in one table. --held-out: groups and open sets on the persons whom a run
kept off its training, in place of every face at hand. --quick: pairs and curves alone. The figure det.svg is drawn by benchmarks.report.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.kept import SHARED, keep
from benchmarks.throughput import shipped
from facekit.encoders import open_encoder
from training.data.faces import FaceSet, open_faces
from training.data.pairs import AlignedPairs
from training.evaluate import EvaluateOptions, Subject, encoder_subject, evaluate, held_out_faces, model_subject, teacher_subject

_MOST_CONFUSIONS = 3
_INTEGERS = "onnx-int8"
ONE_LOOK = " (one look)"


def reports(encoders: list[str], teachers: list[Path], options: EvaluateOptions) -> Iterator[dict[str, Any]]:
    """One for each, ours first, ours by one look, and ours in integers; the faces of the options are for the first of them alone."""
    subjects: list[tuple[Subject, FaceSet]] = [(model_subject(name), options.faces) for name in encoders]
    subjects += [(_by_one_look(name), FaceSet(())) for name in encoders]
    subjects += [(model_subject(name, _INTEGERS), FaceSet(())) for name in encoders if _INTEGERS in open_encoder(name, "onnx").card.files]
    subjects += [(teacher_subject(folder), FaceSet(())) for folder in teachers]
    for subject, faces in subjects:
        yield _kept(evaluate(subject, replace(options, faces=faces), say=_say))


def _by_one_look(name: str) -> Subject:
    """The network's own figures, as a teacher's: without mirror images, at a threshold of its own."""
    return replace(encoder_subject(open_encoder(name, "onnx"), name + ONE_LOOK), points=())


def _kept(report: dict[str, Any]) -> dict[str, Any]:
    """Without what no table shows: names of pictures, all but the nearest confusions."""
    for found in report.get("open_sets", ()):
        del found["undetected_names"]
        found["confusions"] = found["confusions"][:_MOST_CONFUSIONS]
    return report


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, keep, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", action="append", dest="encoders", help="all that come with the program unless given")
    parser.add_argument("--held-out", type=Path, metavar="RUN")
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    data = SHARED / "data"
    faces = FaceSet(())
    if not args.quick:
        faces = held_out_faces(args.held_out) if args.held_out else open_faces([str(data / "faces112" / "*.zip")])
    options = EvaluateOptions(AlignedPairs(data / "lfw_view1"), faces, is_held_out=args.held_out is not None, conditions=not args.quick)
    teachers = sorted(load.parent for load in (SHARED / "weights" / "teachers").glob("*/load.py"))
    found = list(reports(args.encoders or shipped(), teachers, options))
    print(keep("encoder_report", {"data": "LFW View 1 test, aligned by MTCNN", "encoders": found}, seed=options.seed))


if __name__ == "__main__":
    main()
