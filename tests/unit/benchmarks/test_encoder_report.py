"""Our encoder beside a teacher: both on the pairs, ours alone on the faces."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.encoder_report import reports
from tests.support.training_data import write_faces, write_pairs, write_teacher
from training.data.faces import open_faces
from training.data.pairs import AlignedPairs
from training.evaluate import EvaluateOptions


@pytest.mark.models
def test_reports_measure_all_on_the_pairs_and_ours_alone_on_the_faces(tmp_path: Path) -> None:
    pairs = AlignedPairs(write_pairs(tmp_path / "pairs", persons=70))
    faces = open_faces([str(write_faces(tmp_path, persons=4, pictures=3))])
    options = EvaluateOptions(pairs, faces, target_fmr=0.01, resamples=5)
    ours, once, teacher = reports(["encoder-v0"], [write_teacher(tmp_path / "patches")], options)
    names = (ours["encoder"], once["encoder"], teacher["encoder"])
    assert names == ("encoder-v0", "encoder-v0 (one look)", "patches")
    assert ours["pairs"]["n"] == teacher["pairs"]["n"] == 140
    (found,) = ours["open_sets"]
    assert (found["enrolled"], len(found["confusions"]) <= 3, "undetected_names" in found) == (2, True, False)
    assert not {"groups", "open_sets"} & {*once, *teacher}


@pytest.mark.models
def test_reports_measure_a_model_in_integers_beside_its_floats_where_it_has_them(tmp_path: Path) -> None:
    options = EvaluateOptions(AlignedPairs(write_pairs(tmp_path / "pairs", persons=70)), target_fmr=0.01, resamples=5)
    found = [report["encoder"] for report in reports(["encoder-v1", "encoder-v2"], [], options)]
    once = ["encoder-v1 (one look)", "encoder-v2 (one look)"]
    assert found == ["encoder-v1", "encoder-v2", *once, "encoder-v2 (onnx-int8)"]
