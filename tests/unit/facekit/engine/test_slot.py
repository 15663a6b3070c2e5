"""SlotWriter and SlotReader in one process, over real shared memory."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest

from facekit.engine.slot import SlotReader, SlotWriter
from facekit.errors import EngineError
from facekit.types import Pixels


@pytest.fixture
def writer() -> Iterator[SlotWriter]:
    made = SlotWriter()
    yield made
    made.close()


@pytest.fixture
def reader() -> Iterator[SlotReader]:
    made = SlotReader()
    yield made
    made.close()


def noise(height: int, width: int, seed: int = 1) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (480, 640)])
def test_picture_when_written_is_read_back_to_the_last_bit(writer: SlotWriter, reader: SlotReader, size: tuple[int, int]) -> None:
    pixels = noise(*size)
    assert np.array_equal(reader.read(writer.write(pixels)), pixels)


def test_picture_when_not_contiguous_is_read_back(writer: SlotWriter, reader: SlotReader) -> None:
    mirrored = noise(9, 8)[:, ::-1]
    assert np.array_equal(reader.read(writer.write(mirrored)), mirrored)


def test_segment_when_next_picture_is_no_larger_is_used_again(writer: SlotWriter, reader: SlotReader) -> None:
    first = writer.write(noise(40, 40))
    second = writer.write(noise(20, 30, seed=2))
    assert second.segment == first.segment
    assert np.array_equal(reader.read(second), noise(20, 30, seed=2))


def test_segment_when_next_picture_is_larger_is_replaced_and_the_old_one_gone(writer: SlotWriter, reader: SlotReader) -> None:
    small = writer.write(noise(4, 4))
    kept = reader.read(small)
    large = writer.write(noise(400, 400, seed=2))
    assert large.segment != small.segment
    assert np.array_equal(reader.read(large), noise(400, 400, seed=2))
    assert np.array_equal(kept, noise(4, 4))
    reader.close()
    with pytest.raises(FileNotFoundError):
        reader.read(small)


def test_segment_when_writer_is_closed_is_gone(writer: SlotWriter, reader: SlotReader) -> None:
    picture = writer.write(noise(4, 4))
    writer.close()
    with pytest.raises(FileNotFoundError):
        reader.read(picture)


def test_write_when_system_has_no_memory_raises_with_the_size(writer: SlotWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(EngineError, match="4×3 pixels"):
        writer.write(noise(3, 4))
