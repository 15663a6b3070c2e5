"""The encoder in use trained further on given persons, and compared with what it was on persons kept off the training.

Everything that a run needs to go on lies in its folder: the request, the persons held out, the old encoder's word on each picture, the last
checkpoint. It ends with a candidate: weights, card and verdict. Nothing is put in use here.
"""

from __future__ import annotations

import glob
import itertools
import json
import math
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch

from facekit.cards import Figure, ModelCard, save_card
from facekit.encoders import open_encoder
from facekit.encoders.base import RUNTIMES, Encoder
from facekit.encoders.mirrored import Mirrored
from facekit.errors import EvaluationError
from facekit.evaluation.calibrate import TARGETS, all_pairs, operating_points
from facekit.evaluation.cast import judge_on_cast
from facekit.evaluation.promotion import LEAST_PERSONS, VERDICT_NAME, Encoded, Verdict, judge, load_verdict, shortage, with_others
from facekit.evaluation.screening import screen
from facekit.retraining.request import (
    CANDIDATE_NAME,
    FACES_NAME,
    OTHERS_NAME,
    PLAN_NAME,
    SUSPICIONS_NAME,
    RetrainRequest,
    load_request,
)
from facekit.types import FloatArray, OperatingPoint
from facekit.weights import find_model
from training.checkpoint import checkpoint_path
from training.data.faces import FaceSet, open_faces
from training.data.splits import Split
from training.data.teachers import HalfArray, Targets, load_targets, view_vectors
from training.errors import TrainingError
from training.evaluate import Subject, encode_all, encoder_subject
from training.events import Event, Finished, Judged, Planned, Progress, Staged, Started, Warned
from training.export import ExportOptions, export_encoder
from training.loop import LAST, ShouldStop, train
from training.recipe import Recipe, load_recipe
from training.tasks.encoder import HeldOut

_HELD_OUT_NAME, _TARGETS_NAME = "held_out.json", "targets.npz"
_PICTURES = 20
"""Of each held-out person at most."""
_MOST_HELD_OUT = 0.5
_FEWEST_IN_BATCH = 2
_TRIAL_STEPS = 4
"""The first of them warms up and is not counted."""
_LOOKS = 10
"""At the persons held out, on the way: points of a curve."""
_LOOKING = 0.1
"""Of the time, at most."""
_BATCH = 32
_TOLD = 20
"""Suspicions, at most."""


def retrain(folder: Path, *, only_plan: bool = False, should_stop: ShouldStop = lambda: False) -> Iterator[Event]:
    """Run the request in `folder`, or go on with it; ends with Judged, or with Finished when it was asked to stop.

    Args:
        only_plan: End after Planned.

    Raises:
        TrainingError, RetrainingError: The request, its faces or the run cannot be used.
    """
    job = _Job(folder, load_request(folder))
    if (job.candidate / VERDICT_NAME).is_file():
        _forget(job)  # it may have died just before
        yield _judged(job, load_verdict(job.candidate))
        return
    job.hold_out()
    vectors = yield from _targets(job, should_stop)
    if vectors is None:
        yield Finished(0, "stopped", 0.0)
        return
    if only_plan or not (folder / PLAN_NAME).is_file():
        yield from _suspicions(job, vectors)
        yield _plan(job)
    if only_plan:
        return
    yield Staged("training")
    for event in train(job.recipe, folder, resume=True, should_stop=should_stop):
        yield event
        if isinstance(event, Finished) and event.reason == "stopped":
            return
    yield from _candidate(job)


