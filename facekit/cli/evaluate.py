"""facekit evaluate: error rates of the models in use on labelled pictures, each with its 95 % interval."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from facekit.cli.context import encoder_of, open_pipeline, prominent_sample, read_aligned, rule_of, settings_of
from facekit.cli.output import answer, counter, progress, say
from facekit.detectors.base import DETECTORS
from facekit.encoders import open_encoder
from facekit.encoders.mirrored import Mirrored
from facekit.errors import EvaluationError, ImageError
from facekit.evaluation.detection import DetectionReport, Rates, by_source, find_all, read_annotations, report_of
from facekit.evaluation.gallery import GalleryReport, Probe, evaluate_gallery
from facekit.evaluation.intervals import Estimate
from facekit.evaluation.pairs import PairsReport, evaluate_pairs, read_pairs
from facekit.imaging import person_folders
from facekit.pipeline import FacePipeline
from facekit.types import Embedding

_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif")


def run_pairs(args: argparse.Namespace) -> int:
    """0 measured."""
    pairs = read_pairs(args.pairs)
    names = tuple(dict.fromkeys(name for pair in pairs for name in (pair.left, pair.right)))
    paths = {name: _find(args.root, name) for name in names}
    encode = aligned_encoder(args) if args.aligned else detecting_encoder(open_pipeline(args))
    with counter("Encoding") as count:
        report = evaluate_pairs(pairs, lambda name: encode(paths[name]), progress=count)
    answer(args, report.as_json(), _pairs_lines(report))
    return 0


def run_gallery(args: argparse.Namespace) -> int:
    """0 measured."""
    if args.enrol_count < 1:
        raise EvaluationError(f"--enrol-count {args.enrol_count} enrols nobody.", hint="Give 1 or more.")
    enrol_files, probe_files = person_folders(args.enrol_dir), person_folders(args.probe_dir)
    chosen = {person: files[: args.enrol_count] for person, files in enrol_files.items()}
    taken = {path.resolve() for files in chosen.values() for path in files}
    probes = [(person, path) for person, files in probe_files.items() for path in files if path.resolve() not in taken]
    pipeline = open_pipeline(args)
    rule = rule_of(args, pipeline)
    encode = detecting_encoder(pipeline)
    everyone = [*((person, path) for person, files in chosen.items() for path in files), *probes]
    made = {path: encode(path) for _, path in progress(everyone, total=len(everyone), label="Encoding")}
    enrolled = {person: [e for path in files if (e := made[path]) is not None] for person, files in chosen.items()}
    for person in (person for person, found in enrolled.items() if not found):
        say(f"{person} could not be enrolled: no face was found. Every probe of theirs counts as missed.")
    report = evaluate_gallery(enrolled, [Probe(f"{person}/{path.name}", person, made[path]) for person, path in probes], rule)
    answer(args, report.as_json(), _gallery_lines(report))
    return 0


def run_detection(args: argparse.Namespace) -> int:
    """0 measured."""
    rows = read_annotations(args.annotations)
    for row in rows:
        _find(args.root, row.image)
    settings = settings_of(args)
    detector = DETECTORS.create(settings.detector, min_face=settings.min_face)
    with counter("Detecting") as count:
        found = find_all(rows, args.root, detector, progress=count)
    reports = {source: report_of(part) for source, part in by_source(found).items()}
    whole = report_of(found)
    data = {"detector": detector.name, "min_face": settings.min_face, **whole.as_json()}
    answer(args, {**data, "sources": {source: part.as_json() for source, part in reports.items()}}, _detection_lines(whole, reports))
    return 0


def detecting_encoder(pipeline: FacePipeline) -> Callable[[Path], Embedding | None]:
    """What encodes the face that a picture file is of; None where none is found."""

    def encode(path: Path) -> Embedding | None:
        try:
            sample = prominent_sample(pipeline, path)
        except ImageError as error:
            say(str(error))
            return None
        return sample.embedding if sample else None

    return encode


def aligned_encoder(args: argparse.Namespace) -> Callable[[Path], Embedding | None]:
    """What encodes a picture file that is an aligned face; None where it cannot be read."""

    settings = settings_of(args)
    encoder = Mirrored(open_encoder(encoder_of(args), settings.runtime))

    def encode(path: Path) -> Embedding | None:
        try:
            return encoder.encode([read_aligned(path, size=encoder.card.input_size)])[0]
        except ImageError as error:
            say(str(error))
            return None

    return encode


def _find(root: Path, name: str) -> Path:
    """The picture of that name below the root, or one that differs only in its format.

    Raises:
        EvaluationError: There is none: a wrong root must not look like a weak encoder.
    """
    path = root / name
    for candidate in (path, *(path.with_suffix(suffix) for suffix in _SUFFIXES)):
        if candidate.is_file():
            return candidate
    raise EvaluationError(
        f"The picture {name} of the pairs is not below {root}.", hint="Give the folder that the pairs' paths start in with --root."
    )


def _rate(name: str, rate: Estimate | None) -> str:
    if rate is None:
        return f"{name}: no probe of that kind"
    return f"{name}: {rate.value:.4f}  (95 %: {rate.interval.low:.4f} … {rate.interval.high:.4f})"


def _pairs_lines(report: PairsReport) -> list[str]:
    how = "best threshold on the same pairs, so a little too good" if report.is_in_sample else f"sd over the folds {report.accuracy_sd:.4f}"
    return [
        f"pairs: {report.n} ({report.mated_count} mated, {report.non_mated_count} non-mated)",
        f"{_rate('accuracy', report.accuracy)}; {how}",
        _rate("EER", report.eer),
        *(_rate(f"TAR at FAR {far:g}", rate) for far, rate in report.tar_at_far.items()),
        f"best threshold on all pairs: {report.threshold:.4f}",
        f"milliseconds a face: {report.ms_per_face:.1f}",
        _undetected(report.undetected_names),
    ]


def _gallery_lines(report: GalleryReport) -> list[str]:
    return [
        f"probes: {report.mated_count} mated, {report.non_mated_count} of strangers; threshold {report.threshold:.4f}",
        _rate("rank 1", report.rank1),
        _rate("FNIR", report.fnir),
        _rate("FPIR", report.fpir),
        f"too close to tell: {report.uncertain_count}",
        _undetected(report.undetected_names),
        *(f"  {c.probe} was taken for {c.named} (distance {c.distance:.3f})" for c in report.confusions),
    ]


def _detection_lines(whole: DetectionReport, sources: Mapping[str, DetectionReport]) -> Iterator[str]:
    parts = {"": whole, **sources} if len(sources) > 1 else {"": whole}
    for source, report in parts.items():
        yield f"{source or 'all'}: {report.images} pictures, {report.ms:.1f} ms a picture"
        for overlap, rates in report.by_overlap.items():
            yield f"  overlap {overlap:g}: {_detection_line(rates)}"
            for name, row in report.by_size[overlap].items():
                yield f"    {name} px: {_detection_line(row)}"


def _detection_line(rates: Rates) -> str:
    known = ((name, rate) for name, rate in (("recall", rates.recall), ("precision", rates.precision)) if rate is not None)
    said = [f"{rates.faces} faces", *(_rate(name, rate) for name, rate in known)]
    return ", ".join([*said, *([] if rates.ap is None else [f"AP {rates.ap:.3f}"])])


def _undetected(names: Sequence[str]) -> str:
    return f"no face found: {len(names)}" + (f" ({', '.join(names)})" if names else "")
