"""Faces followed from frame to frame, and their decisions steadied by a vote, so that one wrong frame changes no name."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from facekit.types import Box, Decision, ObservedFace, Outcome

_MIN_IOU = 0.25
_FORGET_AFTER_S = 1.0
_VOTES = 7


@dataclass(slots=True)
class _Track:
    track_id: int
    box: Box
    seen_at: float
    votes: deque[Decision] = field(default_factory=lambda: deque(maxlen=_VOTES))


class Tracker:
    """Gives each face a track_id that lasts while it stays in view, and each track the decision that most of its last frames gave."""

    def __init__(self) -> None:
        self._tracks: list[_Track] = []
        self._next_id = 1

    def update(self, captured_at: float, faces: Sequence[ObservedFace]) -> tuple[ObservedFace, ...]:
        """The faces of the next frame with their track ids and steadied decisions, in the order given.

        Args:
            captured_at: Monotonic seconds of the frame; a track unseen for a second is forgotten.
        """
        self._tracks = [track for track in self._tracks if captured_at - track.seen_at <= _FORGET_AFTER_S]
        matched = self._match(faces)
        return tuple(self._steady(track, captured_at, face) for track, face in zip(matched, faces, strict=True))

    def reset(self) -> None:
        """Forget every track: the source, the gallery or the rule has changed."""
        self._tracks.clear()

    def _match(self, faces: Sequence[ObservedFace]) -> list[_Track]:
        """The track of each face: best overlaps first, a new track for those that overlap none."""
        overlaps = [(face.face.box.iou(track.box), row, track) for row, face in enumerate(faces) for track in self._tracks]
        taken: dict[int, _Track] = {}
        used: set[int] = set()
        for overlap, row, track in sorted(overlaps, key=lambda item: -item[0]):
            if overlap >= _MIN_IOU and row not in taken and track.track_id not in used:
                taken[row] = track
                used.add(track.track_id)
        return [taken.get(row) or self._begin(face) for row, face in enumerate(faces)]

    def _begin(self, face: ObservedFace) -> _Track:
        track = _Track(self._next_id, face.face.box, 0.0)
        self._next_id += 1
        self._tracks.append(track)
        return track

    def _steady(self, track: _Track, captured_at: float, face: ObservedFace) -> ObservedFace:
        track.box, track.seen_at = face.face.box, captured_at
        track.votes.append(face.decision)
        return replace(face, track_id=track.track_id, decision=_vote(track.votes))


def _vote(votes: deque[Decision]) -> Decision:
    """The newest decision among those of the winning kind; poor samples have no vote while there is any other; ties go to the newer."""
    counted = [decision for decision in votes if decision.outcome is not Outcome.POOR_SAMPLE]
    if not counted:
        return votes[-1]
    tally = Counter((decision.outcome, decision.person_id) for decision in counted)
    most = max(tally.values())
    return next(d for d in reversed(counted) if tally[(d.outcome, d.person_id)] == most)
