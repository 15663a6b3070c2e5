"""facekit models: the encoders on this machine, and a gallery's move from one to another without losing anyone."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from facekit.cli.context import open_store, prominent_sample, read_aligned, settings_of
from facekit.cli.output import answer, answer_line, ask, can_ask, counter, say
from facekit.detectors.opening import open_detector
from facekit.encoders import open_card
from facekit.encoders.base import Encoder
from facekit.encoders.mirrored import Mirrored
from facekit.errors import ImageError, ModelError
from facekit.evaluation.cast import judge_on_cast
from facekit.evaluation.intervals import Estimate
from facekit.evaluation.promotion import Operating, with_others
from facekit.imaging import realigned
from facekit.matching.decide import DecisionRule
from facekit.models.comparing import TARGET_FMR, Beside, EncodeBoth, compare, labelled
from facekit.models.exchange import delete_encoder, export_encoder
from facekit.models.in_force import in_force
from facekit.models.installing import import_encoder
from facekit.models.inventory import KnownEncoder, Origin, Use, find_encoder, known_encoders
from facekit.models.moving import Reencoded, promote, promotion, reencode, release, roll_back
from facekit.pipeline import FacePipeline
from facekit.store.base import EncoderChange, Repository
from facekit.types import Embedding, EncoderKey

_ALIGNED_SIDE = 112
_USES = {
    Use.ACTIVE: "active here",
    Use.BESIDE: "asked beside the active one, for people whom only it knows",
    Use.KEPT: "its templates are kept for a way back",
    Use.NONE: "not used here",
}


def run_list(args: argparse.Namespace) -> int:
    """0; every encoder with where it is used, then who still needs a new picture."""
    with open_store(args) as store:
        known = known_encoders(store)
        needing = _needing(store)
    head = ("name", "origin", "use", "templates", "limit", f"FNMR at FMR {TARGET_FMR:g}", "size", "date")
    rows = [
        (e.card.model_id, e.origin.value, e.use.value, str(e.template_count), *_point(e), _megabytes(e.size), e.card.date) for e in known
    ]
    answer(args, {"encoders": [_json(encoder) for encoder in known], "needing": needing}, [*_table(head, rows), *_needing_lines(needing)])
    return 0


def run_show(args: argparse.Namespace) -> int:
    """0; all that is known of one encoder."""
    with open_store(args) as store:
        encoder = find_encoder(store, args.name)
        covered = store.coverage(encoder.card.key)
        changes = [entry for entry in store.encoder_changes() if encoder.card.key in (entry.change.old, entry.change.new)]
    card = encoder.card
    lines = [
        f"{card.model_id}: {encoder.origin}, {_USES[encoder.use]}; {encoder.state}",
        f"Folder: {encoder.folder}, {_megabytes(encoder.size)}",
        f"Weights: {card.weights_hash}",
        f"Licence: {card.licence}",
        f"Made: {card.date}, {card.origin}",
        f"Data: {card.data}",
        *(f"Limit {p.threshold:.3f}: FMR {p.fmr:.2g}, FNMR {_rate(Estimate(p.fnmr, p.fnmr_interval))}" for p in card.operating_points),
        f"People that it knows: {covered.across} of {covered.people}",
        f"Templates that could be made from kept crops: {len(covered.to_encode)}",
        *_needing_lines([person.name for person in covered.needing]),
        *([f"Comparison: {encoder.verdict.reason}"] if encoder.verdict else []),
        *(_change_line(entry) for entry in changes),
    ]
    data = {
        **_json(encoder),
        "state": encoder.state,
        "across": covered.across,
        "people": covered.people,
        "to_encode": len(covered.to_encode),
        "needing": [person.name for person in covered.needing],
        "verdict": encoder.verdict.as_json() if encoder.verdict else None,
        "changes": [_change_json(entry) for entry in changes],
    }
    answer(args, data, lines)
    return 0


def run_compare(args: argparse.Namespace) -> int:
    """0 measured; with --json each picture is a line before the figures."""
    with open_store(args) as store:
        first, second = find_encoder(store, args.first), find_encoder(store, args.second)
    found = _compared(args, first, second)
    sides = (found.first, found.second)
    rows = [(side.key.encoder_id, _rate(side.report.accuracy), _rate(side.report.eer), _rate(side.fnmr)) for side in sides]
    lines = [*_table(("encoder", "accuracy", "EER", f"FNMR at FMR {TARGET_FMR:g}"), rows), *_compared_notes(found)]
    verdict = found.verdict.as_json() if found.verdict else None
    answer_line(args, {"event": "compared", "encoders": [side.as_json() for side in sides], "verdict": verdict}, "\n".join(lines))
    return 0


def run_promote(args: argparse.Namespace) -> int:
    """0 the encoder is the active one now: compared, or forced with a reason; kept crops were re-encoded before."""
    if args.force != bool(args.reason.strip()):
        raise ModelError("To force a promotion, say why: --force goes with --reason TEXT.", hint="The reason is kept in the record.")
    with open_store(args) as store:
        encoder = find_encoder(store, args.name)
        if encoder.origin is Origin.CANDIDATE:
            import_encoder(encoder.folder)
            encoder = find_encoder(store, args.name)
        verdict = encoder.verdict
        if args.on:
            verdict = _compared(args, _active(store), encoder).verdict
        promotion(store, encoder.card, verdict, reason=args.reason)  # refused before anything is re-encoded
        _reencode(args, store, encoder)
        entry = promote(store, encoder.card, verdict, reason=args.reason)
        lines = [
            *_switch_lines(store, entry),
            f"Back again: facekit models rollback. For good: facekit models release {entry.change.old.encoder_id}.",
        ]
        answer(args, {**_change_json(entry), "needing": _needing(store)}, lines)
    return 0


def run_rollback(args: argparse.Namespace) -> int:
    """0 the encoder before the last promotion is the active one again."""
    with open_store(args) as store:
        entry = roll_back(store)
        answer(args, {**_change_json(entry), "needing": _needing(store)}, _switch_lines(store, entry))
    return 0


def run_release(args: argparse.Namespace) -> int:
    """0 the old encoder's templates are deleted; 2 when the question was answered with no."""
    with open_store(args) as store:
        question = f"Delete all that {args.name} made of the people in the database? Nothing leads back to it then."
        if not args.yes and can_ask() and not ask(question):
            say("Nothing was deleted.")
            return 2
        count = release(store, args.name)
    answer(args, {"released": args.name, "embeddings": count}, [f"{args.name} was let go: {_count(count, 'embedding')} deleted."])
    return 0


