"""facekit enrol: a person from pictures or a camera, after the guard's questions."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from facekit.cli.context import NoOneFaceError, one_sample, open_pipeline, open_store, pictures, searches_in
from facekit.cli.output import answer, ask, can_ask, progress, say
from facekit.cli.watching import take_samples
from facekit.enrolment import EnrolmentReview, account_name, enrol, review
from facekit.errors import FacekitError, ImageError, PersonNotFoundError
from facekit.matching.decide import Search
from facekit.pipeline import FacePipeline
from facekit.quality import advice
from facekit.store.base import NewTemplate, Repository
from facekit.types import TRAINING_CLAUSE, Consent, Person, Sample

DEFAULT_CONSENT = (
    "I agree that numbers computed from pictures of my face are kept on this computer under my name, to recognise me, "
    "until I ask for them to be deleted."
)


class EnrolmentRefusedError(FacekitError):
    """Nothing was stored: no usable picture, or the guard's question was not answered with yes."""


@dataclass(frozen=True, slots=True, eq=False)
class _Taken:
    """What can be enrolled, and the pictures that cannot, with the reason."""

    samples: tuple[tuple[Sample, str], ...]
    refused: tuple[tuple[str, str], ...]


def run(args: argparse.Namespace) -> int:
    """0 enrolled. Everything or nothing is stored."""
    if bool(args.images) == bool(args.camera):
        raise EnrolmentRefusedError(
            "Give pictures or --camera, one of the two.", hint="facekit enrol NAME IMAGE... or facekit enrol NAME --camera ID."
        )
    with open_store(args) as store:
        pipeline = open_pipeline(args, store)
        searches = searches_in(args, store, pipeline)
        taken = _from_camera(args, pipeline) if args.camera else _from_pictures(args, pipeline)
        if not taken.samples:
            raise EnrolmentRefusedError(f"{args.name} was not enrolled: none of the pictures could be used.", hint="See the reasons above.")
        known = _known(store, args.name)
        found = _reviewed(taken, searches, known)
        _settle(args, found, {person.person_id: person.name for person in store.people()})
        templates = [NewTemplate(sample.embedding, sample.quality, source, sample.aligned) for sample, source in taken.samples]
        person = enrol(store, args.name, _consent(args), templates)
    _report(args, person, taken, known)
    return 0


def _from_pictures(args: argparse.Namespace, pipeline: FacePipeline) -> _Taken:
    samples, refused = [], []
    paths = pictures(args.images)
    for path in progress(paths, total=len(paths), label="Reading"):
        try:
            samples.append((one_sample(pipeline, path), path.name))
        except (ImageError, NoOneFaceError) as error:
            refused.append((str(path), error.message))
            say(str(error))
    return _Taken(tuple(samples), tuple(refused))


def _from_camera(args: argparse.Namespace, pipeline: FacePipeline) -> _Taken:
    return _Taken(tuple((sample, f"camera {args.camera}") for sample in take_samples(pipeline, args.camera)), ())


def _known(store: Repository, name: str) -> Person | None:
    try:
        return store.find(name)
    except PersonNotFoundError:
        return None


def _reviewed(taken: _Taken, searches: tuple[Search, ...], known: Person | None) -> EnrolmentReview:
    samples = [sample for sample, _ in taken.samples]
    found = review(samples, searches, person_id=known.person_id if known else None)
    for one, (_, source) in zip(found.samples, taken.samples, strict=True):
        if one.issues:
            say(f"{source}: {', '.join(advice(issue) for issue in one.issues)}")
    return found


def _settle(args: argparse.Namespace, found: EnrolmentReview, names: Mapping[int | None, str]) -> None:
    """Nothing, when the guard has no question or it was answered with yes. Raises EnrolmentRefusedError otherwise."""
    if found.is_clear or args.force:
        return
    questions = [
        f"This face is like that of {names[c.person_id]} (distance {c.distance:.2f}, limit {c.threshold:.2f})." for c in found.too_like
    ]
    if far := found.unlike_own:
        questions.append(f"The pictures do not look like one person (distance {far.distance:.2f}, limit {far.threshold:.2f}).")
    for question in questions:
        say(question)
    if not can_ask():
        raise EnrolmentRefusedError(
            f"{args.name} was not enrolled: {questions[0]}", hint="If it is right all the same, say so with --force."
        )
    if not ask(f"Enrol {args.name} all the same?"):
        raise EnrolmentRefusedError(f"{args.name} was not enrolled.")


def _consent(args: argparse.Namespace) -> Consent:
    text = DEFAULT_CONSENT if args.consent is None else args.consent
    if args.allow_training and text:
        text = f"{text} {TRAINING_CLAUSE}"
    return Consent(text, datetime.now(UTC), account_name(), args.keep_crops or args.allow_training)


def _report(args: argparse.Namespace, person: Person, taken: _Taken, known: Person | None) -> None:
    if known and args.keep_crops and not person.consent.keep_crops:
        say(f"{person.name} agreed to templates alone when first enrolled: no crops were kept.")
    data: dict[str, Any] = {
        "name": person.name,
        "person_id": person.person_id,
        "new": known is None,
        "added": len(taken.samples),
        "template_count": person.template_count,
        "refused": [{"image": image, "reason": reason} for image, reason in taken.refused],
        "samples": [{"source": source, "issues": [issue.value for issue in sample.quality.issues]} for sample, source in taken.samples],
    }
    what = "enrolled" if known is None else "has more templates now"
    answer(args, data, [f"{person.name} {what}: {len(taken.samples)} added, {person.template_count} in all."])
