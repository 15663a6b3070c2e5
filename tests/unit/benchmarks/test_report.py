"""The report says what the kept results say."""

from __future__ import annotations

from benchmarks.encoder_sections import DET
from benchmarks.report import REPORT, drawing, report


def test_report_in_the_repository_is_what_the_kept_results_give() -> None:
    assert REPORT.read_text(encoding="utf-8") == report(), "run: python -m benchmarks.report"


def test_curves_in_the_repository_are_those_of_the_kept_results() -> None:
    figure = REPORT.with_name(DET)
    assert (figure.read_text(encoding="utf-8") if figure.is_file() else "") == drawing(), "run: python -m benchmarks.report"
