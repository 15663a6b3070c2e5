"""Everything that is measured of an encoder on aligned faces: pairs, hard conditions, an open set, groups, relatives. No printing here.

An encoder is measured as it will be used: a run's checkpoint by torch, a model by its ONNX file on each face and its mirror image, a
teacher by its own load.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from facekit.encoders import open_encoder
from facekit.encoders.base import Encoder
from facekit.encoders.mirrored import Mirrored
from facekit.evaluation.calibrate import AllPairs, all_pairs, operating_points
from facekit.evaluation.det import det_curve
from facekit.evaluation.gallery import Probe, evaluate_gallery
from facekit.evaluation.groups import rates_by_group, rates_of_relatives, worst_to_best
from facekit.evaluation.intervals import RESAMPLES
from facekit.evaluation.pairs import PairsReport
from facekit.matching.decide import DecisionRule
from facekit.settings import Settings
from facekit.types import AlignedFace, Embedding, EncoderKey, FloatArray, OperatingPoint, Pixels
from training.checkpoint import checkpoint_path, load_net_weights
from training.data.conditions import CONDITIONS, Change
from training.data.faces import FACE_SIZE, FaceRecord, FaceSet, open_faces
from training.data.pairs import AlignedPairs
from training.data.splits import at_most
from training.data.teachers import Encode, load_teacher
from training.errors import TrainingError
from training.export import counted_faces
from training.recipe import load_run_recipe
from training.tasks.encoder import build_encoder, input_size, prepared

Report = dict[str, Any]
Say = Callable[[str], None]

_BATCH = 32
_CURVE = 0.1
"""The highest FMR of the curve."""
_OTHER_NAMES = {"fiw": "families in the wild", "fairface_part": "fairface"}
"""Sources that a card calls by the data set's own name."""
_KINDS: Mapping[str, Callable[[FaceRecord], str]] = {
    "source": lambda face: face.source if face.person else "",
    "apparent age": lambda face: face.groups.age,
    "ethnicity": lambda face: face.groups.race,
    "gender": lambda face: face.groups.gender,
    "ethnicity and gender": lambda face: " ".join([face.groups.race, face.groups.gender]).strip(),
}


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """An encoder to be measured.

    Args:
        encode: N×112×112×3 uint8 RGB → N×D float32.
        data: What it was trained on, in its card's or its run's words; empty where nobody says.
        points: Of its card; empty where it has none: then they are measured on the pairs' faces first.
        step: Of the checkpoint, for a run.
    """

    name: str
    encode: Encode
    data: str = ""
    points: tuple[OperatingPoint, ...] = ()
    step: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class EvaluateOptions:
    """What is measured.

    Args:
        pairs: A folder with aligned112.zip and pairs.csv.
        faces: For open sets, groups and relatives; empty for none.
        is_held_out: The faces are of persons who were kept off the training.
        conditions: Measure the pairs' faces under each of training.data.conditions too.
        target_fmr: Of the operating point at which all rates are read.
        pictures: Of each person at most, or those with many would decide alone.
    """

    pairs: AlignedPairs
    faces: FaceSet = field(default_factory=lambda: FaceSet(()))
    is_held_out: bool = False
    conditions: bool = False
    target_fmr: float = Settings().target_fmr
    pictures: int = 20
    resamples: int = RESAMPLES
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class _Measure:
    """One subject at one operating point."""

    subject: Subject
    options: EvaluateOptions
    point: OperatingPoint

    @property
    def how(self) -> dict[str, int]:
        return {"resamples": self.options.resamples, "seed": self.options.seed}


def run_subject(run: Path, which: str = "last") -> Subject:
    """A run's encoder as it stands in a checkpoint.

    Raises:
        TrainingError: There is no such run or checkpoint, or it is no encoder.
    """
    net = build_encoder(replace(load_run_recipe(run).net, weights=""))
    weights, state = load_net_weights(checkpoint_path(run, which))
    net.load_state_dict(weights)
    net.eval()
    size = input_size(net)

    def encode(faces: Pixels) -> FloatArray:
        with torch.inference_mode():
            vectors: FloatArray = net(prepared(torch.from_numpy(faces), size)).float().numpy()
        return vectors

    return Subject(f"{run.name} ({which})", encode, counted_faces(run), step=state.step)


