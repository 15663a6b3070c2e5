"""1:1 verification measured on a list of pairs, as Labeled Faces in the Wild does it. How a picture is encoded is the caller's.

A picture in which no face was found is an error at every threshold: in accuracy and EER a mated pair with it never matches, and a
non-mated pair with it always does. (ISO/IEC 19795-1's generalised rates would count the second kind as right, so these figures can only
be worse than those.) TAR at FAR asks what is let through: there a pair without a face is let through at no threshold, mated or not.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np

from facekit.errors import EvaluationError
from facekit.evaluation.intervals import RESAMPLES, Estimate, beside, estimate
from facekit.evaluation.rates import best_accuracy, best_threshold, eer, fold_accuracies, fold_accuracy, tar_at_far
from facekit.evaluation.trials import Trials, person_codes
from facekit.matching.decide import distance
from facekit.types import Embedding

Embed = Callable[[str], Embedding | None]
"""The embedding of the face in a picture, None where no face was found."""
Progress = Callable[[int, int], None]
"""Told how many pictures are done, of how many."""

FARS = (0.01, 0.001)
"""The false accept rates at which TAR is reported."""
_TRUTH = {"1": True, "0": False, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures and whether they show the same person.

    Args:
        left: The picture's name, a path as a rule; its folder stands for the person.
        fold: The part of the data that the pair belongs to, None where there are no parts.
    """

    left: str
    right: str
    same: bool
    fold: int | None = None


@dataclass(frozen=True, slots=True)
class PairsReport:
    """What was measured on a list of pairs.

    Args:
        n: Pairs.
        undetected_names: The pictures without a face that could be found, each one an error of all its pairs.
        accuracy: With folds the mean over the folds, each decided by the threshold that is best on the others; else at the best threshold.
        accuracy_sd: Standard deviation over the folds (n − 1), None without folds.
        is_in_sample: There were no folds: the accuracy is at the threshold chosen on the same pairs, so a little too good.
        threshold: The best one on all pairs.
        ms_per_face: Mean time to find and encode the face of one picture.
    """

    n: int
    mated_count: int
    non_mated_count: int
    undetected_names: tuple[str, ...]
    accuracy: Estimate
    accuracy_sd: float | None
    is_in_sample: bool
    eer: Estimate
    tar_at_far: Mapping[float, Estimate]
    threshold: float
    ms_per_face: float

    def as_json(self) -> dict[str, object]:
        """The report as plain values; the sd is None where there are no folds."""
        return {
            "n": self.n,
            "undetected": len(self.undetected_names),
            **beside("accuracy", self.accuracy),
            "accuracy_sd": self.accuracy_sd,
            **beside("eer", self.eer),
            "tar_at_far": {f"{target:g}": found.value for target, found in self.tar_at_far.items()},
            "tar_at_far_interval": {f"{target:g}": list(astuple(found.interval)) for target, found in self.tar_at_far.items()},
            "threshold": self.threshold,
            "ms_per_face": self.ms_per_face,
            "undetected_names": list(self.undetected_names),
        }


