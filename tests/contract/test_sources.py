"""What facekit.capture.base.Source promises, over every row of SOURCES that can be opened on any machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from facekit.capture import SOURCES, Source, open_source
from facekit.errors import CaptureError
from tests.support.mjpeg_server import MjpegServer
from tests.support.pictures import RED, plain, write_picture, write_video


@pytest.fixture(params=[name for name in SOURCES.names() if name != "camera"])  # a camera cannot be had everywhere
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Source]:
    """A source of each kind, not open."""
    with MjpegServer([plain(RED)]) as server:
        specs = {
            "video": str(write_video(tmp_path / "a.avi", [plain(RED)] * 3)),
            "stills": str(write_picture(tmp_path / "a.png", plain(RED))),
            "stream": server.url,
            "synthetic": "synthetic:1",
        }
        made = open_source(specs[request.param], paced=False)
        yield made
        made.close()


def test_read_when_open_gives_rgb_bytes_of_its_own(source: Source) -> None:
    source.open()
    pixels = source.read()
    assert pixels is not None
    assert (pixels.ndim, pixels.shape[2], pixels.dtype.name) == (3, 3, "uint8")
    assert pixels.flags.c_contiguous
    assert pixels.flags.writeable


def test_open_when_open_already_does_nothing(source: Source) -> None:
    source.open()
    source.open()
    assert source.read() is not None


def test_close_when_never_opened_or_closed_twice_does_nothing(source: Source) -> None:
    source.close()
    source.open()
    source.close()
    source.close()


def test_read_when_not_open_raises(source: Source) -> None:
    with pytest.raises(CaptureError, match="not open"):
        source.read()
    source.open()
    source.close()
    with pytest.raises(CaptureError, match="not open"):
        source.read()


def test_open_when_closed_before_reads_again(source: Source) -> None:
    source.open()
    source.read()
    source.close()
    source.open()
    assert source.read() is not None


def test_label_when_shown_is_short_and_no_path(source: Source) -> None:
    assert source.label
    assert "/" not in source.label
    assert source.source_id
