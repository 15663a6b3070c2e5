from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from facekit.capture.devices import describe, list_cameras, udev_name

MSMF, DSHOW, V4L2, AVFOUNDATION = 1400, 700, 200, 1200
_C525 = r"\\?\usb#vid_046d&pid_0826&mi_00#7&2AB1&0&0000"


@dataclass
class FakeListed:
    index: int
    name: str | None
    path: str | None
    vid: int | None = None
    pid: int | None = None
    backend: int = V4L2


def test_list_cameras_when_asked_gives_each_a_different_id() -> None:
    ids = [info.stable_id for info in list_cameras()]  # empty on a machine without cameras
    assert len(set(ids)) == len(ids)


def test_describe_when_windows_lists_a_camera_twice_keeps_one_with_its_first_interface() -> None:
    cameras = describe(
        [
            FakeListed(0, "C525", _C525 + r"#{e5323777-f976-4f5b-9b55-b94699c46e44}\global", 0x046D, 0x0826, MSMF),
            FakeListed(
                0, "C525", _C525.upper().replace("USB", "usb") + r"#{65e8773d-8f56-11d0-a3b9-00a0c9223196}\global", 0x046D, 0x0826, DSHOW
            ),
            FakeListed(1, "OBS Virtual Camera", "", None, None, DSHOW),
        ]
    )
    assert [(info.name, info.backend) for info in cameras] == [("C525", MSMF), ("OBS Virtual Camera", DSHOW)]
    assert cameras[0].stable_id == _C525.lower()
    assert cameras[1].spec == "camera:OBS Virtual Camera"


def test_describe_when_index_changes_keeps_the_id() -> None:
    before = describe([FakeListed(0, "A", "uid-a", backend=AVFOUNDATION), FakeListed(1, "B", "uid-b", backend=AVFOUNDATION)])
    after = describe([FakeListed(0, "B", "uid-b", backend=AVFOUNDATION)])
    assert after[0].stable_id == before[1].stable_id
    assert (before[1].index, after[0].index) == (1, 0)


def test_describe_when_linux_has_no_lasting_name_takes_vendor_and_product() -> None:
    (camera,) = describe([FakeListed(3, None, "/dev/video-that-is-not-there", 0x046D, 0x0826)])
    assert camera.stable_id == "046d:0826"
    assert camera.name == "Camera 3"


def test_describe_when_two_are_alike_gives_both_an_id() -> None:
    cameras = describe([FakeListed(2, "X", None, 1, 2), FakeListed(0, "X", None, 1, 2)])
    assert [info.stable_id for info in cameras] == ["0001:0002", "0001:0002#2"]


def test_udev_name_when_links_exist_prefers_maker_and_serial(tmp_path: Path) -> None:
    for name in ("video0", "video1", "video2"):
        (tmp_path / name).touch()
    for folder, link, target in (
        ("by-path", "pci-0000:00:14.0-usb-0:1:1.0-video-index0", "video0"),
        ("by-path", "pci-0000:00:14.0-usb-0:2:1.0-video-index0", "video1"),
        ("by-id", "usb-046d_C525_ABC-video-index0", "video0"),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / link).symlink_to(tmp_path / target)
    assert udev_name(tmp_path / "video0", root=tmp_path) == "usb-046d_C525_ABC-video-index0"
    assert udev_name(tmp_path / "video1", root=tmp_path) == "pci-0000:00:14.0-usb-0:2:1.0-video-index0"
    assert udev_name(tmp_path / "video2", root=tmp_path) == ""
