"""The report says what the kept results say."""

from __future__ import annotations

from benchmarks.report import REPORT, report


def test_report_in_the_repository_is_what_the_kept_results_give() -> None:
    assert REPORT.read_text(encoding="utf-8") == report(), "run: python -m benchmarks.report"
