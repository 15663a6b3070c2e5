"""Guiding a person through three poses: what is said, when a pose is ready, what is taken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from facekit.sampling import Aim, Guide, outline_of
from facekit.types import Box, Decision, Face, ObservedFace, Outcome, QualityIssue, Sample
from tests.support.embeddings import good_quality, sample_at

SIZE = (640, 480)
OUTLINE = outline_of(*SIZE)


def face(yaw: float = 0.0, *, dx: float = 0.0, side: float = 200.0, issues: tuple[QualityIssue, ...] = ()) -> ObservedFace:
    seen = sample(yaw, dx=dx, side=side, issues=issues)
    return ObservedFace(1, seen.face, seen.quality, Decision(Outcome.NON_MATCH, 1.0))


def sample(yaw: float = 0.0, *, dx: float = 0.0, side: float = 200.0, issues: tuple[QualityIssue, ...] = ()) -> Sample:
    left, top = OUTLINE.x + dx - side / 2, OUTLINE.y - side / 2
    made = sample_at(0)
    place = Face(Box(left, top, left + side, top + side), made.face.landmarks, 0.99)
    return replace(made, face=place, quality=replace(good_quality(issues=issues), yaw=yaw))


def test_steady_look_straight_ahead_is_ready_for_the_front() -> None:
    guide = Guide()
    assert guide.look(0.0, [face()], SIZE).words == "Hold still"
    assert guide.look(0.2, [face(1.0, dx=3)], SIZE).ready is Aim.FRONT


@pytest.mark.parametrize(("yaw", "aim"), [(15.0, Aim.LEFT), (-15.0, Aim.RIGHT)])
def test_turn_to_the_picture_s_right_is_the_person_s_own_left(yaw: float, aim: Aim) -> None:
    guide = Guide()
    guide.look(0.0, [face(yaw)], SIZE)
    assert guide.look(0.2, [face(yaw)], SIZE).ready is aim


@pytest.mark.parametrize(
    ("faces", "words"),
    [
        ([], "Look into the camera"),
        ([face(), face(dx=90)], "Only one face, please"),
        ([face(dx=250)], "Move into the outline"),
        ([face(side=40)], "Come closer"),
        ([face(issues=(QualityIssue.TOO_DARK, QualityIssue.BLURRED))], "Put more light on the face, hold still"),
        ([face(9.0)], "Look straight into the camera"),
    ],
)
def test_what_is_in_the_way_is_said(faces: list[ObservedFace], words: str) -> None:
    guide = Guide()
    for second in range(2):
        advice = guide.look(float(second), faces, SIZE)
    assert (advice.words, advice.ready) == (words, None)


def test_small_face_far_behind_is_no_second_one() -> None:
    guide = Guide()
    for second in (0.0, 0.2):
        advice = guide.look(second, [face(dx=200, side=60), face()], SIZE)
    assert advice.ready is Aim.FRONT


@pytest.mark.parametrize("second", [face(dx=20), face(7.5)])
def test_moving_or_turning_head_is_asked_to_hold_still(second: ObservedFace) -> None:
    guide = Guide()
    guide.look(0.0, [face(0.0)], SIZE)
    assert guide.look(0.2, [second], SIZE).words == "Hold still"


def test_looks_far_apart_in_time_say_nothing_of_steadiness() -> None:
    guide = Guide()
    guide.look(0.0, [face()], SIZE)
    assert guide.look(9.0, [face()], SIZE).ready is None


def test_three_poses_taken_leave_none_missing() -> None:
    guide = Guide()
    assert list(guide.missing) == [Aim.FRONT, Aim.LEFT, Aim.RIGHT]
    assert [guide.take([sample(yaw)], SIZE) for yaw in (-12.0, 2.0, 20.0)] == [Aim.RIGHT, Aim.FRONT, Aim.LEFT]
    assert not list(guide.missing)


def test_pose_that_is_taken_already_is_not_taken_again_and_the_next_is_asked_for() -> None:
    guide = Guide()
    first = sample(0.0)
    guide.take([first], SIZE)
    assert guide.take([sample(1.0)], SIZE) is None
    assert guide.taken[Aim.FRONT] is first
    assert guide.look(0.0, [face(0.0)], SIZE).words == "Turn your head a little to your left"


@pytest.mark.parametrize(
    "samples", [[], [sample(), sample(dx=90)], [sample(issues=(QualityIssue.BLURRED,))], [sample(9.0)], [sample(dx=250)]]
)
def test_picture_that_changed_since_the_look_is_not_taken(samples: list[Sample]) -> None:
    guide = Guide()
    assert guide.take(samples, SIZE) is None
    assert guide.taken == {}