def run_reencode(args: argparse.Namespace) -> int:
    """0 what could be re-encoded is; 2 when a crop could not be read."""
    with open_store(args) as store:
        encoder = find_encoder(store, args.name) if args.name else _active(store)
        last = _reencode(args, store, encoder)
        covered = store.coverage(encoder.card.key)
    needing = [person.name for person in covered.needing]
    data = {
        "event": "finished",
        "encoder": encoder.card.model_id,
        "done": last.done,
        "unreadable": list(last.unreadable),
        "needing": needing,
    }
    across = f"{covered.across} of {_count(covered.people, 'person', 'people')} known to {encoder.card.model_id}"
    lines = [f"{_count(last.done - len(last.unreadable), 'template')} re-encoded; {across}.", *_needing_lines(needing)]
    lines += [f"The crop of template {template_id} cannot be read; it keeps the encoder that it has." for template_id in last.unreadable]
    if args.json:
        answer_line(args, data, "")
    else:
        answer(args, data, lines)
    return 2 if last.unreadable else 0


def run_import(args: argparse.Namespace) -> int:
    """0 checked and installed."""
    card = import_encoder(args.source)
    data = {"event": "installed", "name": card.model_id, "weights_hash": card.weights_hash, "licence": card.licence}
    answer_line(args, data, f"{card.model_id} is installed. Licence: {card.licence}.")
    return 0


def run_export(args: argparse.Namespace) -> int:
    """0 written."""
    with open_store(args) as store:
        path = export_encoder(find_encoder(store, args.name), args.target_path)
    answer(args, {"name": args.name, "path": str(path)}, [f"{args.name} was written to {path}."])
    return 0


def run_delete(args: argparse.Namespace) -> int:
    """0 deleted; 2 when the question was answered with no."""
    with open_store(args) as store:
        encoder = find_encoder(store, args.name)
        if not args.yes and can_ask() and not ask(f"Delete {encoder.folder}, {_megabytes(encoder.size)}?"):
            say("Nothing was deleted.")
            return 2
        delete_encoder(encoder)
    answer(args, {"deleted": args.name}, [f"{args.name} was deleted, {_megabytes(encoder.size)}."])
    return 0


def _active(store: Repository) -> KnownEncoder:
    return find_encoder(store, in_force(store).active.model_id)


def _open(args: argparse.Namespace, encoder: KnownEncoder) -> Encoder:
    """By the runtime of the settings where the encoder has it."""
    try:
        return open_card(encoder.card, encoder.folder, settings_of(args).runtime)
    except ModelError:
        return open_card(encoder.card, encoder.folder)


def _reencode(args: argparse.Namespace, store: Repository, encoder: KnownEncoder) -> Reencoded:
    """How it ended; with --json each step is a line, else there is a bar."""
    state = Reencoded(0, 0)
    with counter("Re-encoding") as bar:
        for state in _steps(args, store, encoder):
            bar(state.done, state.total)
            if args.json and args.target == "facekit.cli.models:run_reencode":
                answer_line(args, {"event": "reencoded", "done": state.done, "total": state.total}, "")
    return state


def _steps(args: argparse.Namespace, store: Repository, encoder: KnownEncoder) -> Iterator[Reencoded]:
    if store.coverage(encoder.card.key).to_encode:
        yield from reencode(store, _open(args, encoder))


