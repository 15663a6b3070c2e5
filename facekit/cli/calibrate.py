"""facekit calibrate: the threshold from one's own people, and the pairs of pictures that are hardest to tell."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from facekit.cli.context import encoder_of, open_pipeline, open_store, settings_of
from facekit.cli.evaluate import aligned_encoder, detecting_encoder
from facekit.cli.output import answer, progress, say
from facekit.errors import EvaluationError
from facekit.evaluation.distributions import distributions_svg
from facekit.evaluation.own_people import HardPair, OwnPeople, calibrate_on
from facekit.imaging import person_folders
from facekit.settings import load_settings, save_settings
from facekit.types import FloatArray
from facekit.weights import find_model


@dataclass(frozen=True, slots=True, eq=False)
class _Pictures:
    """N pictures of known persons as one encoder sees them."""

    encoder: str
    vectors: FloatArray
    persons: list[str]
    names: list[str]
    where: str


def run(args: argparse.Namespace) -> int:
    """0 calibrated; with --set the threshold is kept in the settings."""
    pictures = _from_folder(args) if args.folder else _from_gallery(args)
    persons = len(set(pictures.persons))
    day = datetime.now(UTC).date().isoformat()
    measured_on = f"all pairs of {len(pictures.names):,} pictures of {persons} persons, {pictures.where}, {day}"
    found = calibrate_on(
        pictures.vectors, pictures.persons, pictures.names, settings_of(args).target_fmr, measured_on=measured_on, worst=args.worst
    )
    if args.svg:
        args.svg.write_text(distributions_svg(found), encoding="utf-8")
    if args.set:
        save_settings(load_settings().replace(threshold=found.point.threshold))
    answer(args, {"encoder": pictures.encoder, **found.as_json(), "is_set": args.set}, _lines(args, pictures, found))
    return 0


def _from_gallery(args: argparse.Namespace) -> _Pictures:
    """The templates of the encoder in use."""
    card, _ = find_model(encoder_of(args), task="encode")
    with open_store(args) as store:
        gallery = store.gallery(card.key)
        names = {person.person_id: person.name for person in store.people()}
        sources = {t.template_id: t.source for person_id in names for t in store.templates(person_id)}
    if gallery.template_count == 0:
        raise EvaluationError(f"Nobody is enrolled with {card.model_id}.", hint="Enrol somebody, or give a folder with a folder a person.")
    persons = [names[person] for person in gallery.person_ids.tolist()]
    told = [f"{name}/{sources[template]}" for name, template in zip(persons, gallery.template_ids.tolist(), strict=True)]
    return _Pictures(card.model_id, gallery.matrix, persons, told, "enrolled here")


def _from_folder(args: argparse.Namespace) -> _Pictures:
    found = person_folders(args.folder)
    encode = aligned_encoder(args) if args.aligned else detecting_encoder(open_pipeline(args))
    every = [(person, path) for person, files in found.items() for path in files]
    made = [(person, path, encode(path)) for person, path in progress(every, total=len(every), label="Encoding")]
    kept = [(person, path, embedding.vector) for person, path, embedding in made if embedding is not None]
    if missing := len(made) - len(kept):
        say(f"No face was found in {missing} of {len(made)} pictures; they are left out.")
    if not kept:
        raise EvaluationError(f"No face was found in any picture of {args.folder}.", hint="Aligned faces are read with --aligned.")
    persons, names = [person for person, _, _ in kept], [f"{person}/{path.name}" for person, path, _ in kept]
    return _Pictures(encoder_of(args), np.stack([vector for _, _, vector in kept]), persons, names, f"in {args.folder.name}")


def _lines(args: argparse.Namespace, pictures: _Pictures, found: OwnPeople) -> list[str]:
    point, between = found.point, found.threshold_interval
    return [
        f"{pictures.encoder} on {found.pictures:,} pictures of {found.persons} persons: {point.mated_count:,} comparisons of a person with "
        f"themselves, {point.non_mated_count:,} of different ones.",
        f"For a false match rate of {point.target_fmr:g}: threshold {point.threshold:.3f} (95 %: {between.low:.3f} … {between.high:.3f}).",
        f"Measured at it: FMR {point.fmr:.2g} ({point.fmr_interval.low:.2g} … {point.fmr_interval.high:.2g}), "
        f"FNMR {point.fnmr:.2%} ({point.fnmr_interval.low:.2%} … {point.fnmr_interval.high:.2%}).",
        "Different persons who are most alike:",
        *_pair_lines(found.nearest_non_mated),
        "Pictures of one person that are least alike:",
        *_pair_lines(found.farthest_mated),
        "The threshold is set." if args.set else "Nothing was changed; --set keeps this threshold in the settings.",
    ]


def _pair_lines(pairs: tuple[HardPair, ...]) -> list[str]:
    return [f"  {pair.distance:.3f}  {pair.left}  {pair.right}" for pair in pairs]
