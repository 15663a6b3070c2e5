from __future__ import annotations

from pathlib import Path

import pytest

from facekit.capture.video import VideoSource
from facekit.errors import CaptureError
from tests.support.pictures import BLUE, GREEN, RED, colour_name, plain, write_video


def _read_all(source: VideoSource) -> list[str]:
    source.open()
    names = []
    while (pixels := source.read()) is not None:
        names.append(colour_name(pixels))
    source.close()
    return names


@pytest.mark.parametrize(("name", "fourcc"), [("a.avi", "MJPG"), ("a.mp4", "mp4v"), ("a.webm", "vp09")])
def test_read_when_a_real_file_is_played_keeps_colours_order_and_count(tmp_path: Path, name: str, fourcc: str) -> None:
    pictures = [plain(colour) for colour in (RED, RED, GREEN, BLUE, BLUE)]
    path = write_video(tmp_path / name, pictures, fourcc=fourcc)
    assert _read_all(VideoSource(str(path), paced=False)) == ["red", "red", "green", "blue", "blue"]


def test_read_when_at_the_end_stays_at_the_end(tmp_path: Path) -> None:
    source = VideoSource(str(write_video(tmp_path / "a.avi", [plain(RED)])), paced=False)
    source.open()
    assert source.read() is not None
    assert source.read() is None
    assert source.read() is None
    source.close()


def test_read_when_looped_begins_again(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.avi", [plain(RED), plain(GREEN), plain(BLUE)])
    source = VideoSource(str(path), paced=False, loop=True)
    source.open()
    names = [colour_name(pixels) for pixels in (source.read() for _ in range(8)) if pixels is not None]
    source.close()
    assert names == ["red", "green", "blue"] * 2 + ["red", "green"]


def test_read_when_paced_waits_by_the_files_own_rate(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.avi", [plain(RED)] * 3, fps=8)
    source = VideoSource(str(path))
    source.open()
    assert source._pacer._interval_s == pytest.approx(1 / 8)
    source.close()


def test_open_when_closed_and_opened_again_starts_at_the_beginning(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.avi", [plain(RED), plain(BLUE)])
    source = VideoSource(str(path), paced=False)
    assert _read_all(source) == _read_all(source) == ["red", "blue"]


def test_open_when_missing_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"gone\.mp4"):
        VideoSource(str(tmp_path / "gone.mp4")).open()


@pytest.mark.parametrize("content", [b"", b"this is no video", b"\x00\x00\x00\x18ftypmp42" + bytes(500)])
def test_open_when_damaged_names_the_file_and_the_formats(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.mp4"
    path.write_bytes(content)
    with pytest.raises(CaptureError, match=r"bad\.mp4") as caught:
        VideoSource(str(path)).open()
    assert "WebM" in caught.value.hint


def test_read_when_not_one_picture_can_be_read_raises(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.avi", [plain(RED)] * 3)
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"movi") + 4])
    source = VideoSource(str(path), paced=False, loop=True)
    with pytest.raises(CaptureError, match=r"a\.avi"):
        _read_all(source)
    source.close()


def test_read_when_never_opened_raises(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.avi", [plain(RED)])
    with pytest.raises(CaptureError, match="not open"):
        VideoSource(str(path)).read()
