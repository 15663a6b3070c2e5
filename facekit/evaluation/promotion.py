"""May a new encoder take the old one's place? Both are measured on persons whom the new one never saw, at the old one's false match rate.

Beside them stand other people, a cast that comes with the program among them (facekit.evaluation.cast): who learns a few faces may forget
the rest of the world, and those held out are of one kind with those trained on.

"Not worse" is shown, never presumed: FNMR may rise by `tolerance` at most, by the upper end of the 95 % interval of the difference. What
too few persons or comparisons cannot show is refused like what is worse.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from facekit.errors import EvaluationError
from facekit.evaluation.calibrate import AllPairs, all_pairs, limits_at_fmr
from facekit.evaluation.intervals import RESAMPLES, draws, percentiles, widest, wilson
from facekit.evaluation.rates import is_supported, needed_for, threshold_at_fmr
from facekit.evaluation.trials import Float64Array
from facekit.types import EncoderKey, FloatArray, Interval

VERDICT_NAME = "verdict.json"
"""In a candidate's folder, beside its card."""
TOLERANCE = 0.01
"""By how much FNMR may rise: one mated comparison of a hundred."""
LEAST_PERSONS = 8
"""Fewer say too little of how persons differ, however many pictures they have."""
_RULE_OF_THREE = 3
_REACH = 20
"""So many times those within τ of the nearest non-mated distances are kept: no resample of persons reaches beyond."""
_KEEP = 20_000
"""So many are kept at least."""


class Finding(StrEnum):
    """What a comparison of two encoders comes to; only the first lets the new one in."""

    NOT_WORSE = "not_worse"
    WORSE = "worse"
    UNPROVEN = "unproven"
    TOO_FEW = "too_few"


_GRAVEST = (Finding.WORSE, Finding.UNPROVEN, Finding.TOO_FEW)


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """What one encoder makes of N pictures.

    Args:
        vectors: (N, D) float32, unit rows.
    """

    key: EncoderKey
    vectors: FloatArray


@dataclass(frozen=True, slots=True)
class Operating:
    """Where the old encoder stands in use.

    Args:
        threshold: Its τ.
        wanted_fmr: The false match rate that τ was set for.
    """

    threshold: float
    wanted_fmr: float


@dataclass(frozen=True, slots=True)
class Side:
    """One encoder at the FMR of the comparison.

    Args:
        threshold: The largest τ that keeps the FMR on these persons.
    """

    key: EncoderKey
    threshold: float
    fnmr: float
    fnmr_interval: Interval