@dataclass(frozen=True, eq=False)
class _Job:
    """What follows from the request alone, so that a resumed run is the same run."""

    folder: Path
    request: RetrainRequest

    @property
    def candidate(self) -> Path:
        return self.folder / CANDIDATE_NAME / self.request.name

    @property
    def targets_file(self) -> Path:
        """Beside the pictures, so that it goes with any of them: see facekit.store.copies."""
        return self.folder / FACES_NAME / _TARGETS_NAME

    @cached_property
    def card(self) -> ModelCard:
        return find_model(self.request.encoder, task="encode")[0]

    @cached_property
    def old(self) -> Subject:
        return encoder_subject(Mirrored(open_encoder(self.request.encoder, "onnx")), self.request.encoder)

    @cached_property
    def faces(self) -> FaceSet:
        return open_faces(self.request.faces)

    @cached_property
    def heldout(self) -> HeldOut:
        """So many persons that a comparison can show something, where there are enough of them."""
        needed = LEAST_PERSONS / max(1, len(self.faces.persons))
        return HeldOut(min(_MOST_HELD_OUT, max(self.request.held_out, needed)), _PICTURES, self.request.seed)

    @cached_property
    def split(self) -> Split:
        return self.heldout.split(self.faces)

    @property
    def recipe(self) -> Recipe:
        request, base = self.request, load_recipe(Path(self.request.recipe))
        persons = min(base.options.data.persons, int((_pictures(self.split.training) > 1).sum()))
        if persons < _FEWEST_IN_BATCH:
            raise TrainingError(
                f"{persons} persons with two pictures or more are too few to train on.", hint="Give more persons, or more pictures of each."
            )
        options = replace(
            base.options,
            data=replace(base.options.data, sources=request.faces, persons=persons),
            heldout=self.heldout,
            teaching=replace(base.options.teaching, targets=(glob.escape(str(self.targets_file)),)),
        )
        weights = request.encoder if base.net.weights else ""
        return replace(
            base,
            seed=request.seed,
            options=options,
            net=replace(base.net, name=self.card.net, arguments=self.card.net_arguments, weights=weights),
            schedule=replace(base.schedule, steps=request.steps, minutes=0.0 if request.steps else request.minutes),
            run=replace(base.run, accelerator=request.device, threads=request.threads, evaluate_every=self._evaluate_every),
        )

    @property
    def _evaluate_every(self) -> int:
        """As planned; 0 before there is a plan."""
        path = self.folder / PLAN_NAME
        return int(json.loads(path.read_text(encoding="utf-8")).get("evaluate_every", 0)) if path.is_file() else 0

    def hold_out(self) -> None:
        """Write down who is held out; a run that goes on must hold out the same.

        Raises:
            TrainingError: The faces changed meanwhile, and somebody held out would be trained on.
        """
        path = self.folder / _HELD_OUT_NAME
        persons = [sha256(person.encode()).hexdigest() for person in self.split.measuring.persons]  # no names: see facekit.store.copies
        if path.is_file() and checkpoint_path(self.folder, LAST).is_file():
            if json.loads(path.read_text(encoding="utf-8")) != persons:
                raise TrainingError(
                    f"The faces of {self.folder.name} changed since it was started: somebody who is held out was removed, or came.",
                    hint="Remove it and start a new retraining.",
                )
            return
        path.write_text(json.dumps(persons, indent=1) + "\n", encoding="utf-8")


def _pictures(faces: FaceSet) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """(P,) how many pictures each person has."""
    labels = faces.labels()
    return np.bincount(labels[labels >= 0], minlength=1)


def _targets(job: _Job, should_stop: ShouldStop) -> Generator[Event, None, FloatArray | None]:
    """(N, D) what the old encoder says of each face that is trained on, also written for the loss; None when asked to stop."""
    faces, teacher = job.split.training, str(job.card.key)
    if job.targets_file.is_file():
        kept = load_targets(job.targets_file)
        if kept.teacher == teacher and kept.keys == faces.keys:
            return kept.vectors[:, 0].astype(np.float32)
    parts: list[HalfArray] = []
    for start in range(0, len(faces), _BATCH):
        if should_stop():
            return None
        yield Staged("encoding", start, len(faces))
        pixels = np.stack([record.read() for record in faces.records[start : start + _BATCH]])
        parts.append(view_vectors(job.old.encode, pixels, mirrored=True).astype(np.float16))
    vectors = np.concatenate(parts)
    job.targets_file.parent.mkdir(mode=0o700, exist_ok=True)  # not its parents: a run that was discarded meanwhile does not come back
    Targets(teacher, faces.keys, vectors).save(job.targets_file)
    return vectors[:, 0].astype(np.float32)


def _suspicions(job: _Job, vectors: FloatArray) -> Iterator[Warned]:
    """Told, and written beside the pictures: they name people."""
    told = list(_suspected(job, vectors))
    job.targets_file.with_name(SUSPICIONS_NAME).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    for message in told:
        yield Warned(0, message, names_people=True)


def _suspected(job: _Job, vectors: FloatArray) -> Iterator[str]:
    faces = job.split.training
    known = [row for row, record in enumerate(faces.records) if record.person is not None]
    persons = [str(faces.records[row].person).partition("/")[2] for row in known]
    unit = vectors[known] / np.linalg.norm(vectors[known], axis=1, keepdims=True)
    found = screen(unit, persons, [faces.records[row].file for row in known], job.request.operating.threshold)
    for suspicion in found[:_TOLD]:
        yield f"{suspicion}."
    if len(found) > _TOLD:
        yield f"And {len(found) - _TOLD} more suspicions."


