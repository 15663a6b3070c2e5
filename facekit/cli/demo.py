"""facekit demo: the whole job on people who do not exist, in a database that is thrown away; pictures of each step are written."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np

from facekit.cli.answers import decision_words, limit_json
from facekit.cli.context import open_pipeline, rule_of
from facekit.cli.output import answer, progress, say
from facekit.enrolment import enrol, main_face
from facekit.errors import ImageError
from facekit.imaging import save_image
from facekit.matching.decide import DecisionRule, recognise, verify
from facekit.matching.gallery import Gallery
from facekit.pipeline import FacePipeline
from facekit.store import open_repository
from facekit.store.base import NewTemplate, Repository
from facekit.synthetic import person_name, still
from facekit.types import Consent, Decision, Outcome, Pixels, Sample

_PROBES = 2
_TEAL, _GREY = (15, 118, 110), (107, 107, 102)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a question was answered rightly."""

    right: int
    of: int

    @staticmethod
    def count(answers: Iterable[bool]) -> Tally:
        """The tally of a row of answers."""
        found = list(answers)
        return Tally(sum(found), len(found))


@dataclass(frozen=True, slots=True, eq=False)
class _Probe:
    """A picture of a synthetic person with the face that was found in it."""

    seed: int
    pixels: Pixels
    sample: Sample | None


def run(args: argparse.Namespace) -> int:
    """0 when every step could be carried out, right or wrong: the tallies say how well."""
    if args.people < 2:
        raise ImageError(f"--people {args.people} is too few to tell people apart.", hint="Give 2 or more.")
    args.out.mkdir(parents=True, exist_ok=True)
    pipeline = open_pipeline(args)
    rule = rule_of(args, pipeline)
    with tempfile.TemporaryDirectory() as scratch:
        store = open_repository(Path(scratch) / "demo.db")
        try:
            return _tell(args, pipeline, rule, store)
        finally:
            store.close()


def _tell(args: argparse.Namespace, pipeline: FacePipeline, rule: DecisionRule, store: Repository) -> int:
    seeds = range(args.people)
    strangers = range(args.people, 2 * args.people)
    ids = _enrol_all(pipeline, store, seeds, args.out)
    names = {person_id: person_name(seed) for seed, person_id in ids.items()}
    gallery = store.gallery(pipeline.card.key)
    shots = [(seed, view) for seed in (*seeds, *strangers) for view in range(1, _PROBES + 1)]
    probes = [_probe(pipeline, seed, view) for seed, view in progress(shots, total=len(shots), label="Looking")]
    answers = [_recognised(probe, gallery, rule) for probe in probes]
    _write_pictures(args.out, probes, answers, names)
    known = [(probe, decision) for probe, decision in zip(probes, answers, strict=True) if probe.seed in ids]
    others = {seed: ids[(seed + 1) % args.people] for seed in ids if (seed + 1) % args.people in ids}
    tallies = {
        "right_claims": Tally.count(_same(probe, gallery, ids[probe.seed], rule) for probe, _ in known),
        "wrong_claims": Tally.count(not _same(probe, gallery, others[probe.seed], rule) for probe, _ in known if probe.seed in others),
        "recognised": Tally.count(decision is not None and decision.person_id == ids[probe.seed] for probe, decision in known),
        "strangers": Tally.count(
            d is None or d.outcome is not Outcome.MATCH for p, d in zip(probes, answers, strict=True) if p.seed in strangers
        ),
    }
    _report(args, tallies, rule, pipeline, len(ids), sum(probe.sample is None for probe in probes))
    return 0


def _enrol_all(pipeline: FacePipeline, store: Repository, seeds: Iterable[int], out: Path) -> dict[int, int]:
    """Person ids by seed: each is enrolled with one picture, which is written."""
    consent = Consent("A person who does not exist.", datetime.now(UTC), "facekit demo")
    ids: dict[int, int] = {}
    for seed in seeds:
        probe = _probe(pipeline, seed, 0)
        if probe.sample is None:
            say(f"{person_name(seed)} could not be enrolled: no face was found.")
            continue
        template = NewTemplate(probe.sample.embedding, probe.sample.quality, "synthetic", probe.sample.aligned)
        ids[seed] = enrol(store, person_name(seed), consent, [template]).person_id
        save_image(out / f"enrolled-{seed:02d}-{person_name(seed)}.png", _drawn(probe, person_name(seed), _TEAL))
    return ids


def _probe(pipeline: FacePipeline, seed: int, view: int) -> _Probe:
    pixels = still(seed, view)
    return _Probe(seed, pixels, main_face(pipeline.samples(pixels)))


def _recognised(probe: _Probe, gallery: Gallery, rule: DecisionRule) -> Decision | None:
    return recognise(probe.sample.embedding, gallery, rule) if probe.sample else None


def _same(probe: _Probe, gallery: Gallery, person_id: int, rule: DecisionRule) -> bool:
    return probe.sample is not None and verify(probe.sample.embedding, gallery, person_id, rule).outcome is Outcome.MATCH


def _write_pictures(out: Path, probes: list[_Probe], answers: list[Decision | None], names: Mapping[int, str]) -> None:
    for row, (probe, decision) in enumerate(zip(probes, answers, strict=True)):
        words = "no face found" if decision is None else decision_words(decision, names).replace(" · ", "  ")
        colour = _TEAL if decision and decision.outcome is Outcome.MATCH else _GREY
        kind = "probe" if person_name(probe.seed) in names.values() else "stranger"
        save_image(out / f"{kind}-{row:02d}-{person_name(probe.seed)}.png", _drawn(probe, words, colour))


def _drawn(probe: _Probe, words: str, colour: tuple[int, int, int]) -> Pixels:
    """The picture with the face's box and words under it."""
    canvas = np.ascontiguousarray(probe.pixels.copy())
    cv2.rectangle(canvas, (0, canvas.shape[0] - 36), (canvas.shape[1], canvas.shape[0]), colour, -1)
    cv2.putText(canvas, words, (12, canvas.shape[0] - 12), cv2.FONT_HERSHEY_SIMPLEX, 0.65, (255, 255, 255), 1, cv2.LINE_AA)
    if probe.sample:
        box = probe.sample.face.box
        cv2.rectangle(canvas, (round(box.x0), round(box.y0)), (round(box.x1), round(box.y1)), colour, 2, cv2.LINE_AA)
    return canvas


def _report(
    args: argparse.Namespace, tallies: Mapping[str, Tally], rule: DecisionRule, pipeline: FacePipeline, enrolled: int, undetected: int
) -> None:
    words = {
        "right_claims": "right claims called the same person",
        "wrong_claims": "wrong claims called different",
        "recognised": "enrolled people recognised",
        "strangers": "strangers not recognized",
    }
    keys = {"right_claims": "same", "wrong_claims": "different", "recognised": "right", "strangers": "refused"}
    data = {
        **limit_json(rule.threshold, pipeline.card),
        "enrolled": enrolled,
        "undetected": undetected,
        **{name: {keys[name]: tally.right, "of": tally.of} for name, tally in tallies.items()},
        "pictures": str(args.out),
    }
    lines = [f"{enrolled} people who do not exist were enrolled with one picture each; limit {rule.threshold:.2f}."]
    lines += [f"  {words[name]}: {tally.right} of {tally.of}" for name, tally in tallies.items()]
    lines.append(f"The pictures are in {args.out}. The database is gone again.")
    answer(args, data, lines)
