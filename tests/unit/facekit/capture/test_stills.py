from __future__ import annotations

from pathlib import Path

import pytest

from facekit.capture.stills import StillsSource
from facekit.errors import CaptureError
from tests.support.pictures import BLUE, GREEN, RED, colour_name, plain, write_picture


def _read(source: StillsSource, count: int) -> list[str]:
    return [colour_name(pixels) for pixels in (source.read() for _ in range(count)) if pixels is not None]


def test_read_when_folder_holds_pictures_goes_by_name_and_ends(tmp_path: Path) -> None:
    write_picture(tmp_path / "2.jpg", plain(GREEN))
    write_picture(tmp_path / "1.png", plain(RED))
    write_picture(tmp_path / "3.bmp", plain(BLUE, width=30, height=20))
    (tmp_path / "notes.txt").write_text("no picture", encoding="utf-8")
    (tmp_path / "0.png").mkdir()
    source = StillsSource(str(tmp_path), paced=False)
    source.open()
    assert _read(source, 3) == ["red", "green", "blue"]
    assert source.read() is None
    assert source.skipped == []


def test_read_when_some_are_damaged_passes_over_and_counts_them(tmp_path: Path) -> None:
    write_picture(tmp_path / "1.png", plain(RED))
    (tmp_path / "2.png").write_bytes(b"no picture")
    (tmp_path / "3.jpg").write_bytes(b"")
    write_picture(tmp_path / "4.png", plain(BLUE))
    source = StillsSource(str(tmp_path), paced=False, loop=True)
    source.open()
    assert _read(source, 5) == ["red", "blue", "red", "blue", "red"]
    assert [path.name for path in source.skipped] == ["2.png", "3.jpg"]


def test_read_when_all_are_damaged_raises(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(b"no picture")
    source = StillsSource(str(tmp_path), paced=False, loop=True)
    source.open()
    with pytest.raises(CaptureError, match="None of the 1 pictures"):
        source.read()


def test_read_when_one_picture_is_given_plays_it(tmp_path: Path) -> None:
    source = StillsSource(str(write_picture(tmp_path / "face.png", plain(RED))), paced=False)
    source.open()
    assert _read(source, 2) == ["red"]
    assert source.label == "face.png"


def test_read_when_paced_waits_between_pictures(tmp_path: Path) -> None:
    write_picture(tmp_path / "1.png", plain(RED))
    source = StillsSource(str(tmp_path), interval_s=0.25)
    source.open()
    assert source._pacer._interval_s == 0.25


@pytest.mark.parametrize("folder", ["empty", "gone"])
def test_open_when_there_is_no_picture_names_the_folder(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CaptureError, match=folder):
        StillsSource(str(tmp_path / folder)).open()
