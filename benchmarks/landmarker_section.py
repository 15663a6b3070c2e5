"""The report's section on the landmarker: its points beside those of each detector, and what they are worth."""

from __future__ import annotations

from benchmarks.tables import Result, percent, table, tar, with_interval

_WHOSE = {"own": "its own", "landmarker": "the landmarker's"}


def landmarker(result: Result) -> str:
    """Two tables."""
    intro = (
        f"{result['landmarker']}, {result['ms_a_face']:.1f} ms of one processor a face. Points: {result['faces']} faces of HELEN's test "
        f"part, errors in distances of the eyes' middles. Recognition: {result['encoder']}, from whole photos."
    )
    return f"{intro}\n\n{_points(result['points'])}\n\n{_recognition(result['recognition'])}"


def _points(detectors: Result) -> str:
    rows = [
        (name, row["found"], words, percent(row[whose]["error"]), percent(row[whose]["median"]), with_interval(row[whose], "failures"))
        for name, row in detectors.items()
        for whose, words in _WHOSE.items()
    ]
    return table(("detector", "found", "points", "mean error", "median", "faces above 10 %"), rows)


def _recognition(detectors: Result) -> str:
    rows = []
    for name, both in detectors.items():
        for whose, words in _WHOSE.items():
            pairs, gallery = both[whose]["pairs"], both[whose]["gallery"]
            rates = (with_interval(pairs, "accuracy"), with_interval(pairs, "eer"), tar(pairs, "0.01"), tar(pairs, "0.001"))
            rows.append((name, words, *rates, with_interval(gallery, "rank1"), with_interval(gallery, "fnir")))
    head = ("detector", "points", "LFW View 1", "EER", "TAR at FAR 0.01", "at 0.001", "photos: rank 1", "FNIR")
    return table(head, rows)