def _compared(args: argparse.Namespace, first: KnownEncoder, second: KnownEncoder) -> Beside:
    settings = settings_of(args)
    operating = Operating(DecisionRule.of(settings, first.card).threshold, settings.target_fmr)
    pictures = labelled(args.on)
    old, new = _open(args, first), _open(args, second)
    encode = _encode_both(args, old, new)
    with counter("Encoding") as bar:

        def tell(done: int, total: int) -> None:
            bar(done, total)
            if args.json and args.target == "facekit.cli.models:run_compare":
                answer_line(args, {"event": "encoded", "done": done, "total": total}, "")

        found = compare(pictures, encode, operating, measured_on=f"the people in {args.on.name}, {date.today().isoformat()}", progress=tell)
    return replace(found, verdict=with_others(found.verdict, [judge_on_cast(old, new)])) if found.verdict else found


def _encode_both(args: argparse.Namespace, first: Encoder, second: Encoder) -> EncodeBoth:
    settings = settings_of(args)

    def crops(path: Path) -> tuple[Embedding, Embedding]:
        face = read_aligned(path, size=_ALIGNED_SIDE)
        made = [Mirrored(encoder).encode([realigned(face, size=encoder.card.input_size)])[0] for encoder in (first, second)]
        return made[0], made[1]

    if args.aligned:
        return _lenient(crops)
    detector = open_detector(settings.detector, min_face=settings.min_face, landmarker=settings.landmarker)
    pipeline = FacePipeline(detector, first, [second])

    def photos(path: Path) -> tuple[Embedding, Embedding] | None:
        sample = prominent_sample(pipeline, path)
        return (sample.embedding, sample.beside[0]) if sample else None

    return _lenient(photos)


def _lenient(encode: EncodeBoth) -> EncodeBoth:
    """The same, with a picture that cannot be read told and counted like one without a face."""

    def encode_or_say(path: Path) -> tuple[Embedding, Embedding] | None:
        try:
            return encode(path)
        except ImageError as error:
            say(str(error))
            return None

    return encode_or_say


def _compared_notes(found: Beside) -> Iterator[str]:
    report = found.first.report
    yield f"{report.n:,} pairs ({report.mated_count:,} mated); no face found in {_count(len(report.undetected_names), 'picture')}."
    if not found.first.is_supported:
        yield f"Too few pairs of different people to show a false match rate of {TARGET_FMR:g}: that column is an estimate only."
    if found.verdict:
        yield found.verdict.reason


def _switch_lines(store: Repository, entry: EncoderChange) -> list[str]:
    new = entry.change.new
    covered = store.coverage(new)
    lines = [f"{new.encoder_id} is the active encoder now. It knows {covered.across} of {_count(covered.people, 'person', 'people')}."]
    if left := covered.people - covered.across:
        lines.append(f"{_count(left, 'person', 'people')} more stay recognised by the encoder that knows them.")
    return lines + _needing_lines([person.name for person in covered.needing])


def _needing(store: Repository) -> list[str]:
    return [person.name for person in store.coverage(in_force(store).active.key).needing]


def _needing_lines(names: list[str]) -> list[str]:
    if not names:
        return []
    return [f"Need a new picture, for no crop was kept: {', '.join(names)}. facekit enrol NAME IMAGE..."]


def _point(encoder: KnownEncoder) -> tuple[str, str]:
    if not encoder.card.operating_points:
        return "–", "not calibrated"
    point = encoder.card.operating_point(TARGET_FMR)
    return f"{point.threshold:.3f}", _rate(Estimate(point.fnmr, point.fnmr_interval))


def _rate(rate: Estimate) -> str:
    return f"{100 * rate.value:.2f} % ({100 * rate.interval.low:.2f} … {100 * rate.interval.high:.2f})"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _count(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Columns as wide as their widest cell."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (head, *rows)]


def _change_line(entry: EncoderChange) -> str:
    change = entry.change
    reason = f", forced: {change.reason}" if change.reason else ""
    return f"{entry.changed_at:%Y-%m-%d %H:%M} UTC  {change.kind}  {change.old} to {change.new}{reason}"


def _change_json(entry: EncoderChange) -> dict[str, Any]:
    change = entry.change
    return {
        "changed_at": entry.changed_at.isoformat(),
        "kind": change.kind.value,
        "old": _key_json(change.old),
        "new": _key_json(change.new),
        "evidence": json.loads(change.evidence) if change.evidence else None,
        "reason": change.reason,
    }


def _key_json(key: EncoderKey) -> dict[str, str]:
    return {"encoder": key.encoder_id, "weights_hash": key.weights_hash}


def _json(encoder: KnownEncoder) -> dict[str, Any]:
    card = encoder.card
    return {
        **_key_json(card.key),
        "origin": encoder.origin.value,
        "use": encoder.use.value,
        "templates": encoder.template_count,
        "folder": str(encoder.folder),
        "bytes": encoder.size,
        "licence": card.licence,
        "date": card.date,
        "operating_points": [
            {"target_fmr": p.target_fmr, "threshold": p.threshold, "fmr": p.fmr, "fnmr": p.fnmr} for p in card.operating_points
        ],
    }
