"""facekit retrain: train the encoder in use further on one's own people, and learn whether the new one may take its place."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from facekit.cli.context import encoder_of, open_store, settings_of
from facekit.cli.output import answer, answer_line, ask, can_ask, counter, progress, say
from facekit.detectors.opening import open_detector
from facekit.errors import RetrainingError
from facekit.evaluation.promotion import Operating
from facekit.matching.decide import DecisionRule
from facekit.paths import data_dir
from facekit.retraining.child import RetrainProcess, Told, begin, plan, require_training
from facekit.retraining.people import Gathered, gather_folders, gather_gallery, persons_in
from facekit.retraining.request import FACES_NAME, Plan, RetrainRequest, load_request
from facekit.settings import Settings
from facekit.weights import find_model

_TOLD = 10
"""Pictures that were left out, by name at most."""


def run(args: argparse.Namespace) -> int:
    """0 the new encoder is not worse (or the plan was told, or the run was stopped), 1 it was refused."""
    require_training()
    name = args.name or f"encoder-own-{datetime.now().astimezone():%Y%m%d-%H%M}"
    folder = args.out or data_dir() / "retraining" / name
    if args.resume:
        request = load_request(folder)
    else:
        request = _asked(args, settings_of(args), name, folder)
        begin(request, folder)
        _gather(args, folder)
        told, warnings = plan(folder)
        _tell_plan(args, told, warnings, folder)
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
        seed=args.seed,
        threads=args.threads,
    )


def _gather(args: argparse.Namespace, folder: Path) -> None:
    found = [*_from_folders(args, folder / FACES_NAME), *_from_gallery(args, folder / FACES_NAME)]
    refused = [each for each in found if each.refused]
    for each in refused[:_TOLD]:
        say(f"{each.person} {each.source}: {each.refused}".replace("  ", " "))
    if len(refused) > _TOLD:
        reasons = Counter(each.refused for each in refused)
        say("Left out in all: " + ", ".join(f"{count} × {reason}" for reason, count in reasons.most_common()))
    if len(refused) == len(found):
        raise RetrainingError("No picture can be trained on.", hint="The reasons stand above.")


def _from_folders(args: argparse.Namespace, to: Path) -> Iterator[Gathered]:
    if args.folders:
        settings, persons = settings_of(args), persons_in(args.folders)
        detector = open_detector(settings.detector, min_face=settings.min_face, landmarker=settings.landmarker)
        total = sum(len(files) for files in persons.values())
        yield from progress(gather_folders(persons, detector, to), total=total, label="Aligning")


def _from_gallery(args: argparse.Namespace, to: Path) -> Iterator[Gathered]:
    if args.gallery:
        with open_store(args) as store:
            yield from gather_gallery(store, to)


def _tell_plan(args: argparse.Namespace, told: Plan, warnings: tuple[str, ...], folder: Path) -> None:
    for warning in warnings:
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
    if args.plan or not args.json:
        data = {name: getattr(told, name) for name in told.__slots__}
        answer(args, {**data, "warnings": list(warnings), "folder": str(folder)}, lines)


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
