"""What is known of an encoder, in words. Free of Qt."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from facekit.cards import Figure as Measured
from facekit.cards import ModelCard
from facekit.evaluation.promotion import Finding, Verdict
from facekit.models.inventory import KnownEncoder, Origin, Use
from facekit.store.base import Coverage, EncoderChange
from facekit.types import Interval, OperatingPoint
from ui.language import count_words, day_and_time, decimal, percent, whole
from ui.pages.models.overview import Overview
from ui.pages.models.state import Can, EncoderCard, Figure, Tone

_USES = {
    Use.ACTIVE: "active",
    Use.BESIDE: "asked beside the active one, for people whom only it knows",
    Use.KEPT: "kept for a way back",
    Use.NONE: "not used here",
}
_ORIGINS = {
    Origin.SHIPPED: "came with Facekit",
    Origin.INSTALLED: "installed by you",
    Origin.CANDIDATE: "made by a retraining, not installed yet",
}
_CARD_FIGURES = {"accuracy": "Accuracy", "eer": "Equal error rate"}
_SHOWN_NAMES = 40


def encoder_card(known: Overview, encoder: KnownEncoder, verdict: Verdict | None) -> EncoderCard:
    """The card of one encoder, with the verdict that is to be shown of it."""
    coverage = known.coverage[encoder.card.key]
    return EncoderCard(
        name=encoder.card.model_id,
        use=_use(encoder, known.active_since(encoder)),
        tone=Tone.GOOD if encoder.use is Use.ACTIVE else Tone.PLAIN,
        facts=_facts(encoder, coverage),
        figures=_figures(encoder.card),
        verdict=verdict_words(verdict) if verdict else "",
        verdict_tone=verdict_tone(verdict) if verdict else Tone.PLAIN,
        needing=needing_words(coverage, encoder.card.model_id) if encoder.use is Use.ACTIVE else "",
        can=_can(encoder, coverage),
    )


def rate_words(rate: float) -> str:
    """A rate: 0.0844 → "8.4%"; small ones with more digits."""
    if rate >= 0.01 or not rate:
        return percent(rate, 1)
    return percent(rate, len(f"{Decimal(f'{100 * rate:.2g}'):f}".partition(".")[2]))


def interval_words(interval: Interval | None) -> str:
    """Its 95 % interval: "6.2% … 10.5%"."""
    return f"{percent(interval.low, 1)} … {percent(interval.high, 1)}" if interval else ""


def verdict_words(verdict: Verdict) -> str:
    """Which two were compared, and what came of it."""
    return f"Compared with {verdict.old.encoder_id}: {verdict.reason}"


def verdict_tone(verdict: Verdict) -> Tone:
    """Only what was shown to be no worse is good."""
    return Tone.GOOD if verdict.finding is Finding.NOT_WORSE else Tone.CARE


def needing_words(coverage: Coverage, encoder: str) -> str:
    """Who needs a new picture before the encoder knows them, by name; empty where nobody does."""
    if not coverage.needing:
        return ""
    verb = "needs" if len(coverage.needing) == 1 else "need"
    return f"{_names([person.name for person in coverage.needing])} {verb} a new picture, for none was kept that {encoder} could be shown."


def _names(names: Sequence[str]) -> str:
    if len(names) > _SHOWN_NAMES:
        return f"{', '.join(names[:_SHOWN_NAMES])} and {whole(len(names) - _SHOWN_NAMES)} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _use(encoder: KnownEncoder, change: EncoderChange | None) -> str:
    since = f" since {day_and_time(change.changed_at)}" if change else ""
    forced = ", by force" if change and change.change.reason else ""
    return f"{_USES[encoder.use]}{since if encoder.use is Use.ACTIVE else ''}{forced if encoder.use is Use.ACTIVE else ''}"


def _facts(encoder: KnownEncoder, coverage: Coverage) -> tuple[tuple[str, str], ...]:
    card = encoder.card
    what = f"{card.embedding_size} numbers a face, from {card.input_size} × {card.input_size} pixels"
    return (
        ("What", f"{what}; {_ORIGINS[encoder.origin]}, {decimal(encoder.size / 1e6, 1)} MB, dated {card.date}"),
        ("Here", _here(encoder, coverage)),
        ("Made", _sentence(card.origin)),
        ("Data", _sentence(card.data)),
        ("Licence", _sentence(card.licence)),
    )


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}" if words else "Not stated"


def _here(encoder: KnownEncoder, coverage: Coverage) -> str:
    if not coverage.people:
        return "Nobody is enrolled yet"
    knows = f"knows {whole(coverage.across)} of {count_words(coverage.people, 'person', 'people')}"
    parts = [f"{count_words(encoder.template_count, 'template')}, {knows}"]
    if coverage.to_encode:
        parts.append(f"{count_words(len(coverage.to_encode), 'kept picture')} could be re-encoded")
    return "; ".join(parts)


def _figures(card: ModelCard) -> tuple[Figure, ...]:
    by_name = {figure.name: figure for figure in card.figures}
    measured = [_card_figure(words, by_name[name]) for name, words in _CARD_FIGURES.items() if name in by_name]
    points = sorted(card.operating_points, key=lambda point: -point.target_fmr)
    return (*measured, *map(_point, points))


def _card_figure(words: str, figure: Measured) -> Figure:
    return Figure(words, rate_words(figure.value), interval_words(figure.interval), "", figure.measured_on)


def _point(point: OperatingPoint) -> Figure:
    words = f"FNMR at FMR {rate_words(point.target_fmr)}"
    limit = f"limit {decimal(point.threshold)}"
    return Figure(words, rate_words(point.fnmr), interval_words(point.fnmr_interval), limit, point.measured_on)


def _can(encoder: KnownEncoder, coverage: Coverage) -> tuple[Can, ...]:
    is_here, is_active = encoder.origin is not Origin.CANDIDATE, encoder.use is Use.ACTIVE
    offered = {
        Can.PROMOTE: not is_active and bool(encoder.card.operating_points),
        Can.REENCODE: is_here and bool(coverage.to_encode),
        Can.RELEASE: not is_active and bool(encoder.template_count),
        Can.EXPORT: True,
        Can.DELETE: encoder.origin is not Origin.SHIPPED,
    }
    return tuple(action for action, is_offered in offered.items() if is_offered)