def model_subject(name: str, runtime: str = "onnx") -> Subject:
    """An installed model by its name, as templates and stills are encoded by it.

    Raises:
        ModelError: It cannot be opened.
        TrainingError: It takes faces of another size than the sets have.
    """
    return encoder_subject(Mirrored(open_encoder(name, runtime)), name if runtime == "onnx" else f"{name} ({runtime})")


def encoder_subject(encoder: Encoder, name: str) -> Subject:
    """An open encoder with its card.

    Raises:
        TrainingError: It takes faces of another size than the sets have.
    """
    if encoder.card.input_size != FACE_SIZE:
        raise TrainingError(
            f"{name} takes faces of {encoder.card.input_size} pixels; the sets are of {FACE_SIZE}.",
            hint="Measure it on whole photos: facekit evaluate pairs.",
        )

    def encode(faces: Pixels) -> FloatArray:
        return np.stack([embedding.vector for embedding in encoder.encode([AlignedFace(face) for face in faces])])

    return Subject(name, encode, encoder.card.data, encoder.card.operating_points)


def teacher_subject(folder: Path) -> Subject:
    """A teacher, as training.data.teachers.load_teacher has it."""
    return Subject(folder.name, load_teacher(folder))


def held_out_faces(run: Path) -> FaceSet:
    """The faces of the persons whom a run kept off its training.

    Raises:
        TrainingError: There is no run, its task holds no persons out, or its data are not there.
    """
    options = load_run_recipe(run).options
    heldout = getattr(options, "heldout", None)
    faces = heldout.split(open_faces(options.data.sources)).measuring if heldout is not None else FaceSet(())
    if not len(faces):
        raise TrainingError(f"The run {run} held out no persons.", hint="Set options.heldout.persons in its recipe, or give --faces.")
    return faces


def evaluate(subject: Subject, options: EvaluateOptions, *, say: Say = lambda _: None) -> Report:
    """The report as plain values; `say` is told what is being done.

    Raises:
        TrainingError, EvaluationError: The faces or their labels cannot give a figure that was asked for.
    """
    say(f"{subject.name}: pairs")
    vectors = encode_all(subject, options.pairs.faces)
    every = all_pairs(vectors, options.pairs.persons, keep=_CURVE)
    measure = _Measure(subject, options, _operating_point(subject, every, options))
    report: Report = {
        "encoder": subject.name,
        "trained_on": subject.data or "not stated",
        **({} if subject.step is None else {"step": subject.step}),
        "operating_point": asdict(measure.point),
        "pairs": _rates(options.pairs.report(vectors, resamples=options.resamples)),
        "det": asdict(det_curve(every)),
    }
    if options.conditions:
        conditions = [_condition(measure, vectors, "as they are", vectors)]
        for name, change in CONDITIONS.items():
            say(f"{subject.name}: {name}")
            conditions.append(_condition(measure, vectors, name, encode_all(subject, options.pairs.faces, change)))
        report["conditions"] = conditions
    if len(options.faces):
        report |= _on_faces(measure, say)
    return report


def encode_all(subject: Subject, faces: FaceSet, change: Change | None = None) -> FloatArray:
    """(N, D) float32 unit vectors of the faces, changed first if wanted."""
    parts = []
    for start in range(0, len(faces), _BATCH):
        pictures = [record.read() for record in faces.records[start : start + _BATCH]]
        if change is not None:
            pictures = [change(picture, start + row) for row, picture in enumerate(pictures)]
        parts.append(subject.encode(np.stack(pictures)))
    vectors = np.concatenate(parts)
    unit: FloatArray = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def was_trained_on(data: str, source: str) -> bool | None:
    """Whether the words of a card or run name the source; None where they say nothing."""
    words = _letters(data)
    return any(_letters(name) in words for name in (source, _OTHER_NAMES.get(source, source))) if words else None


def open_set(faces: FaceSet, vectors: FloatArray, rule: DecisionRule, *, resamples: int = RESAMPLES, seed: int = 0) -> Report:
    """Half of the persons, drawn by chance, enrolled with one picture each; their other pictures and all of the others' are probes.

    Raises:
        EvaluationError: Nobody has two pictures.
    """
    key = EncoderKey("measured", "")
    templates = _drawn_templates(faces, seed)
    gallery = {person: [Embedding(vectors[row], key)] for person, row in templates.items()}
    taken = set(templates.values())
    probes = [
        Probe(record.key, record.person, Embedding(vectors[row], key))
        for row, record in enumerate(faces.records)
        if record.person is not None and row not in taken
    ]
    report = evaluate_gallery(gallery, probes, rule, resamples=resamples, seed=seed)
    return {"persons": len(faces.persons), "enrolled": len(gallery), **report.as_json()}