def _plan(job: _Job) -> Planned:
    recipe, request = job.recipe, job.request
    began = time.monotonic()
    sample = job.split.measuring.take(range(min(_BATCH, len(job.split.measuring))))
    encode_all(job.old, sample)
    picture_s = (time.monotonic() - began) / len(sample)
    device, step_s = _trial(recipe)
    steps = request.steps or max(1, int(60 * request.minutes / step_s))
    counts = _pictures(job.split.training)
    measuring = job.split.measuring
    look_s = len(measuring) * picture_s
    every = max(1, math.ceil(steps / _LOOKS), math.ceil(look_s / (_LOOKING * step_s)))
    seconds = steps * step_s + (2 + steps // every) * look_s
    plan = Planned(
        device=device,
        persons=int((counts > 1).sum()),
        pictures=int(counts[counts > 1].sum()),
        held_out_persons=len(measuring.persons),
        held_out_pictures=len(measuring),
        left_out=len(job.split.training) - int(counts[counts > 1].sum()),
        steps=steps,
        step_s=step_s,
        minutes=seconds / 60,
        memory_mb=_memory_mb(),
        evaluate_every=every,
        shortage=shortage([str(record.person) for record in measuring.records], request.operating, request.tolerance),
    )
    (job.folder / PLAN_NAME).write_text(json.dumps(asdict(plan), indent=1) + "\n", encoding="utf-8")
    return plan


def _trial(recipe: Recipe) -> tuple[str, float]:
    """What it runs on, and the median of the seconds of a few real steps, whose outcome is thrown away."""
    trial = replace(
        recipe,
        schedule=replace(recipe.schedule, steps=2 * _TRIAL_STEPS, minutes=0.0),
        run=replace(recipe.run, log_every=1, evaluate_every=0, checkpoint_every=0, best=""),
    )
    marks: list[float] = []
    device = ""
    with tempfile.TemporaryDirectory() as scratch:
        for event in train(trial, Path(scratch), should_stop=lambda: len(marks) >= _TRIAL_STEPS):
            if isinstance(event, Started):
                device = event.device
            elif isinstance(event, Progress):
                marks.append(time.monotonic())
    return device, statistics.median(after - before for before, after in itertools.pairwise(marks))


def _memory_mb() -> int | None:
    """The most that this process has held: of the graphics card where it trained there."""
    if torch.cuda.is_available() and (held := torch.cuda.max_memory_allocated()):
        return held >> 20
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak >> (20 if sys.platform == "darwin" else 10)  # bytes there, kilobytes elsewhere


def _candidate(job: _Job) -> Iterator[Event]:
    yield Staged("exporting")
    request, measuring = job.request, job.split.measuring
    data = f"{len(job.split.training):,} pictures of {len(job.split.training.persons)} persons of this machine; before: {job.card.data}"
    card = export_encoder(job.folder, job.candidate.parent, ExportOptions(request.name, licence=job.card.licence, data=data))
    yield Staged("comparing")
    encoder = RUNTIMES.create("onnx", card, job.candidate, device="cpu")
    new = encoder_subject(Mirrored(encoder), request.name)
    persons = [str(record.person) for record in measuring.records]
    measured_on = f"{len(measuring):,} pictures of {len(measuring.persons)} persons who were never trained on"
    old_vectors, new_vectors = encode_all(job.old, measuring), encode_all(new, measuring)
    own = judge(
        Encoded(job.card.key, old_vectors),
        Encoded(card.key, new_vectors),
        persons,
        request.operating,
        measured_on=measured_on,
        tolerance=request.tolerance,
        seed=request.seed,
    )
    verdict = with_others(own, list(_others(job, encoder)))
    save_card(
        replace(card, operating_points=_points(new_vectors, persons, request.operating.wanted_fmr, measured_on), figures=_figures(verdict)),
        job.candidate,
    )
    verdict.save(job.candidate)
    _forget(job)
    yield _judged(job, verdict)


def _others(job: _Job, new: Encoder) -> Iterator[Verdict]:
    """Is anything forgotten? On the cast that comes with the program, and on whomever the request names."""
    request = job.request
    yield judge_on_cast(open_encoder(request.encoder, "onnx"), new, seed=request.seed)
    if request.others:
        faces = open_faces(request.others)
        subject = encoder_subject(Mirrored(new), request.name)
        yield judge(
            Encoded(job.card.key, encode_all(job.old, faces)),
            Encoded(new.card.key, encode_all(subject, faces)),
            [str(record.person) for record in faces.records],
            request.operating,
            measured_on=f"{len(faces):,} pictures of {len(faces.persons)} other persons",
            tolerance=request.tolerance,
            seed=request.seed,
        )


def _points(vectors: FloatArray, persons: list[str], wanted_fmr: float, measured_on: str) -> tuple[OperatingPoint, ...]:
    """None where the persons held out are too few for any."""
    try:
        targets = sorted({*TARGETS, wanted_fmr})
        return operating_points(all_pairs(vectors, persons, keep=max(targets)), targets=targets, measured_on=measured_on)
    except EvaluationError:
        return ()


def _figures(verdict: Verdict) -> tuple[Figure, ...]:
    found = verdict.evidence
    if found is None:
        return ()
    return (Figure(f"fnmr_at_fmr_{found.fmr:.2g}", found.new.fnmr, found.new.fnmr_interval, found.measured_on),)


def _forget(job: _Job) -> None:
    """The gathered pictures and their vectors have served: they are kept nowhere twice."""
    for name in (FACES_NAME, OTHERS_NAME):
        shutil.rmtree(job.folder / name, ignore_errors=True)


def _judged(job: _Job, verdict: Verdict) -> Judged:
    return Judged(str(job.candidate), verdict.finding.value, verdict.reason, verdict.may_be_promoted)
