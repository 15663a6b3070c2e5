"""facekit recognise: who is in a picture, in a video, or before a camera?"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from facekit.capture import frames, open_source
from facekit.capture.base import is_picture
from facekit.cli.answers import box_of, decision_json, decision_words, limit_json
from facekit.cli.context import open_pipeline, open_store, pictures, samples_of, searches_in
from facekit.cli.output import answer, answer_line, say
from facekit.cli.watching import watch
from facekit.errors import CaptureError, ImageError
from facekit.matching.decide import Search, one_face_each, recognise_in
from facekit.matching.track import Tracker
from facekit.pipeline import FacePipeline
from facekit.types import Decision, Outcome


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """What a search needs."""

    pipeline: FacePipeline
    searches: tuple[Search, ...]
    names: Mapping[int, str]
    top: int

    def words(self, decision: Decision) -> str:
        """What is said of a face."""
        return decision_words(decision, self.names, active=self.pipeline.card.model_id)


@dataclass(frozen=True, slots=True)
class _Result:
    """What is said of one picture or video, as JSON and in lines."""

    data: dict[str, Any]
    lines: list[str]


def run(args: argparse.Namespace) -> int:
    """0 done, whoever was seen; 2 when a picture or video could not be read."""
    if bool(args.sources) == bool(args.camera):
        raise CaptureError("Give pictures or videos, or --camera, one of the two.")
    job = _job(args)
    if not any(search.gallery.template_count for search in job.searches):
        say("Nobody is enrolled: every face will be not recognized.")
    return _watch(args, job) if args.camera else _read(args, job)


def _job(args: argparse.Namespace) -> _Job:
    with open_store(args) as store:
        pipeline = open_pipeline(args, store)
        names = {person.person_id: person.name for person in store.people()}
        return _Job(pipeline, searches_in(args, store, pipeline), names, args.top)


def _read(args: argparse.Namespace, job: _Job) -> int:
    results: list[_Result] = []
    failed = 0
    for source in map(Path, args.sources):
        for path in pictures([source]) if source.is_dir() else [source]:
            try:
                results.append(_picture(path, job) if is_picture(path) else _video(path, job))
            except (ImageError, CaptureError) as error:
                say(str(error))
                failed += 1
    data = {**limit_json(job.searches[0].rule.threshold, job.pipeline.card), "results": [result.data for result in results]}
    answer(args, data, (line for result in results for line in result.lines))
    return 2 if failed else 0


def _picture(path: Path, job: _Job) -> _Result:
    faces, lines = [], []
    samples = samples_of(job.pipeline, path)
    decisions = one_face_each([recognise_in(sample.embeddings, job.searches, top=job.top) for sample in samples])
    for sample, decision in zip(samples, decisions, strict=True):
        issues = [issue.value for issue in sample.quality.issues]
        faces.append({"box": box_of(sample.face), "issues": issues, **decision_json(decision, job.names)})
        lines.append(f"{path}: {job.words(decision)}")
    return _Result({"source": str(path), "kind": "picture", "faces": faces}, lines or [f"{path}: no face"])


@dataclass(slots=True)
class _Seen:
    """One face followed through a video."""

    first_frame: int
    last_frame: int
    decisions: list[Decision] = field(default_factory=list)

    def overall(self) -> Decision:
        """The nearest decision of the kind that most frames gave."""
        tally = Counter((decision.outcome, decision.person_id) for decision in self.decisions)
        outcome, person_id = tally.most_common(1)[0][0]
        same_kind = (d for d in self.decisions if (d.outcome, d.person_id) == (outcome, person_id))
        return min(same_kind, key=lambda d: 4.0 if d.distance is None else d.distance)


def _video(path: Path, job: _Job) -> _Result:
    tracker, seen, count = Tracker(), dict[int, _Seen](), 0
    for frame in frames(open_source(str(path), paced=False)):
        count += 1
        for face in job.pipeline.analyse(frame, job.searches, tracker).faces:
            track = seen.setdefault(face.track_id, _Seen(frame.frame_id, frame.frame_id))
            track.last_frame = frame.frame_id
            track.decisions.append(face.decision)
    tracks, lines = [], []
    for track_id, track in seen.items():
        decision = track.overall()
        span = {"track": track_id, "first_frame": track.first_frame, "last_frame": track.last_frame, "frames": len(track.decisions)}
        tracks.append({**span, **decision_json(decision, job.names)})
        lines.append(f"{path}: frames {track.first_frame} to {track.last_frame}: {job.words(decision)}")
    return _Result(
        {"source": str(path), "kind": "video", "frames": count, "tracks": tracks}, lines or [f"{path}: no face in {count} frames"]
    )


def _watch(args: argparse.Namespace, job: _Job) -> int:
    """Say each face once, and again when the answer for it changes, until Ctrl-C, --seconds or the end of the source."""
    tracker, told = Tracker(), dict[int, tuple[Outcome, int | None]]()
    for frame in watch(args.camera, seconds=args.seconds):
        for face in job.pipeline.analyse(frame, job.searches, tracker).faces:
            kind = (face.decision.outcome, face.decision.person_id)
            if told.get(face.track_id) != kind:
                told[face.track_id] = kind
                data = {
                    "frame": frame.frame_id,
                    "track": face.track_id,
                    "box": box_of(face.face),
                    **decision_json(face.decision, job.names),
                }
                answer_line(args, data, f"face {face.track_id}: {job.words(face.decision)}")
    return 0