def _drawn_templates(faces: FaceSet, seed: int) -> dict[str, int]:
    """A row for each person to enrol: half of those who have another picture to probe with."""
    rng, labels = np.random.default_rng(seed), faces.labels()
    several = np.flatnonzero(np.bincount(labels[labels >= 0], minlength=len(faces.persons)) > 1)
    chosen = np.sort(rng.permutation(several)[: (len(several) + 1) // 2])
    return {faces.persons[person]: int(rng.choice(np.flatnonzero(labels == person))) for person in chosen}


def _operating_point(subject: Subject, every: AllPairs, options: EvaluateOptions) -> OperatingPoint:
    points = subject.points or operating_points(
        every,
        targets=(options.target_fmr,),
        measured_on="all pairs of the faces of --pairs",
        resamples=options.resamples,
        seed=options.seed,
    )
    known = {point.target_fmr: point for point in points}
    if options.target_fmr not in known:
        raise TrainingError(
            f"{subject.name} has no threshold for a false match rate of {options.target_fmr:g}.",
            hint=f"Its card has: {', '.join(f'{target:g}' for target in known)}.",
        )
    return known[options.target_fmr]


def _condition(measure: _Measure, plain: FloatArray, name: str, changed: FloatArray) -> Report:
    """All pictures changed, at the threshold that the card has for unchanged ones; and pairs of which the probe alone is changed."""
    pairs, persons = measure.options.pairs, measure.options.pairs.persons
    (rates,) = rates_by_group(changed, persons, [name] * len(persons), measure.point.threshold, **measure.how)
    return {**rates.as_json(), "probe_alone": _rates(pairs.report(plain, changed, resamples=measure.options.resamples))}


def _rates(report: PairsReport) -> Report:
    """Nothing was detected or timed while the pairs were read, so what a report says of that is left out."""
    return {name: value for name, value in report.as_json().items() if name not in {"undetected", "undetected_names", "ms_per_face"}}


def _on_faces(measure: _Measure, say: Say) -> Report:
    options = measure.options
    faces = at_most(options.faces, options.pictures, seed=options.seed)
    say(f"{measure.subject.name}: {len(faces):,} faces of {', '.join(faces.count_by_source())}")
    vectors = encode_all(measure.subject, faces)
    return {
        "sets": [_set(measure, source, count) for source, count in faces.count_by_source().items()],
        "open_sets": _open_sets(measure, faces, vectors),
        "groups": [found for kind in _KINDS if (found := _groups(measure, faces, vectors, kind)) is not None],
        "relatives": _relatives(measure, faces, vectors),
    }


def _set(measure: _Measure, source: str, count: int) -> Report:
    """What must be known of a source to read its figures rightly."""
    named = was_trained_on(measure.subject.data, source)
    return {"source": source, "faces": count, "is_trained_on": named and not measure.options.is_held_out}


def _open_sets(measure: _Measure, faces: FaceSet, vectors: FloatArray) -> list[Report]:
    rule = DecisionRule(measure.point.threshold, measure.point.uncertain_margin)
    found: list[Report] = []
    for source in faces.count_by_source():
        rows = [row for row, record in enumerate(faces.records) if record.source == source and record.person is not None]
        if rows:
            found.append({"source": source, **open_set(faces.take(rows), vectors[rows], rule, **measure.how)})
    return found


def _groups(measure: _Measure, faces: FaceSet, vectors: FloatArray, kind: str) -> Report | None:
    labels = [_KINDS[kind](record) for record in faces.records]
    if not any(labels):
        return None
    # A face of nobody known stands for itself: two pictures of one person among them would count as strangers who match.
    persons = [record.person or record.key for record in faces.records]
    rates = rates_by_group(vectors, persons, labels, measure.point.threshold, **measure.how)
    return {"kind": kind, "groups": [group.as_json() for group in rates], "worst_to_best": worst_to_best(rates)}


def _relatives(measure: _Measure, faces: FaceSet, vectors: FloatArray) -> Report | None:
    rows = [row for row, record in enumerate(faces.records) if record.groups.family and record.person is not None]
    if not rows:
        return None
    inside = faces.take(rows)
    persons = [str(record.person) for record in inside.records]
    families = [record.groups.family for record in inside.records]
    return rates_of_relatives(vectors[rows], persons, families, measure.point.threshold, **measure.how).as_json()


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
