"""Inbox: what waits, in which order it is given out, and the bell."""

from __future__ import annotations

import pytest

from facekit.engine.inbox import Inbox, SampleRequest
from facekit.engine.messages import SetSearches
from facekit.pipeline_config import PipelineConfig
from facekit.types import Frame
from tests.support.engine_pipelines import picture


@pytest.fixture
def inbox() -> Inbox:
    made = Inbox(PipelineConfig())
    made.open()
    return made


def frame(frame_id: int) -> Frame:
    return Frame(picture(), frame_id, 0.0, "camera")


def test_work_when_frames_and_requests_wait_is_all_requests_then_the_newest_frame(inbox: Inbox) -> None:
    inbox.put_frame(frame(1))
    inbox.put_frame(frame(2))
    numbers = [inbox.put_request(picture(), lambda _: None)[0].request_id for _ in range(2)]
    taken = [inbox.take_work() for _ in range(4)]
    assert [work.request_id for work in taken if isinstance(work, SampleRequest)] == numbers
    assert [work.frame_id for work in taken if isinstance(work, Frame)] == [2]
    assert taken[3] is None
    assert (inbox.offered, inbox.dropped) == (2, 1)


def test_work_when_an_order_waits_is_held_back(inbox: Inbox) -> None:
    inbox.put_frame(frame(1))
    inbox.order(PipelineConfig())
    assert inbox.take_work() is None
    inbox.take_config()
    assert inbox.take_work() is not None


def test_searches_when_taken_is_given_again_to_the_next_child_only(inbox: Inbox) -> None:
    command = SetSearches(())
    inbox.put_searches(command)
    assert inbox.take_searches() is command
    assert inbox.take_searches() is None
    inbox.renew_searches()
    assert inbox.take_searches() is command


def test_request_when_inbox_is_closed_is_not_queued(inbox: Inbox) -> None:
    waiting, is_queued = inbox.put_request(picture(), lambda _: None)
    assert is_queued
    assert inbox.close() == (waiting,)
    assert not inbox.put_request(picture(), lambda _: None)[1]
    assert inbox.take_work() is None


def test_bell_when_nobody_listens_never_blocks_a_caller(inbox: Inbox) -> None:
    for frame_id in range(50_000):
        inbox.put_frame(frame(frame_id))
    assert inbox.bell.poll()
    inbox.silence()
    assert not inbox.bell.poll()