def read_pairs(path: Path) -> tuple[Pair, ...]:
    """The pairs of a CSV file with the columns left, right, same (1 or 0) and, if wanted, fold (a whole number).

    Raises:
        EvaluationError: The file cannot be read, a column is missing, or a row is wrong; the message has its line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            _check_columns(path, reader.fieldnames or ())
            pairs = tuple(_pair(path, reader.line_num, row) for row in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise EvaluationError(f"The pairs {path} cannot be read: {error}.", hint="Give a CSV file in UTF-8.") from error
    if not pairs:
        raise EvaluationError(f"The pairs {path} hold no row.", hint="Each row is left,right,same: two pictures and 1 or 0.")
    return pairs


def evaluate_pairs(
    pairs: Sequence[Pair], embed: Embed, *, progress: Progress | None = None, resamples: int = RESAMPLES, seed: int = 0
) -> PairsReport:
    """Every figure of the report; each picture is encoded once, in the order in which the pairs name them.

    Raises:
        EvaluationError: No mated or no non-mated pair, or folds on some pairs only.
        ModelMismatchError: `embed` answered with different encoders or weights.
    """
    _check_kinds(pairs)
    names = tuple(dict.fromkeys(name for pair in pairs for name in (pair.left, pair.right)))
    embeddings: dict[str, Embedding | None] = {}
    seconds = 0.0
    for name in names:
        started = time.perf_counter()
        embeddings[name] = embed(name)
        seconds += time.perf_counter() - started
        if progress is not None:
            progress(len(embeddings), len(names))
    undetected = tuple(name for name in names if embeddings[name] is None)
    strict, let_through = (pair_trials(pairs, embeddings, faceless_non_mated=lost) for lost in (-np.inf, np.inf))
    return _report(strict, let_through, undetected, 1000 * seconds / len(names), resamples=resamples, seed=seed)


def pair_trials(pairs: Sequence[Pair], embeddings: Mapping[str, Embedding | None], *, faceless_non_mated: float = -np.inf) -> Trials:
    """The comparisons that the pairs ask for; a mated one without a face has the distance ∞.

    Args:
        faceless_non_mated: The distance of a non-mated comparison without a face: −∞ makes it an error, ∞ makes it right.

    Raises:
        EvaluationError: No mated or no non-mated pair, or folds on some pairs only.
        ModelMismatchError: Different encoders or weights made the embeddings.
    """
    _check_kinds(pairs)
    persons = person_codes([person_of(name) for pair in pairs for name in (pair.left, pair.right)]).reshape(-1, 2)
    return Trials.of(
        [_distance(pair, embeddings, faceless_non_mated) for pair in pairs],
        [pair.same for pair in pairs],
        persons[:, 0],
        persons[:, 1],
        [pair.fold or 0 for pair in pairs],
    )


def person_of(name: str) -> str:
    """Who a picture shows, for the bootstrap: its folder, or the whole name where there is none."""
    path = PurePosixPath(name.replace("\\", "/"))
    folder = str(path.parent)
    return name if folder == "." else folder


def _report(
    trials: Trials, let_through: Trials, undetected: tuple[str, ...], ms_per_face: float, *, resamples: int, seed: int
) -> PairsReport:
    has_folds = len(np.unique(trials.folds)) > 1
    measured = partial(estimate, trials, resamples=resamples, seed=seed)
    passed = partial(estimate, let_through, resamples=resamples, seed=seed)
    return PairsReport(
        n=len(trials),
        mated_count=trials.mated_count,
        non_mated_count=trials.non_mated_count,
        undetected_names=undetected,
        accuracy=measured(fold_accuracy if has_folds else best_accuracy, len(trials)),
        accuracy_sd=float(np.std(fold_accuracies(trials), ddof=1)) if has_folds else None,
        is_in_sample=not has_folds,
        eer=measured(eer, min(trials.mated_count, trials.non_mated_count)),
        tar_at_far={target: passed(partial(tar_at_far, target=target), trials.mated_count) for target in FARS},
        threshold=best_threshold(trials),
        ms_per_face=ms_per_face,
    )


def _distance(pair: Pair, embeddings: Mapping[str, Embedding | None], faceless_non_mated: float) -> float:
    left, right = embeddings[pair.left], embeddings[pair.right]
    if left is None or right is None:
        return np.inf if pair.same else faceless_non_mated
    return distance(left, right)


def _check_kinds(pairs: Sequence[Pair]) -> None:
    mated = sum(pair.same for pair in pairs)
    if mated in (0, len(pairs)):
        raise EvaluationError(
            f"There are {mated} mated and {len(pairs) - mated} non-mated pairs.",
            hint="An error rate needs some of both: rows with same 1 and rows with same 0.",
        )
    if len({pair.fold is None for pair in pairs}) > 1:
        raise EvaluationError("Some pairs have a fold and others have none.", hint="Fill the fold column in every row, or leave it out.")


def _check_columns(path: Path, found: Sequence[str]) -> None:
    missing = [column for column in ("left", "right", "same") if column not in found]
    if missing:
        raise EvaluationError(
            f"The pairs {path} have no column {', '.join(missing)}.",
            hint="The first line must read left,right,same or left,right,same,fold.",
        )


def _pair(path: Path, line: int, row: Mapping[str | None, object]) -> Pair:
    left, right, same, fold = (str(row.get(column) or "").strip() for column in ("left", "right", "same", "fold"))
    fault = ""
    if None in row or not left or not right:
        fault = "it needs one value in each column"
    elif same.lower() not in _TRUTH:
        fault = f"same is {same!r}, not 1 or 0"
    elif fold and not fold.isdecimal():
        fault = f"fold is {fold!r}, not a whole number"
    if fault:
        raise EvaluationError(f"Line {line} of {path} is not a pair: {fault}.", hint="Each row is left,right,same[,fold].")
    return Pair(left, right, _TRUTH[same.lower()], int(fold) if fold else None)
