from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from facekit.capture import SOURCES, frames, open_source
from facekit.capture.camera import CameraSource
from facekit.capture.stills import StillsSource
from facekit.capture.stream import StreamSource
from facekit.capture.synthetic import SyntheticSource
from facekit.capture.video import VideoSource
from facekit.errors import CaptureError
from facekit.registry import resolve
from tests.support.pictures import BLUE, GREEN, RED, colour_name, plain, write_picture, write_video


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ("", CameraSource),
        ("  ", CameraSource),
        ("0", CameraSource),
        ("12", CameraSource),
        ("camera:usb-046d_C525-video-index0", CameraSource),
        (r"camera:\\?\usb#vid_046d&pid_0825&mi_00#7&2a", CameraSource),
        ("http://127.0.0.1:8080/video", StreamSource),
        ("HTTPS://camera.example/x.mjpg", StreamSource),
        ("rtsp://user:secret@192.168.1.20/h264", StreamSource),
        ("rtsps://192.168.1.20/h264", StreamSource),
        ("synthetic", SyntheticSource),
        ("synthetic:3", SyntheticSource),
        ("synthetic:3:7", SyntheticSource),
    ],
)
def test_open_source_when_a_form_is_given_makes_that_kind(spec: str, kind: type) -> None:
    assert type(open_source(spec)) is kind


def test_open_source_when_a_path_is_given_looks_at_what_is_there(tmp_path: Path) -> None:
    video = write_video(tmp_path / "walk 1.avi", [plain(RED)])
    picture = write_picture(tmp_path / "face.PNG", plain(RED))
    assert type(open_source(str(video))) is VideoSource
    assert type(open_source(str(picture))) is StillsSource
    assert type(open_source(str(tmp_path))) is StillsSource


@pytest.mark.parametrize(
    "spec", ["nonsense", "ftp://host/x", "/no/such/file.mp4", "-1", "synthetic:many", "synthetic:0", "synthetic:2:-5", "²"]
)
def test_open_source_when_input_is_unclear_names_it_and_the_forms(spec: str) -> None:
    with pytest.raises(CaptureError) as caught:
        open_source(spec)
    assert spec in caught.value.message
    assert "rtsp://" in caught.value.hint
    assert "synthetic:COUNT" in caught.value.hint


@pytest.mark.parametrize("spec", ["http://", "rtsp:///path", "http://host:port/x", "http://[half/x"])
def test_open_source_when_an_address_is_not_whole_says_so(spec: str) -> None:
    with pytest.raises(CaptureError, match="not whole"):
        open_source(spec)


def test_frames_when_a_folder_is_read_numbers_and_dates_every_picture(tmp_path: Path) -> None:
    for name, colour in (("a.png", RED), ("b.png", GREEN), ("c.png", BLUE)):
        write_picture(tmp_path / name, plain(colour))
    read = list(frames(open_source(str(tmp_path), paced=False)))
    assert [colour_name(frame.pixels) for frame in read] == ["red", "green", "blue"]
    assert [frame.frame_id for frame in read] == [0, 1, 2]
    assert [frame.captured_at for frame in read] == sorted(frame.captured_at for frame in read)
    assert {frame.source_id for frame in read} == {str(tmp_path)}


def test_frames_when_left_early_closes_the_source(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", plain(RED))
    source = open_source(str(tmp_path), paced=False, loop=True)
    reading = frames(source)
    next(reading)
    reading.close()  # type: ignore[attr-defined]  # an iterator that is a generator
    with pytest.raises(CaptureError, match="not open"):
        source.read()


@pytest.mark.parametrize("name", SOURCES.names())
def test_sources_when_resolved_exist(name: str) -> None:
    assert callable(resolve(SOURCES.entry(name).target))


def test_import_when_only_listing_loads_no_opencv() -> None:
    code = (
        "import sys, facekit.capture as c; c.open_source('synthetic'); print([e.summary for e in c.SOURCES])\n"
        "assert 'torch' not in sys.modules\n"
        "import facekit.capture.base, facekit.capture.grabber, facekit.capture.devices\n"
        "assert 'cv2' not in sys.modules, 'cv2 was imported'"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