@dataclass(frozen=True, slots=True)
class Evidence:
    """The comparison in numbers.

    Args:
        measured_on: The persons, in words.
        wanted_fmr: What the old τ was set for.
        fmr: At which both are compared: what the old τ has on these persons, at least the smallest that they can show.
        difference: FNMR of the new encoder less that of the old; below 0 is better.
        difference_interval: 95 %, by drawing persons, the same for both encoders.
        tolerance: The largest difference that may be.
    """

    measured_on: str
    persons: int
    pictures: int
    mated_count: int
    non_mated_count: int
    wanted_fmr: float
    fmr: float
    old: Side
    new: Side
    difference: float
    difference_interval: Interval
    tolerance: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the new encoder may take the old one's place.

    Args:
        old, new: The two that were compared: the verdict holds for no other weights.
        reason: One sentence with the numbers.
        evidence: None where there was too little to measure anything.
        on: The persons, in words.
        others: The verdicts on other sets, each of which had its say.
    """

    old: EncoderKey
    new: EncoderKey
    finding: Finding
    reason: str
    evidence: Evidence | None
    on: str = ""
    others: tuple[Verdict, ...] = ()

    @property
    def may_be_promoted(self) -> bool:
        """Only what was shown to be not worse."""
        return self.finding is Finding.NOT_WORSE

    def as_json(self) -> dict[str, Any]:
        """Plain values, which `verdict_from` reads again."""
        return asdict(self)

    def save(self, folder: Path) -> Path:
        """Write it into a candidate's folder, whole or not at all."""
        path = folder / VERDICT_NAME
        scratch = path.with_suffix(".part")
        scratch.write_text(json.dumps(self.as_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        scratch.replace(path)
        return path


def load_verdict(folder: Path) -> Verdict:
    """The verdict in a candidate's folder.

    Raises:
        EvaluationError: There is none, or it cannot be understood.
    """
    path = folder / VERDICT_NAME
    try:
        return verdict_from(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise EvaluationError(
            f"There is no verdict in {folder}.", hint="Only an encoder that was compared with the present one can take its place."
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvaluationError(f"The verdict {path} cannot be read: {error!r}.", hint="Compare the encoders again.") from error


def verdict_from(raw: Mapping[str, Any]) -> Verdict:
    """The verdict of plain values. Raises KeyError, TypeError or ValueError where they are none."""
    evidence = raw["evidence"]
    return Verdict(
        old=EncoderKey(**raw["old"]),
        new=EncoderKey(**raw["new"]),
        finding=Finding(raw["finding"]),
        reason=str(raw["reason"]),
        evidence=None if evidence is None else _evidence_from(evidence),
        on=str(raw.get("on", "")),
        others=tuple(verdict_from(each) for each in raw.get("others", ())),
    )


def judge(
    old: Encoded,
    new: Encoded,
    persons: Sequence[str],
    operating: Operating,
    *,
    measured_on: str,
    tolerance: float = TOLERANCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Verdict:
    """The verdict on the same pictures through both encoders.

    Args:
        persons: N names, who each picture shows; none of them may have been trained on.

    Raises:
        ValueError: Vectors and persons differ in number.
    """
    if lack := shortage(persons, operating, tolerance):
        return Verdict(old.key, new.key, Finding.TOO_FEW, lack, None, measured_on)
    evidence = _compared(old, new, persons, operating, tolerance, resamples=resamples, seed=seed)
    return replace(_judged(replace(evidence, measured_on=measured_on)), on=measured_on)


def with_others(own: Verdict, others: Sequence[Verdict]) -> Verdict:
    """The verdict on all sets: one that refuses is enough. The reason names each set, those that refuse first; the evidence is its own.

    Args:
        others: Of the same two encoders.
    """
    every = (own, *others)
    refusing = [each for each in every if not each.may_be_promoted]
    told = [*refusing, *(each for each in every if each.may_be_promoted)]
    finding = min((each.finding for each in refusing), key=_GRAVEST.index, default=own.finding)
    words = [f"On {each.on}: {each.reason[:1].lower()}{each.reason[1:]}" for each in told]
    return replace(own, finding=finding, reason=" ".join(words), others=tuple(others))


def fnmr_at_fmr(pairs: AllPairs, fmr: float, drawn: Float64Array) -> Float64Array:
    """(b,) FNMR at the largest threshold whose FMR is at most `fmr`, for each of b ways of counting the persons.

    Args:
        drawn: (b, P) how often each person counts. NaN comes of those that leave no mated or no non-mated comparison.
    """
    order = np.argsort(pairs.mated, kind="stable")
    mated = pairs.mated[order]
    weights = drawn[:, pairs.mated_persons[order]]
    limit = limits_at_fmr(pairs, fmr, drawn)
    within = np.concatenate([np.zeros((len(drawn), 1)), np.cumsum(weights, axis=1)], axis=1)
    hits = np.take_along_axis(within, np.searchsorted(mated, limit, side="left")[:, None], axis=1)[:, 0]
    known = (within[:, -1] > 0) & np.isfinite(limit)
    return np.where(known, 1 - hits / np.where(known, within[:, -1], 1.0), np.nan)


def shortage(persons: Sequence[str], operating: Operating, tolerance: float) -> str:
    """What is lacking to show anything; empty where nothing is."""
    pictures = np.unique(np.asarray(persons, np.str_), return_counts=True)[1] if persons else np.zeros(0, np.int64)
    mated = int((pictures * (pictures - 1) // 2).sum())
    non_mated = int((pictures.sum() ** 2 - (pictures**2).sum()) // 2)
    if (several := int((pictures > 1).sum())) < LEAST_PERSONS:
        return f"Only {several} held-out persons have two pictures or more; it takes {LEAST_PERSONS} to say how persons differ."
    if not is_supported(operating.wanted_fmr, non_mated):
        return (
            f"{non_mated:,} comparisons of different persons cannot show a false match rate of {operating.wanted_fmr:g}, "
            f"for no error in n of them bounds it by 3/n: it takes {needed_for(operating.wanted_fmr):,}."
        )
    if not is_supported(tolerance, mated):
        return (
            f"{mated:,} comparisons of a person with themselves cannot show that {tolerance:.1%} more are missed at most, "
            f"for no error in n of them bounds the rate by 3/n: it takes {needed_for(tolerance):,}."
        )
    return ""


def _compared(
    old: Encoded, new: Encoded, persons: Sequence[str], operating: Operating, tolerance: float, *, resamples: int, seed: int
) -> Evidence:
    first, second = all_pairs(old.vectors, persons, keep=1.0), all_pairs(new.vectors, persons, keep=1.0)
    matched = int(np.searchsorted(first.nearest, np.float32(operating.threshold), side="right"))
    fmr = max(matched, _RULE_OF_THREE) / first.non_mated_count
    first, second = (_nearest(pairs, max(_KEEP, _REACH * matched)) for pairs in (first, second))
    count, cells = len(first.pictures), len(first.mated) + len(first.nearest)
    drawn = list(draws(count, resamples=resamples, seed=seed, cells_each=cells))
    values = [np.concatenate([fnmr_at_fmr(side, fmr, block) for block in drawn]) for side in (first, second)]
    sides = [_side(each, pairs_of, fmr, found) for each, pairs_of, found in zip((old, new), (first, second), values, strict=True)]
    return Evidence(
        measured_on="",
        persons=count,
        pictures=len(persons),
        mated_count=len(first.mated),
        non_mated_count=first.non_mated_count,
        wanted_fmr=operating.wanted_fmr,
        fmr=fmr,
        old=sides[0],
        new=sides[1],
        difference=sides[1].fnmr - sides[0].fnmr,
        difference_interval=percentiles(values[1] - values[0]),
        tolerance=tolerance,
    )


def _nearest(pairs: AllPairs, count: int) -> AllPairs:
    """The same with fewer of the non-mated distances."""
    return replace(pairs, nearest=pairs.nearest[:count], nearest_left=pairs.nearest_left[:count], nearest_right=pairs.nearest_right[:count])


def _side(encoded: Encoded, pairs: AllPairs, fmr: float, values: Float64Array) -> Side:
    value = float(fnmr_at_fmr(pairs, fmr, np.ones((1, len(pairs.pictures))))[0])
    interval = widest(percentiles(values), wilson(value * len(pairs.mated), len(pairs.mated)))
    threshold = threshold_at_fmr(pairs.nearest, fmr, count=pairs.non_mated_count).threshold
    return Side(encoded.key, threshold, value, interval)


def _judged(evidence: Evidence) -> Verdict:
    interval = evidence.difference_interval
    numbers = (
        f"At a false match rate of {evidence.fmr:.2g}, {evidence.old.fnmr:.2%} of mated comparisons were missed before and "
        f"{evidence.new.fnmr:.2%} now: a difference of {100 * evidence.difference:+.2f} points "
        f"(95 %: {100 * interval.low:+.2f} … {100 * interval.high:+.2f})"
    )
    if interval.high <= evidence.tolerance:
        finding, end = Finding.NOT_WORSE, f"not worse by more than {evidence.tolerance:.1%}."
    elif interval.low > 0:
        finding, end = Finding.WORSE, "worse."
    else:
        finding, end = Finding.UNPROVEN, f"it may be worse by more than {evidence.tolerance:.1%}: more persons would tell."
    return Verdict(evidence.old.key, evidence.new.key, finding, f"{numbers}: {end}", evidence)


def _evidence_from(raw: Mapping[str, Any]) -> Evidence:
    sides = {
        name: Side(**{**raw[name], "key": EncoderKey(**raw[name]["key"]), "fnmr_interval": Interval(**raw[name]["fnmr_interval"])})
        for name in ("old", "new")
    }
    return Evidence(**{**raw, **sides, "difference_interval": Interval(**raw["difference_interval"])})
