"""facekit calibrate: the threshold from one's own people, and the pairs of pictures that are hardest to tell."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from facekit.cards import ModelCard
from facekit.cli.context import encoder_of, open_pipeline, open_store, prominent_sample, read_aligned, settings_of
from facekit.cli.output import answer, answer_line, progress, say
from facekit.encoders import open_encoder
from facekit.encoders.mirrored import Mirrored
from facekit.errors import EvaluationError, ImageError
from facekit.evaluation.calibrate import Excluded
from facekit.evaluation.distributions import distributions_svg
from facekit.evaluation.own_people import HardPair, OwnPeople, calibrate_on
from facekit.retraining.people import persons_in
from facekit.settings import load_settings, save_settings
from facekit.types import Box, Embedding, Exclusion, FloatArray
from facekit.weights import find_model


@dataclass(frozen=True, slots=True)
class _Picture:
    """Where a picture is to be found again.

    Args:
        template: The id of an enrolled person's template; None for a file, and for a face that is not somebody.
        box: Of the face in a photo, in pixels; None where the picture is the face.
    """

    person: str
    name: str
    template: int | None = None
    file: str = ""
    box: Box | None = None

    @property
    def told(self) -> str:
        return f"{self.person}/{self.name}"


@dataclass(frozen=True, slots=True, eq=False)
class _Pictures:
    """N pictures of known persons as one encoder sees them.

    Args:
        vectors: (N, D) float32, unit rows.
        where: Where they come from, in words.
        excluded, not_whom: Faces that were said not to be somebody, and who that is.
    """

    rows: tuple[_Picture, ...]
    vectors: FloatArray
    where: str
    excluded: tuple[Exclusion, ...] = ()
    not_whom: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[_Picture, ...]:
        """The pictures, then the excluded faces."""
        faces = (_Picture(f"not {whom}", each.source) for each, whom in zip(self.excluded, self.not_whom, strict=True))
        return (*self.rows, *faces)


_Encode = Callable[[Path], tuple[Embedding, Box | None] | None]


def run(args: argparse.Namespace) -> int:
    """0 calibrated; with --set the threshold is kept in the settings."""
    card, _ = find_model(encoder_of(args), task="encode")
    pictures = _all(args, card)
    persons = [picture.person for picture in pictures.rows]
    day = datetime.now(UTC).date().isoformat()
    excluded = Excluded(np.stack([e.embedding.vector for e in pictures.excluded]), pictures.not_whom) if pictures.excluded else None
    found = calibrate_on(
        pictures.vectors,
        persons,
        [picture.told for picture in pictures.shown],
        settings_of(args).target_fmr,
        measured_on=f"all pairs of {len(persons):,} pictures of {len(set(persons))} persons, {pictures.where}, {day}",
        excluded=excluded,
        worst=args.worst,
    )
    if args.svg:
        args.svg.write_text(distributions_svg(found), encoding="utf-8")
    if args.set:
        own = {"threshold": found.point.threshold, "threshold_encoder": str(card.key), "threshold_from": found.point.measured_on}
        save_settings(load_settings().replace(**own))
    if args.json:
        answer_line(args, {"encoder": str(card.key), **found.as_json(), "shown": _shown(pictures, found), "is_set": args.set}, "")
    else:
        answer(args, None, _lines(args, card, found))
    return 0


def _all(args: argparse.Namespace, card: ModelCard) -> _Pictures:
    """The templates of the encoder in use, the folders' pictures, or both; the same name in both is one person."""
    parts = [_from_gallery(args, card)] if args.gallery or not args.folders else []
    parts += [_from_folders(args, card)] if args.folders else []
    rows = tuple(row for part in parts for row in part.rows)
    excluded, not_whom = parts[0].excluded, parts[0].not_whom
    return _Pictures(rows, np.concatenate([part.vectors for part in parts]), " and ".join(part.where for part in parts), excluded, not_whom)


def _from_gallery(args: argparse.Namespace, card: ModelCard) -> _Pictures:
    with open_store(args) as store:
        gallery = store.gallery(card.key)
        names = {person.person_id: person.name for person in store.people()}
        sources = {t.template_id: t.source for person_id in names for t in store.templates(person_id)}
        excluded = tuple(each for person_id in names for each in store.exclusions(person_id) if each.embedding.key == card.key)
    if gallery.template_count == 0:
        raise EvaluationError(f"Nobody is enrolled with {card.model_id}.", hint="Enrol somebody, or give a folder with a folder a person.")
    ids = zip(gallery.person_ids.tolist(), gallery.template_ids.tolist(), strict=True)
    rows = tuple(_Picture(names[person], sources[template], template) for person, template in ids)
    return _Pictures(rows, gallery.matrix, "enrolled here", excluded, tuple(names[each.person_id] for each in excluded))


def _from_folders(args: argparse.Namespace, card: ModelCard) -> _Pictures:
    every = [(person, path) for person, files in persons_in(args.folders).items() for path in files]
    encode = _aligned(args, card) if args.aligned else _photos(args)
    made: list[tuple[_Picture, FloatArray]] = []
    for (person, path), found in zip(every, _encoded(args, every, encode), strict=True):
        if found is not None:
            embedding, box = found
            made.append((_Picture(person, path.name, file=str(path.resolve()), box=box), embedding.vector))
    where = "in " + ", ".join(folder.name for folder in args.folders)
    if not made:
        raise EvaluationError(f"No face was found in any picture {where}.", hint="Aligned faces are read with --aligned.")
    if missing := len(every) - len(made):
        say(f"No face was found in {missing} of {len(every)} pictures; they are left out.")
    return _Pictures(tuple(row for row, _ in made), np.stack([vector for _, vector in made]), where)


def _encoded(args: argparse.Namespace, every: list[tuple[str, Path]], encode: _Encode) -> Iterator[tuple[Embedding, Box | None] | None]:
    """Each picture in turn; one that cannot be read is told, and counts like one without a face."""
    for done, (_, path) in enumerate(progress(every, total=len(every), label="Encoding")):
        if args.json:
            answer_line(args, {"event": "encoded", "done": done, "total": len(every)}, "")
        try:
            yield encode(path)
        except ImageError as error:
            say(str(error))
            yield None


def _aligned(args: argparse.Namespace, card: ModelCard) -> _Encode:
    encoder = Mirrored(open_encoder(card.model_id, settings_of(args).runtime))
    return lambda path: (encoder.encode([read_aligned(path, size=card.input_size)])[0], None)


def _photos(args: argparse.Namespace) -> _Encode:
    pipeline = open_pipeline(args)

    def encode(path: Path) -> tuple[Embedding, Box | None] | None:
        sample = prominent_sample(pipeline, path)
        return (sample.embedding, sample.face.box) if sample else None

    return encode


def _shown(pictures: _Pictures, found: OwnPeople) -> dict[str, object]:
    """The pictures of the worst pairs, by their rows."""
    rows = {row for pair in (*found.nearest_non_mated, *found.farthest_mated) for row in pair.rows}
    every = pictures.shown
    return {str(row): asdict(every[row]) for row in sorted(rows)}


def _lines(args: argparse.Namespace, card: ModelCard, found: OwnPeople) -> list[str]:
    point, between = found.point, found.threshold_interval
    return [
        f"{card.model_id} on {found.pictures:,} pictures of {found.persons} persons: {point.mated_count:,} comparisons of a person with "
        f"themselves, {point.non_mated_count:,} of different ones.",
        *(
            [f"{found.excluded:,} of these are with faces that were said not to be somebody: the rate reads rather too high."]
            * (found.excluded > 0)
        ),
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
