"""A filter of the lecture on the picture: its map, its pooled map, and how their sizes come about. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, cast

import cv2
import numpy as np

from facekit.errors import FacekitError
from facekit.types import Pixels
from training.lecture.filters import FILTERS, Numbers, convolve, grey, pool, shown
from training.lecture.layers import output_size, same_padding
from ui.language import whole
from ui.pages.lab.newest import Newest
from ui.pages.lab.picture_presenter import PicturePresenter
from ui.pages.lab.state import FiltersState, MapView
from ui.ports import Tasks

OWN = "own"
SIZES = (3, 5)
_POOL = 2
Cells = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Filtered:
    """What came of it."""

    maps: tuple[MapView, ...]
    arithmetic: tuple[str, ...]


class FiltersPresenter:
    """Turns a filter and a picture into one FiltersState after another.

    Args:
        show: Is given every new state.
    """

    def __init__(self, *, picture: PicturePresenter, tasks: Tasks, show: Callable[[FiltersState], None]) -> None:
        self._picture = picture
        self._show_state = show
        self._is_active = False
        self._work: Newest[Filtered] = Newest(tasks, self._filtered, self._failed)
        self.state = FiltersState(cells=_typed(FILTERS["vertical"]))
        picture.observe(self._again)

    def set_active(self, is_active: bool) -> None:
        """Whether anybody looks: what nobody sees is not computed."""
        self._is_active = is_active
        self._again()

    def choose_preset(self, name: str) -> None:
        """Fill the grid with a filter of the lecture, or leave it for one's own numbers."""
        cells = self.state.cells if name == OWN else _padded(_typed(FILTERS[name]), len(self.state.cells))
        self._change(preset=name, cells=cells)

    def choose_size(self, size: int) -> None:
        """A grid of size×size; the numbers stay in its middle."""
        self._change(cells=_padded(self.state.cells, size))

    def type_cell(self, row: int, column: int, text: str) -> None:
        """Another number at one place."""
        cells = [list(line) for line in self.state.cells]
        cells[row][column] = text
        self._change(preset=OWN, cells=tuple(tuple(line) for line in cells))

    def choose_padding(self, padding: str) -> None:
        """ "valid" or "same"."""
        self._change(padding=padding)

    def choose_stride(self, stride: int) -> None:
        """By how many pixels the filter moves."""
        self._change(stride=stride)

    def choose_pooling(self, pooling: str) -> None:
        """ "none", "max" or "average" over blocks of 2×2."""
        self._change(pooling=pooling)

    def choose_side(self, side: int) -> None:
        """To which the picture's longer side is brought first; 0 for as it is."""
        self._change(side=side)

    def _change(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # the names are those of FiltersState
        self._show_state(self.state)
        self._again()

    def _again(self) -> None:
        pixels = self._picture.pixels
        if not self._is_active or pixels is None:
            return
        try:
            weights = _numbers(self.state.cells)
        except ValueError:
            self.state = replace(self.state, trouble="Every place of the grid takes a number, −1 or 0.5 for one.", maps=(), arithmetic=())
            self._show_state(self.state)
            return
        self._work.ask(partial(filtered, pixels, weights, self.state))

    def _filtered(self, found: Filtered) -> None:
        self.state = replace(self.state, trouble="", maps=found.maps, arithmetic=found.arithmetic)
        self._show_state(self.state)

    def _failed(self, error: FacekitError) -> None:
        self.state = replace(self.state, trouble=str(error), maps=(), arithmetic=())
        self._show_state(self.state)


def filtered(pixels: Pixels, weights: Numbers, choice: FiltersState) -> Filtered:
    """The picture under the filter, as the choice says."""
    picture = grey(_shrunk(pixels, choice.side))
    f, stride = len(weights), choice.stride
    padding = same_padding(f) if choice.padding == "same" else 0
    made = convolve(picture, weights, padding=padding, stride=stride)
    maps = [_view("Input", picture, _grey_picture(picture)), _view("Map", made, shown(made))]
    said = [_sizes("Map", picture.shape, f, padding, stride)]
    if choice.pooling != "none":
        pooled = pool(made, size=_POOL, stride=_POOL, kind=cast(Literal["max", "average"], choice.pooling))
        maps.append(_view(f"Pooled, {choice.pooling}", pooled, shown(pooled)))
        said.append(_sizes("Pooled", made.shape, _POOL, 0, _POOL))
    return Filtered(tuple(maps), ("(n + 2p − f) / s + 1, rounded down:", *said))


def _sizes(what: str, shape: tuple[int, ...], f: int, padding: int, stride: int) -> str:
    """ "Map across: (256 + 2·0 − 3) / 1 + 1 = 254", and the same down."""
    sides = (("across", shape[1]), ("down", shape[0]))
    return "\n".join(
        f"{what} {way}: ({n} + 2·{padding} − {f}) / {stride} + 1 = {output_size(n, f, padding=padding, stride=stride)}" for way, n in sides
    )


def _view(title: str, numbers: Numbers, pixels: Pixels) -> MapView:
    return MapView(
        title, f"{numbers.shape[1]} × {numbers.shape[0]}, from {whole(numbers.min())} to {whole(numbers.max())}".replace("-", "−"), pixels
    )


def _grey_picture(picture: Numbers) -> Pixels:
    return np.repeat(np.round(picture).astype(np.uint8)[:, :, None], 3, axis=2)


def _shrunk(pixels: Pixels, side: int) -> Pixels:
    scale = side / max(pixels.shape[:2])
    if not side or scale >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _typed(weights: Numbers) -> Cells:
    return tuple(tuple(f"{number:g}" for number in row) for row in weights)


def _numbers(cells: Cells) -> Numbers:
    """Raises ValueError where a place holds no finite number."""
    numbers = np.array([[float(text.strip().replace("−", "-").replace(",", ".") or "nan") for text in row] for row in cells])
    if not np.isfinite(numbers).all():
        raise ValueError(cells)
    return numbers


def _padded(cells: Cells, size: int) -> Cells:
    """The middle of the cells, with zeros around where there are none."""
    more = (size - len(cells)) // 2
    if more < 0:
        return tuple(row[-more : len(row) + more] for row in cells[-more : len(cells) + more])
    zeros = ("0",) * size
    return (*((zeros,) * more), *(("0",) * more + row + ("0",) * more for row in cells), *((zeros,) * more))
