"""facekit retrain: train the encoder in use further on one's own people, and learn whether the new one may take its place."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from facekit.cli.context import encoder_of, open_store, settings_of
from facekit.cli.output import answer, answer_line, ask, can_ask, counter, progress, say
from facekit.detectors.opening import open_detector
from facekit.errors import RetrainingError
from facekit.evaluation.promotion import Operating
from facekit.matching.decide import DecisionRule
from facekit.retraining.child import RetrainProcess, Told, begin, discard, plan, require_training
from facekit.retraining.people import Gathered, gather_folders, gather_gallery, persons_in
from facekit.retraining.request import FACES_NAME, OTHERS_NAME, Plan, RetrainRequest, load_request, retraining_home
from facekit.settings import Settings
from facekit.weights import find_model

_TOLD = 10
"""Pictures that were left out, by name at most."""


def run(args: argparse.Namespace) -> int:
    """0 the new encoder is not worse (or the plan was told, or the run was stopped or discarded), 1 it was refused."""
    name = args.name or f"encoder-own-{datetime.now().astimezone():%Y%m%d-%H%M}"
    folder = args.out or retraining_home() / name
    if args.discard:
        discard(folder)
        answer(args, {"discarded": str(folder)}, [f"The retraining in {folder} is deleted."])
        return 0
    require_training()
    if args.resume:
        request = load_request(folder)
    else:
        request = _asked(args, settings_of(args), name, folder)
        begin(request, folder)
        try:
            refused = _gather(args, folder)
            told, warnings = plan(folder)
        except BaseException:
            discard(folder)  # nobody's pictures stay behind in a run that cannot be
            raise
        _tell_plan(args, told, _Said(warnings, refused), folder)
        if args.plan:
            return 0
        if not args.yes and can_ask() and not ask("Train now?"):
            say(f"Nothing was trained. Later: facekit retrain --resume --out {folder}")
            return 0
    return _train(args, request, folder)


def _asked(args: argparse.Namespace, settings: Settings, name: str, folder: Path) -> RetrainRequest:
    if not args.folders and not args.gallery:
        raise RetrainingError("There is nobody to train on.", hint="Give folders with a folder a person, or --gallery, or both.")
    card, _ = find_model(encoder_of(args), task="encode")
    return RetrainRequest(
        name=name,
        faces=(f"identities:{folder / FACES_NAME}",),
        encoder=card.model_id,
        operating=Operating(DecisionRule.of(settings, card).threshold, settings.target_fmr),
        recipe=args.recipe,
        device=args.device,
        minutes=args.minutes,
        held_out=args.held_out,
        others=(f"identities:{folder / OTHERS_NAME}",) if args.also else (),
        seed=args.seed,
        threads=args.threads,
    )


def _gather(args: argparse.Namespace, folder: Path) -> Counter[str]:
    """How many pictures were left out, by reason."""
    found = [*_from_folders(args, folder / FACES_NAME), *_from_gallery(args, folder / FACES_NAME)]
    refused = [each for each in found if each.refused]
    for each in refused[:_TOLD]:
        say(f"{each.person} {each.source}: {each.refused}".replace("  ", " "))
    reasons = Counter(each.refused for each in refused)
    if len(refused) > _TOLD:
        say(f"Left out in all: {_counted(reasons)}")
    if len(refused) == len(found):
        why = f"Left out: {_counted(reasons)}." if reasons else "The folders have no pictures, or nobody is enrolled."
        raise RetrainingError("No picture can be trained on.", hint=why)
    _gather_others(args, {each.person for each in found if not each.refused}, folder)
    return reasons


def _gather_others(args: argparse.Namespace, trained: Set[str], folder: Path) -> None:
    if not args.also:
        return
    persons = persons_in(args.also)
    if known := sorted(trained & persons.keys()):
        raise RetrainingError(
            f"{', '.join(known[:_TOLD])} would be trained on, and cannot show whether others are forgotten.",
            hint="Give a folder of other people with --also.",
        )
    gathered = list(_aligned(args, persons, folder / OTHERS_NAME))
    if lost := sum(bool(each.refused) for each in gathered):
        say(f"{lost} of {len(gathered)} pictures of other people show no one face; they are left out.")


def _counted(reasons: Counter[str]) -> str:
    return ", ".join(f"{count} × {reason}" for reason, count in reasons.most_common())


def _from_folders(args: argparse.Namespace, to: Path) -> Iterator[Gathered]:
    if args.folders:
        yield from _aligned(args, persons_in(args.folders), to)


def _aligned(args: argparse.Namespace, persons: Mapping[str, Sequence[Path]], to: Path) -> Iterator[Gathered]:
    settings = settings_of(args)
    detector = open_detector(settings.detector, min_face=settings.min_face, landmarker=settings.landmarker)
    total = sum(len(files) for files in persons.values())
    for done, each in enumerate(progress(gather_folders(persons, detector, to), total=total, label="Aligning"), 1):
        if args.plan and args.json:
            answer_line(args, {"event": "gathered", "done": done, "total": total}, "")
        yield each


def _from_gallery(args: argparse.Namespace, to: Path) -> Iterator[Gathered]:
    if args.gallery:
        with open_store(args) as store:
            yield from gather_gallery(store, to)


@dataclass(frozen=True, slots=True)
class _Said:
    """What is to be said beside a plan: suspicions, and how many pictures were left out for which reason."""

    warnings: tuple[str, ...]
    refused: Counter[str]


def _tell_plan(args: argparse.Namespace, told: Plan, said: _Said, folder: Path) -> None:
    for warning in said.warnings:
        say(f"Look at this first: {warning}")
    if told.shortage:
        say(f"The new encoder could not be let in afterwards: {told.shortage}")
    memory = "" if told.memory_mb is None else f", {told.memory_mb:,} MB of memory"
    lines = [
        f"Trained on: {told.pictures:,} pictures of {told.persons} persons. Never trained on: {told.held_out_pictures:,} of "
        f"{told.held_out_persons} others, for the comparison.",
        f"On {told.device}: {told.steps:,} steps of {told.step_s:.2f} s, {told.minutes:.1f} minutes in all{memory}.",
        f"Everything lies in {folder}.",
    ]
    data = {name: getattr(told, name) for name in told.__slots__}
    if not args.json:
        answer(args, None, lines)
    elif args.plan:
        answer_line(args, {"event": "planned", **data, "warnings": said.warnings, "refused": said.refused, "folder": str(folder)}, "")


def _train(args: argparse.Namespace, request: RetrainRequest, folder: Path) -> int:
    last: Told = {}
    try:
        with RetrainProcess(folder) as process, counter("Training") as bar:
            for event in process.events():
                last = event
                if args.json:
                    answer_line(args, event, "")
                elif event["event"] == "progress":
                    bar(round(1000 * event["fraction"]), 1000)
    except KeyboardInterrupt:
        last = {"event": "finished"}
    if last.get("event") != "judged":
        say(f"Stopped; nothing is lost. Go on: facekit retrain --resume --out {folder}")
        return 0
    if not args.json:
        answer(args, None, _verdict_lines(request, last))
    return 0 if last["may_be_promoted"] else 1


def _verdict_lines(request: RetrainRequest, judged: Any) -> list[str]:
    if judged["may_be_promoted"]:
        return [judged["reason"], f"{request.name} may take the place of {request.encoder}. It lies in {judged['folder']}."]
    return [judged["reason"], f"{request.name} is not let in; {request.encoder} stays in use."]
