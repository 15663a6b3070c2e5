"""A camera, stream or video at the terminal: frames through the pipeline, and the taking of samples for an enrolment."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

from facekit.capture import Grabber, GrabberState, open_source
from facekit.cli.output import say
from facekit.enrolment import main_face
from facekit.errors import CaptureError
from facekit.pipeline import FacePipeline
from facekit.quality import advice
from facekit.types import Frame, Sample

_WANTED = 3
_APART_S = 0.6
_PATIENCE_S = 20.0
_WAIT_S = 0.5
_FIRST_FRAME_S = 30.0


def watch(spec: str, *, seconds: float | None = None) -> Iterator[Frame]:
    """The newest frame each time one is asked for, until the source ends or `seconds` have passed since the first.

    Raises:
        CaptureError: The source cannot be opened, gives no picture, or was lost and is a file.
    """
    end = time.monotonic() + _FIRST_FRAME_S
    with Grabber(open_source(spec)) as grabber:
        last: int | None = None
        told = ""
        while time.monotonic() < end:
            frame = grabber.newest(last, timeout=_WAIT_S)
            status = grabber.status
            if frame is not None:
                if last is None:
                    end = math.inf if seconds is None else time.monotonic() + seconds
                last = frame.frame_id
                yield frame
            elif status.state is GrabberState.FAILED:
                raise CaptureError(status.message, hint=status.hint)
            elif status.state is GrabberState.ENDED:
                return
            elif status.message != told:
                told = status.message
                say(told)
        if last is None:
            raise CaptureError(
                f"No picture came from {spec!r} in {_FIRST_FRAME_S:.0f} seconds.", hint="Look whether it is running, and try again."
            )


def take_samples(pipeline: FacePipeline, spec: str) -> tuple[Sample, ...]:
    """Up to three good samples of the face before a camera, taken a little apart; reasons are said while they are not good.

    Raises:
        CaptureError: The camera cannot be opened, or no good sample was seen in time.
    """
    taken: list[Sample] = []
    last_taken, told = -_APART_S, ""
    for frame in watch(spec, seconds=_PATIENCE_S):
        sample = main_face(pipeline.samples(frame.pixels))
        reason = _reason(sample)
        if reason and reason != told:
            say(reason)
        told = reason
        if sample is not None and not reason and frame.captured_at - last_taken >= _APART_S:
            taken.append(sample)
            last_taken = frame.captured_at
            say(f"{len(taken)} of {_WANTED} taken")
        if len(taken) == _WANTED:
            break
    if not taken:
        raise CaptureError(
            f"No good picture of one face came from {spec!r} in {_PATIENCE_S:.0f} seconds.", hint=told or "Sit before the camera, alone."
        )
    return tuple(taken)


def _reason(sample: Sample | None) -> str:
    """What stands in the way of taking it; empty when nothing does."""
    if sample is None:
        return "One face must be in view."
    return ", ".join(advice(issue) for issue in sample.quality.issues)
