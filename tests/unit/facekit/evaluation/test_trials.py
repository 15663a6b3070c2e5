"""Comparisons are checked and sorted."""

from __future__ import annotations

import numpy as np
import pytest

from facekit.errors import EvaluationError
from facekit.evaluation.trials import Trials, person_codes


def test_trials_when_unsorted_are_sorted_with_everything_that_belongs_to_them() -> None:
    trials = Trials.of([3.0, 1.0, 2.0], [False, True, False], [30, 10, 20], [31, 11, 21], [3, 1, 2])
    assert trials.distances.tolist() == [1.0, 2.0, 3.0]
    assert trials.same.tolist() == [True, False, False]
    assert (trials.left.tolist(), trials.right.tolist(), trials.folds.tolist()) == ([10, 20, 30], [11, 21, 31], [1, 2, 3])
    assert (len(trials), trials.mated_count, trials.non_mated_count) == (3, 1, 2)


@pytest.mark.parametrize("same", [[], [True, True], [False]])
def test_trials_when_one_kind_is_missing_are_refused(same: list[bool]) -> None:
    rows = list(range(len(same)))
    with pytest.raises(EvaluationError, match="non-mated comparisons") as caught:
        Trials.of([0.5] * len(same), same, rows, rows)
    assert "some of both" in caught.value.hint


def test_trials_when_a_distance_is_not_a_number_are_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        Trials.of([0.5, np.nan], [True, False], [0, 0], [0, 1])


def test_trials_when_lengths_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        Trials.of([0.5, 1.0], [True, False], [0], [0, 1])


def test_person_codes_when_names_repeat_are_equal_for_equal_names() -> None:
    assert person_codes(["Eva", "Ana", "Eva", "Bo"]).tolist() == [2, 0, 2, 1]
    assert person_codes([]).shape == (0,)
