from __future__ import annotations

import pytest

from facekit.capture.stream import StreamSource
from facekit.errors import CaptureError


def test_source_id_when_address_has_secrets_shows_none() -> None:
    source = StreamSource("rtsp://ana:s3cr3t@camera.example:8554/front?token=t0k3n")
    assert source.source_id == "rtsp://camera.example:8554/front"
    assert source.label == "camera.example"


def test_error_when_address_has_secrets_shows_none() -> None:
    with pytest.raises(CaptureError) as caught:
        StreamSource("rtsp://ana:s3cr3t@/front")
    assert "s3cr3t" not in str(caught.value)
    with pytest.raises(CaptureError) as caught:
        StreamSource("http://ana:s3cr3t@127.0.0.1:9/front?token=t0k3n").open()
    assert "s3cr3t" not in str(caught.value)
    assert "t0k3n" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["http", "https", "rtsp"])
def test_open_when_nobody_listens_says_so(scheme: str) -> None:
    with pytest.raises(CaptureError, match=r"127\.0\.0\.1:9/x cannot be reached") as caught:
        StreamSource(f"{scheme}://127.0.0.1:9/x").open()
    assert "address" in caught.value.hint


def test_read_when_never_opened_raises() -> None:
    with pytest.raises(CaptureError, match="not open"):
        StreamSource("http://127.0.0.1:9/x").read()
