"""Writes docs/lecture.md and its figures from the lecture's rows and the kept results: no figure in it is typed by hand.

python -m benchmarks.lecture [--check]      --check: fail when the file is not what the rows say
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.lecture import section_a, section_b, section_c
from facekit.imaging import save_image
from facekit.synthetic import still
from training.data.labelled import squared
from training.lecture.augment import examples

DOCUMENT = Path(__file__).parents[2] / "docs" / "lecture.md"
FIGURES = DOCUMENT.with_suffix("")
SECTIONS = (section_a.SECTION, section_b.SECTION, section_c.SECTION)
_SIDE = 176
_HEAD = """# The lecture, system by system

Written by `python -m benchmarks.lecture` from the programs themselves and from `benchmarks/results/lecture_*.json`. Each row has the
lecture's or a published figure, ours beside it, and a command; tests hold the facts. `make lecture` runs the short form of every recipe.
"""


def written() -> str:
    """The whole file."""
    return "\n".join([_HEAD, *(section.written() for section in SECTIONS)])


def drawings() -> Mapping[str, str]:
    """The figures that are text, by name of file."""
    figure = section_b.degradation_figure()
    return {} if figure is None else {"degradation.svg": figure}


def main() -> int:
    """0 written, or, with --check, as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    if args.check:
        return 0 if DOCUMENT.read_text(encoding="utf-8") == written() else 1
    FIGURES.mkdir(parents=True, exist_ok=True)
    DOCUMENT.write_text(written(), encoding="utf-8")
    for name, drawing in drawings().items():
        (FIGURES / name).write_text(drawing, encoding="utf-8")
    save_image(FIGURES / "augmentation.png", examples(squared(still(0, 0), _SIDE)))
    print(DOCUMENT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
