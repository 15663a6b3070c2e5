"""Retraining on people's own pictures: does it help others of the same source, is a poisoned set refused, does a kill lose anything.

    python -m benchmarks.retrain recipes [--source pins] [--recipe finetune-all] [--steps 30] [--print]
    python -m benchmarks.retrain poison [--steps 30] [--print]
    python -m benchmarks.retrain screening [--print]
    python -m benchmarks.retrain forgetting [--steps 30] [--print]
    python -m benchmarks.retrain kills [--kills 20] [--print]

Keeps benchmarks/results/retrain_recipes.json, and so on for each part, or with --print only prints. Pins is a set that
encoder-v1 was distilled on, without the persons' names; the photos, and people who do not exist, it never saw. LFW View 1 tells whether
anything was forgotten. What is kept of other sources and recipes stays.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import shutil
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Set
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from benchmarks.kept import RESULTS, SHARED, keep
from benchmarks.synthetic_faces import write_aligned
from facekit.cards import load_card, sha256_of
from facekit.detectors.opening import open_detector
from facekit.encoders import open_encoder
from facekit.encoders.base import RUNTIMES
from facekit.evaluation.calibrate import all_pairs
from facekit.evaluation.cast import judge_on_cast
from facekit.evaluation.intervals import beside
from facekit.evaluation.promotion import VERDICT_NAME, Operating, load_verdict
from facekit.evaluation.rates import threshold_at_fmr
from facekit.evaluation.screening import screen
from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.retraining.child import RetrainProcess, begin
from facekit.retraining.people import gather_folders, persons_in
from facekit.retraining.recipes import RECIPES
from facekit.retraining.request import CANDIDATE_NAME, RetrainRequest
from facekit.settings import Settings
from facekit.weights import find_model
from training.data.faces import open_faces
from training.data.pairs import AlignedPairs
from training.data.splits import split_by_person
from training.evaluate import Subject, encode_all, encoder_subject
from training.events import EVENTS_NAME, Judged, Planned, Warned
from training.recipe_files import RECIPES as RECIPE_FILES
from training.retrain import retrain

_SEED = 0
_PINS_PERSONS, _PINS_PICTURES = 72, 10
_SYNTHETIC_PERSONS, _SYNTHETIC_PICTURES = 60, 6
_HELD_OUT = 0.4
_RESAMPLES = 200
_FILLED = 8
"""Persons whose folders are filled with another's."""
_KILL_STEPS = 12
_SHIPPED = ("encoder-v0", "encoder-v1", "encoder-v2", "encoder-v3")
_KINDS = ("LikeFolders", "MixedFolder", "StrangePicture")
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Faces of one kind, aligned, with the FMR that so many of them can show.

    Args:
        threshold: τ in use; None for the card's.
    """

    name: str
    faces: Path
    wanted_fmr: float
    tolerance: float
    threshold: float | None = None


def main() -> None:
    """Measure one part, print, keep."""
    args = _arguments()
    torch.set_num_threads(1)
    parts: dict[str, Callable[[argparse.Namespace, Path], Figures]] = {
        "recipes": recipes,
        "poison": poison,
        "screening": screening,
        "forgetting": forgetting,
        "kills": kills,
    }
    with tempfile.TemporaryDirectory() as scratch:
        figures = parts[args.part](args, Path(scratch))
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    if not args.print:
        print(keep(f"retrain_{args.part}", figures, seed=_SEED))


def recipes(args: argparse.Namespace, scratch: Path) -> Figures:
    """Each recipe on the two sources, its others measured before and after."""
    lfw = AlignedPairs(SHARED / "data" / "lfw_view1")
    old = encoder_subject(open_encoder(DEFAULT_ENCODER, "onnx"), DEFAULT_ENCODER)
    rows = []
    for name in args.source or list(_SOURCES):
        source = _SOURCES[name](scratch)
        for recipe in args.recipe or ["finetune-head", "finetune-all"]:
            rows.append(_row(source, recipe, args.steps, scratch, lfw))
            print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
    done = {(row["source"], row["recipe"]) for row in rows}
    return {"encoder": DEFAULT_ENCODER, "lfw_eer": _eer(old, lfw), "runs": [*_others(done), *rows]}


def _others(done: Set[tuple[str, str]]) -> list[Figures]:
    path = RESULTS / "retrain_recipes.json"
    kept = json.loads(path.read_text(encoding="utf-8"))["runs"] if path.is_file() else []
    return [row for row in kept if (row["source"], row["recipe"]) not in done]


def poison(args: argparse.Namespace, scratch: Path) -> Figures:
    """The same with the labels of those who are trained on tampered with."""
    lfw = AlignedPairs(SHARED / "data" / "lfw_view1")
    clean, loose = _pins(scratch), _unanchored(scratch)
    tampered = {
        "as it is": clean.faces,
        "folders filled with another's": _tampered(clean.faces, scratch / "filled" / "pins", fill),
        "labels shuffled": _tampered(clean.faces, scratch / "shuffled" / "pins", shuffle),
    }
    rows = []
    for name, recipe in (
        ("as it is", loose),
        ("folders filled with another's", loose),
        ("labels shuffled", loose),
        ("labels shuffled", "finetune-all"),
    ):
        rows.append(_row(replace(clean, name=name, faces=tampered[name]), recipe, args.steps, scratch, lfw))
        print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
    return {"encoder": DEFAULT_ENCODER, "runs": rows}


def forgetting(args: argparse.Namespace, scratch: Path) -> Figures:
    """What the cast says of encoders that learnt on the world, and of some trained on a few people with and without the old one beside."""
    lfw, shipped = AlignedPairs(SHARED / "data" / "lfw_view1"), {name: open_encoder(name, "onnx") for name in _SHIPPED}
    pairs = [judge_on_cast(shipped[old], shipped[new], seed=_SEED).as_json() for old, new in itertools.permutations(_SHIPPED, 2)]
    before = encoder_subject(shipped[DEFAULT_ENCODER], DEFAULT_ENCODER)
    photos, rows = _photos(scratch), []
    for recipe in ("finetune-all", _unanchored(scratch)):
        rows.append(_row(photos, recipe, args.steps, scratch, lfw))
        print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
    return {"encoder": DEFAULT_ENCODER, "lfw_eer": _eer(before, lfw), "shipped": pairs, "runs": rows}


def screening(args: argparse.Namespace, scratch: Path) -> Figures:
    """What is said of the same tampered sets before the first step."""
    clean, rows = _pins(scratch), []
    old = encoder_subject(open_encoder(DEFAULT_ENCODER, "onnx"), DEFAULT_ENCODER)
    threshold = find_model(DEFAULT_ENCODER, task="encode")[0].operating_point(clean.wanted_fmr).threshold
    for name, tamper in (("as it is", None), ("folders filled with another's", fill), ("labels shuffled", shuffle)):
        faces = _tampered(clean.faces, scratch / name.replace(" ", "-") / "pins", tamper) if tamper else clean.faces
        known = split_by_person(open_faces([f"identities:{faces}"]), _HELD_OUT, seed=_SEED).training
        persons, files = [str(record.person) for record in known.records], [record.file for record in known.records]
        kinds = Counter(type(found).__name__ for found in screen(encode_all(old, known), persons, files, threshold))
        rows.append({"labels": name, "persons": len(known.persons), "pictures": len(known), **{kind: kinds[kind] for kind in _KINDS}})
    return {"encoder": DEFAULT_ENCODER, "threshold": threshold, "sets": rows}


def kills(args: argparse.Namespace, scratch: Path) -> Figures:
    """Runs killed at random moments and gone on with, beside one that was left alone: the same weights come out."""
    source, recipe = _pins(scratch, persons=24), _written(scratch / "often.toml", "finetune-head", "[run]\ncheckpoint_every = 2")
    straight = _begun(source, recipe, _KILL_STEPS, scratch)
    began = time.monotonic()
    with RetrainProcess(straight) as process:
        *_, _last = process.events()
    whole_s = time.monotonic() - began
    wanted, chance = _hashes(straight), random.Random(_SEED)
    moments: list[str] = []
    same: list[bool] = []
    run = _begun(source, recipe, _KILL_STEPS, scratch)
    while len(moments) < args.kills:
        with RetrainProcess(run) as process:
            time.sleep(chance.uniform(0.0, whole_s))
            process.kill()
        moments.append(_reached(run))
        print(moments[-1], flush=True)
        if moments[-1] == "judged":  # it was done before the kill came: another run
            same.append(_hashes(run) == wanted)
            run = _begun(source, recipe, _KILL_STEPS, scratch)
    with RetrainProcess(run) as process:
        *_, _last = process.events()
    same.append(_hashes(run) == wanted)
    return {"kills": len(moments), "whole_run_s": whole_s, "reached": moments, "runs": len(same), "runs_with_the_same_weights": sum(same)}


def shuffle(training: Path) -> None:
    """Picture i of each person goes to the i-th person after them."""
    persons = sorted(training.iterdir())
    moves = [
        (file, persons[(place + number) % len(persons)] / f"{place}-{file.name}")
        for place, person in enumerate(persons)
        for number, file in enumerate(sorted(person.iterdir()))
    ]
    for source, target in moves:
        source.rename(target)


def fill(training: Path) -> None:
    """Some persons' folders are filled with copies of others' pictures."""
    persons = sorted(training.iterdir())
    for first, second in zip(persons[:_FILLED], persons[_FILLED : 2 * _FILLED], strict=True):
        shutil.rmtree(first)
        shutil.copytree(second, first)


def _pins(scratch: Path, *, persons: int = _PINS_PERSONS) -> Source:
    """The first persons of Pins with ten pictures each."""
    faces = scratch / "pins"
    with zipfile.ZipFile(SHARED / "data" / "faces112" / "pins.zip") as archive:
        names = sorted(name for name in archive.namelist() if not name.endswith("/"))
        chosen = sorted({name.partition("/")[0] for name in names})[:persons]
        for person in chosen:
            for name in [name for name in names if name.startswith(f"{person}/")][:_PINS_PICTURES]:
                (faces / person).mkdir(parents=True, exist_ok=True)
                (faces / name).write_bytes(archive.read(name))
    return Source("pins", faces, wanted_fmr=0.001, tolerance=0.01)


def _photos(scratch: Path) -> Source:
    """Ordinary photos of 21 persons, found and aligned as facekit retrain does it; so few show a higher rate only."""
    faces = scratch / "photos"
    settings = Settings()
    detector = open_detector(settings.detector, min_face=settings.min_face, landmarker=settings.landmarker)
    for _ in gather_folders(persons_in([SHARED / "data" / "photos"]), detector, faces):
        pass
    return Source("photos", faces, wanted_fmr=0.01, tolerance=0.02)


def _synthetic(scratch: Path) -> Source:
    """People who do not exist, with τ from those of them who will be trained on: for real people's many of them are one."""
    faces = write_aligned(scratch / "synthetic", persons=_SYNTHETIC_PERSONS, pictures=_SYNTHETIC_PICTURES)
    wanted = 0.001
    known = split_by_person(open_faces([f"identities:{faces}"]), _HELD_OUT, seed=_SEED).training
    vectors = encode_all(encoder_subject(open_encoder(DEFAULT_ENCODER, "onnx"), DEFAULT_ENCODER), known)
    pairs = all_pairs(vectors, [str(record.person) for record in known.records])
    return Source("synthetic", faces, wanted, 0.01, threshold_at_fmr(pairs.nearest, wanted, count=pairs.non_mated_count).threshold)


