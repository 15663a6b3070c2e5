"""What the Lab page shows, as frozen values. Made by its presenters, drawn by its views."""

from __future__ import annotations

from dataclasses import dataclass

from facekit.types import Box, Pixels


@dataclass(frozen=True, slots=True, eq=False)
class PictureState:
    """Which picture the lab works on.

    Args:
        words: What it is, for people.
        is_live: Whether it is the source's newest.
        can_be_live: Whether there is a source that runs.
        trouble: Why a picture could not be opened.
    """

    pixels: Pixels | None = None
    words: str = ""
    is_live: bool = False
    can_be_live: bool = False
    trouble: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class MapView:
    """A picture with its title and its size in words."""

    title: str
    size: str
    pixels: Pixels


@dataclass(frozen=True, slots=True, eq=False)
class FiltersState:
    """A filter on the picture.

    Args:
        preset: A name of training.lecture.filters.FILTERS, or "own".
        cells: As typed, row by row.
        side: To which the picture's longer side is brought first; 0 for as it is.
        trouble: Why there is no map.
        maps: The input, its map, and the pooled map where it is pooled.
        arithmetic: How the sizes come about.
    """

    preset: str = "vertical"
    cells: tuple[tuple[str, ...], ...] = ()
    padding: str = "valid"
    stride: int = 1
    pooling: str = "max"
    side: int = 256
    trouble: str = ""
    maps: tuple[MapView, ...] = ()
    arithmetic: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class LayersState:
    """The first filters of a trained network and what they respond to.

    Args:
        networks: Names and words.
        filters: f×f×3 pictures.
        maps: H'×W'×3 pictures, one a filter; empty until they are made.
        words: Sizes, and how they come about.
    """

    networks: tuple[tuple[str, str], ...] = ()
    network: str = ""
    filters: tuple[Pixels, ...] = ()
    maps: tuple[Pixels, ...] = ()
    chosen: int = 0
    words: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """What a system says of a picture.

    Args:
        pixels: What is painted, perhaps under a heat map.
        boxes: Faces.
        windows: Windows that were taken for faces.
        points: x and y in pixels.
        shares: Classes and shares, largest first.
        words: In a sentence or two; also for those who do not see the picture.
    """

    pixels: Pixels | None = None
    boxes: tuple[Box, ...] = ()
    windows: tuple[Box, ...] = ()
    points: tuple[tuple[float, float], ...] = ()
    shares: tuple[tuple[str, float], ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SystemsState:
    """The lecture's systems.

    Args:
        systems: Keys and titles.
        about: What the chosen one does.
        runs: Trained networks that it can be run with; empty where it needs none.
        needs: What must be trained first; empty where nothing must.
        can_train: Whether it can be trained now.
        progress: Done, 0 … 1, while it runs; None where it does not run.
    """

    systems: tuple[tuple[str, str], ...] = ()
    chosen: str = ""
    about: str = ""
    runs: tuple[str, ...] = ()
    run: str = ""
    needs: str = ""
    can_train: bool = False
    can_run: bool = False
    progress: float | None = None
    finding: Finding = Finding()
    trouble: str = ""
