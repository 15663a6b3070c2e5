"""The vote over frames: one wrong frame changes no name, tracks end and begin."""

from __future__ import annotations

import numpy as np

from facekit.matching.track import Tracker
from facekit.types import Box, Decision, Face, ObservedFace, Outcome
from tests.support.embeddings import good_quality


def seen(x: float, outcome: Outcome, person_id: int | None = None) -> ObservedFace:
    face = Face(Box(x, 0.0, x + 100.0, 100.0), np.zeros((5, 2), np.float32), 0.99)
    return ObservedFace(-1, face, good_quality(), Decision(outcome, 1.0, person_id, 0.5))


def test_one_wrong_frame_among_good_ones_changes_no_name() -> None:
    tracker = Tracker()
    for frame in range(4):
        tracker.update(frame / 30, [seen(frame, Outcome.MATCH, 1)])
    steadied = tracker.update(5 / 30, [seen(5, Outcome.MATCH, 2)])
    assert steadied[0].decision.person_id == 1


def test_a_lasting_change_wins_after_some_frames() -> None:
    tracker = Tracker()
    for frame in range(7):
        tracker.update(frame / 30, [seen(0, Outcome.MATCH, 1)])
    for frame in range(7, 12):
        last = tracker.update(frame / 30, [seen(0, Outcome.NON_MATCH)])
    assert last[0].decision.outcome is Outcome.NON_MATCH


def test_two_faces_keep_their_tracks_whatever_their_order() -> None:
    tracker = Tracker()
    first = tracker.update(0.0, [seen(0, Outcome.MATCH, 1), seen(300, Outcome.MATCH, 2)])
    second = tracker.update(0.1, [seen(305, Outcome.MATCH, 2), seen(4, Outcome.MATCH, 1)])
    assert [face.track_id for face in first] == [face.track_id for face in reversed(second)]
    assert len({face.track_id for face in first}) == 2


def test_a_face_gone_for_over_a_second_begins_a_new_track() -> None:
    tracker = Tracker()
    before = tracker.update(0.0, [seen(0, Outcome.MATCH, 1)])
    after = tracker.update(1.5, [seen(0, Outcome.NON_MATCH)])
    assert after[0].track_id != before[0].track_id
    assert after[0].decision.outcome is Outcome.NON_MATCH, "votes of the old track are gone"


def test_poor_samples_have_no_vote_while_there_is_a_better_one() -> None:
    tracker = Tracker()
    tracker.update(0.0, [seen(0, Outcome.MATCH, 1)])
    for frame in range(1, 5):
        last = tracker.update(frame / 30, [seen(0, Outcome.POOR_SAMPLE)])
    assert last[0].decision.person_id == 1


def test_reset_forgets_every_track() -> None:
    tracker = Tracker()
    before = tracker.update(0.0, [seen(0, Outcome.MATCH, 1)])
    tracker.reset()
    assert tracker.update(0.1, [seen(0, Outcome.MATCH, 1)])[0].track_id != before[0].track_id