_SOURCES: Mapping[str, Callable[[Path], Source]] = {"pins": _pins, "photos": _photos, "synthetic": _synthetic}


def _row(source: Source, recipe: str, steps: int, scratch: Path, lfw: AlignedPairs) -> Figures:
    run = _begun(source, recipe, steps, scratch)
    began = time.monotonic()
    events = list(retrain(run))
    plan = next(event for event in events if isinstance(event, Planned))
    warnings = [event.message for event in events if isinstance(event, Warned) and not event.step]
    judged = events[-1]
    assert isinstance(judged, Judged)
    folder = Path(judged.folder)
    new = encoder_subject(RUNTIMES.create("onnx", load_card(folder), folder, device="cpu"), "new")
    return {
        "source": source.name,
        "recipe": Path(recipe).stem,
        "minutes": (time.monotonic() - began) / 60,
        "plan": asdict(plan),
        "warned": len(warnings),
        "first_warnings": warnings[:3],
        "verdict": load_verdict(folder).as_json(),
        "lfw_eer": _eer(new, lfw),
    }


def _begun(source: Source, recipe: str, steps: int, scratch: Path) -> Path:
    run = Path(tempfile.mkdtemp(dir=scratch))
    card, _ = find_model(DEFAULT_ENCODER, task="encode")
    threshold = source.threshold or card.operating_point(source.wanted_fmr).threshold
    request = RetrainRequest(
        "encoder-trial",
        (f"identities:{source.faces}",),
        DEFAULT_ENCODER,
        Operating(threshold, source.wanted_fmr),
        recipe=recipe,
        device="cpu",
        steps=steps,
        held_out=_HELD_OUT,
        tolerance=source.tolerance,
        seed=_SEED,
        threads=1,
    )
    begin(request, run)
    return run


