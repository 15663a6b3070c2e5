from __future__ import annotations

import numpy as np
import pytest

from facekit.capture.synthetic import SyntheticSource
from facekit.errors import CaptureError


def test_read_when_opened_gives_moving_pictures_and_ends() -> None:
    source = SyntheticSource("1:5", paced=False, frame_count=3)
    source.open()
    pictures = [source.read() for _ in range(4)]
    source.close()
    assert pictures[3] is None
    first, second = pictures[0], pictures[1]
    assert first is not None
    assert second is not None
    assert (first.shape, first.dtype.name, first.flags.c_contiguous) == ((480, 640, 3), "uint8", True)
    assert not np.array_equal(first, second)


def test_read_when_opened_again_gives_the_same_pictures() -> None:
    source = SyntheticSource("1:5", paced=False, frame_count=2)
    source.open()
    first = source.read()
    source.close()
    source.open()
    assert first is not None
    assert np.array_equal(first, source.read())  # type: ignore[arg-type]


def test_read_when_looped_goes_on() -> None:
    source = SyntheticSource("1", paced=False, loop=True, frame_count=1)
    source.open()
    assert all(source.read() is not None for _ in range(3))


def test_source_id_when_nothing_is_said_is_two_people_from_seed_zero() -> None:
    assert SyntheticSource("").source_id == "synthetic:2:0"
    assert SyntheticSource("3").source_id == "synthetic:3:0"
    assert SyntheticSource("3:9").source_id == "synthetic:3:9"


def test_read_when_never_opened_raises() -> None:
    with pytest.raises(CaptureError, match="not open"):
        SyntheticSource().read()
