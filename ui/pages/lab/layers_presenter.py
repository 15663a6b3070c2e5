"""What the first filters of trained networks respond to in the picture. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import cv2
import numpy as np

from facekit.errors import FacekitError
from facekit.types import Pixels
from training.lecture.filters import Numbers, shown
from training.lecture.first_layers import FIRST_LAYERS, FirstLayer, filter_picture, read_filters, respond
from training.lecture.layers import output_size
from ui.pages.lab.newest import Newest
from ui.pages.lab.picture_presenter import PicturePresenter
from ui.pages.lab.state import LayersState
from ui.ports import Tasks

_LONGEST_SIDE = 320
_LAYERS = {layer.model: layer for layer in FIRST_LAYERS}


@dataclass(frozen=True, slots=True, eq=False)
class Responses:
    """Of one network."""

    model: str
    filters: tuple[Pixels, ...]
    maps: tuple[Pixels, ...]
    words: str


class LayersPresenter:
    """Turns a network and a picture into one LayersState after another.

    Args:
        show: Is given every new state.
    """

    def __init__(self, *, picture: PicturePresenter, tasks: Tasks, show: Callable[[LayersState], None]) -> None:
        self._picture = picture
        self._show_state = show
        self._is_active = False
        self._filters: dict[str, Numbers] = {}
        self._work: Newest[Responses] = Newest(tasks, self._answered, self._failed)
        self.state = LayersState(
            networks=tuple((layer.model, f"{layer.summary} ({layer.model})") for layer in FIRST_LAYERS), network=FIRST_LAYERS[0].model
        )
        picture.observe(self._again)

    def set_active(self, is_active: bool) -> None:
        """Whether anybody looks."""
        self._is_active = is_active
        self._show_state(self.state)
        self._again()

    def choose_network(self, model: str) -> None:
        """Look at another network."""
        self.state = replace(self.state, network=model, filters=(), maps=(), chosen=0, words="", trouble="")
        self._show_state(self.state)
        self._again()

    def choose_filter(self, index: int) -> None:
        """Show the map of that filter large."""
        self.state = replace(self.state, chosen=index)
        self._show_state(self.state)

    def _again(self) -> None:
        if self._is_active and self._picture.pixels is not None:
            self._work.ask(partial(self._respond, _LAYERS[self.state.network], self._picture.pixels))

    def _respond(self, layer: FirstLayer, pixels: Pixels) -> Responses:
        """On a task's thread, one at a time."""
        if layer.model not in self._filters:
            self._filters[layer.model] = read_filters(layer)
        return responses(layer, self._filters[layer.model], pixels)

    def _answered(self, found: Responses) -> None:
        if found.model == self.state.network:
            self.state = replace(self.state, filters=found.filters, maps=found.maps, words=found.words, trouble="")
            self._show_state(self.state)

    def _failed(self, error: FacekitError) -> None:
        self.state = replace(self.state, filters=(), maps=(), words="", trouble=str(error))
        self._show_state(self.state)


def responses(layer: FirstLayer, filters: Numbers, pixels: Pixels) -> Responses:
    """Filters as pictures, their maps, and the sizes in words."""
    scale = min(1.0, _LONGEST_SIDE / max(pixels.shape[:2]))
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    maps = respond(small, filters, layer)
    count, f = filters.shape[:2]
    across = output_size(small.shape[1], f, padding=layer.padding, stride=layer.stride)
    words = (
        f"{count} filters of {f}×{f}×3, stride {layer.stride}, padding {layer.padding}: "
        f"({small.shape[1]} + 2·{layer.padding} − {f}) / {layer.stride} + 1 = {across}, so {maps.shape[1]} × {maps.shape[0]} × {count} "
        f"of {small.shape[1]} × {small.shape[0]} × 3. Middle grey is 0."
    )
    return Responses(
        layer.model,
        tuple(filter_picture(each) for each in filters),
        tuple(shown(maps[:, :, index]) for index in range(count)),
        words,
    )