def _tampered(faces: Path, to: Path, tamper: Callable[[Path], None]) -> Path:
    """A copy in which the folders of those who will be trained on went through `tamper`; those held out stay right."""
    held_out = {person.partition("/")[2] for person in split_by_person(open_faces([f"identities:{faces}"]), _HELD_OUT).measuring.persons}
    shutil.copytree(faces, to, ignore=lambda folder, names: held_out.intersection(names) if Path(folder) == faces else ())
    tamper(to)
    for person in held_out:
        shutil.copytree(faces / person, to / person)
    return to


def _unanchored(scratch: Path) -> str:
    return _written(scratch / "finetune-all, no anchor.toml", "finetune-all", "[optim]\nlr = 5e-4\n[options.teaching]\nweight = 0.0")


def _written(path: Path, base: str, changes: str) -> str:
    path.write_text(f'base = {json.dumps(str(RECIPE_FILES / base))[:-1]}.toml"\nname = "{path.stem}"\n{changes}\n', encoding="utf-8")
    return str(path)


def _eer(subject: Subject, lfw: AlignedPairs) -> Figures:
    return beside("eer", lfw.report(encode_all(subject, lfw.faces), resamples=_RESAMPLES).eer)


def _hashes(run: Path) -> list[str]:
    return [sha256_of(path) for path in sorted((run / CANDIDATE_NAME / "encoder-trial").glob("encoder-trial.*"))]


def _reached(run: Path) -> str:
    """What the run told last before it died."""
    if (run / CANDIDATE_NAME / "encoder-trial" / VERDICT_NAME).is_file():
        return "judged"
    log = run / EVENTS_NAME
    lines = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
    events = [json.loads(line) for line in lines if line.endswith("}")]
    return f"{events[-1]['event']} {events[-1].get('step', events[-1].get('stage', ''))}".strip() if events else "start"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("recipes", "poison", "screening", "forgetting", "kills"))
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--source", action="append", choices=tuple(_SOURCES), help="any number of times; all unless given")
    parser.add_argument(
        "--recipe", action="append", choices=tuple(RECIPES), help="any number of times; the head and the whole unless given"
    )
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--print", action="store_true", help="keep nothing")
    return parser.parse_args()


if __name__ == "__main__":
    main()
