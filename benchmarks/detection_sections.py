"""What the report says of face detectors."""

from __future__ import annotations

from benchmarks.tables import Result, percent, table, with_interval

_OVERLAPS = ("0.5", "0.3")


def detection(result: Result) -> str:
    """Recall, precision and average precision by source and by size of face, with the figure."""
    pictures = result["pictures"]
    sources = next(iter(pictures.values()))
    rows = [(_source(source, sources[source]), label, *_rates(found[source])) for source in sources for label, found in pictures.items()]
    head = ("pictures", "detector", "recall at overlap 0.5", "precision", "AP", "recall at 0.3", "precision", "AP")
    sizes = [
        (f"{name} px", row["faces"], *(_size(found["all"]["overlaps"]["0.5"]["by_size"][name]) for found in pictures.values()))
        for name, row in sources["all"]["overlaps"]["0.5"]["by_size"].items()
    ]
    by_size = table(("size of face", "faces", *pictures), sizes)
    return (
        f"{table(head, rows)}\n\nBy size, recall (AP) at overlap 0.5:\n\n{by_size}\n\n"
        "![Precision over recall by size of face](results/detection_curves.svg)\n\n"
        f"No face of 40 px or more found, of {_photo_count(result)} photos of one person each: {_missed(result)}."
    )


def detection_points(result: Result) -> str:
    """How well the points lie."""
    rows = [
        (label, f"{row['found']} of {row['faces']}", f"{row['mean']:.3f}", f"{row['median']:.3f}")
        for label, row in result["points"].items()
    ]
    return table(("detector", "faces found", "mean error in eye distances", "median"), rows)


def detection_speed(result: Result) -> str:
    """Milliseconds of one thread."""
    rows = [(label, what, f"{ms['median']:.1f}", f"{ms['best']:.1f}") for label, by in result["ms"].items() for what, ms in by.items()]
    return table(("detector", "picture", "ms of one thread, median", "best"), rows)


def windows(result: Result) -> str:
    """One pass against window after window."""
    rows = [
        (
            f"{row['width']}×{row['height']}",
            f"{row['windows']:,}",
            f"{row['ms']['window after window']:.1f}",
            f"{row['ms']['one pass']:.1f}",
            f"{row['faster']:.1f}",
            f"{row['largest_difference']:.0e}",
        )
        for row in result["sizes"]
    ]
    head = (
        "picture",
        f"windows of {result['window']} px",
        "one by one, ms",
        "in one pass, ms",
        "times faster",
        "largest difference of scores",
    )
    return table(head, rows)


def _source(name: str, row: Result) -> str:
    return f"{name}: {row['images']} pictures, {row['overlaps']['0.5']['faces']:,} faces"


def _rates(row: Result) -> list[str]:
    cells = ([with_interval(rates, "recall"), with_interval(rates, "precision"), _ap(rates)] for rates in _overlaps(row))
    return [cell for three in cells for cell in three]


def _overlaps(row: Result) -> list[Result]:
    return [row["overlaps"][overlap] for overlap in _OVERLAPS]


def _size(row: Result) -> str:
    return "–" if row["recall"] is None else f"{percent(row['recall'])} ({_ap(row)})"


def _ap(row: Result) -> str:
    return "–" if row["ap"] is None else f"{row['ap']:.3f}"


def _photo_count(result: Result) -> int:
    return int(next(iter(result["photos"].values()))["photos"])


def _missed(result: Result) -> str:
    return ", ".join(f"{label.split(',')[0]} {len(row['missed'])}" for label, row in result["photos"].items())
