"""A folder of aligned pairs, measured with vectors made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.training_data import patches, write_pairs, write_zip
from training.data.pairs import AlignedPairs
from training.errors import TrainingError


def test_report_of_vectors_that_are_the_persons_makes_no_error(tmp_path: Path) -> None:
    pairs = AlignedPairs(write_pairs(tmp_path / "pairs", persons=6))
    assert pairs.persons[:3] == ("p0", "p0", "p1")
    own = np.repeat(np.eye(6, dtype=np.float32), 2, axis=0)
    report = pairs.report(3 * own, resamples=5)  # of any length
    assert (report.n, report.accuracy.value, report.eer.value) == (12, 1.0, 0.0)


def test_report_with_other_vectors_of_the_probes_compares_left_with_those(tmp_path: Path) -> None:
    pairs = AlignedPairs(write_pairs(tmp_path / "pairs", persons=6))
    own = np.repeat(np.eye(6, dtype=np.float32), 2, axis=0)
    # p0's pictures as probes look like p5's: one mated pair of six is missed, and (p1, p0) stays apart.
    probes = own.copy()
    probes[:2] = own[10]
    report = pairs.report(own, probes, resamples=5)
    assert report.accuracy.value == pytest.approx(11 / 12)
    assert (report.mated_count, report.non_mated_count) == (6, 6)


def test_pairs_that_name_a_face_which_is_not_there_are_refused(tmp_path: Path) -> None:
    folder = write_pairs(tmp_path / "pairs", persons=2)
    write_zip(folder / "aligned112.zip", {"p0/p0_1.webp": patches(0)})
    with pytest.raises(TrainingError, match="lacks p0/p0_2"):
        AlignedPairs(folder)
