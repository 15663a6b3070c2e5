"""detect → assess → align → encode → search → decide, one picture at a time. Knows no database and no window."""

from __future__ import annotations

import time

from facekit import quality
from facekit.cards import ModelCard
from facekit.detectors.base import Detector
from facekit.detectors.opening import open_detector
from facekit.encoders import open_encoder
from facekit.encoders.base import Encoder
from facekit.imaging import align
from facekit.matching.decide import DecisionRule, recognise
from facekit.matching.gallery import Gallery
from facekit.matching.track import Tracker
from facekit.pipeline_config import PipelineConfig
from facekit.types import AlignedFace, Decision, Embedding, Face, Frame, FrameResult, ObservedFace, Outcome, Pixels, Quality, Sample


class FacePipeline:
    """A detector and an encoder at work together. Not safe to share between threads."""

    def __init__(self, detector: Detector, encoder: Encoder) -> None:
        self.detector = detector
        self.encoder = encoder

    @staticmethod
    def load(config: PipelineConfig) -> FacePipeline:
        """The pipeline with its models in memory.

        Raises:
            ModelError: A model is unknown, its weights are missing or altered, or a package that it needs is not installed.
        """
        detector = open_detector(config.detector, min_face=config.min_face, landmarker=config.landmarker)
        return FacePipeline(detector, open_encoder(config.encoder, config.runtime))

    @property
    def card(self) -> ModelCard:
        """The encoder's card."""
        return self.encoder.card

    def samples(self, pixels: Pixels) -> tuple[Sample, ...]:
        """Every face of an H×W×3 uint8 RGB picture as a sample, largest first; empty when there is none."""
        faces = self.detector.detect(pixels)
        aligned = self._align(pixels, faces)
        embeddings = self.encoder.encode(aligned)
        return tuple(
            Sample(face, crop, _assess(pixels, face, crop), embedding)
            for face, crop, embedding in zip(faces, aligned, embeddings, strict=True)
        )

    def analyse(self, frame: Frame, gallery: Gallery | None, rule: DecisionRule, tracker: Tracker) -> FrameResult:
        """What is to be said of a frame, steadied by the frames before it that `tracker` has seen."""
        marks = [time.perf_counter()]
        faces = self.detector.detect(frame.pixels)
        marks.append(time.perf_counter())
        aligned = self._align(frame.pixels, faces)
        assessed = [_assess(frame.pixels, face, crop) for face, crop in zip(faces, aligned, strict=True)]
        marks.append(time.perf_counter())
        embeddings = self.encoder.encode(aligned)
        marks.append(time.perf_counter())
        decisions = [_decide(embedding, found, gallery, rule) for embedding, found in zip(embeddings, assessed, strict=True)]
        observed = tracker.update(frame.captured_at, _observed(faces, assessed, decisions))
        marks.append(time.perf_counter())
        return FrameResult(
            frame.frame_id, frame.captured_at, frame.source_id, observed, _timings(marks), gallery.revision if gallery else -1
        )

    def _align(self, pixels: Pixels, faces: tuple[Face, ...]) -> tuple[AlignedFace, ...]:
        return tuple(align(pixels, face.landmarks, size=self.card.input_size) for face in faces)


def _assess(pixels: Pixels, face: Face, crop: AlignedFace) -> Quality:
    return quality.assess(face, crop, picture_size=(pixels.shape[1], pixels.shape[0]))


def _decide(embedding: Embedding, found: Quality, gallery: Gallery | None, rule: DecisionRule) -> Decision:
    """A search; a poor sample may match, but "not recognized" is not said of a face that was too poor to tell."""
    if gallery is None or gallery.template_count == 0:
        return Decision(Outcome.NON_MATCH, rule.threshold)
    decision = recognise(embedding, gallery, rule)
    if decision.outcome is Outcome.NON_MATCH and not found.is_good:
        return Decision(Outcome.POOR_SAMPLE, rule.threshold, None, decision.distance, decision.candidates)
    return decision


def _observed(faces: tuple[Face, ...], assessed: list[Quality], decisions: list[Decision]) -> tuple[ObservedFace, ...]:
    return tuple(ObservedFace(-1, face, found, decision) for face, found, decision in zip(faces, assessed, decisions, strict=True))


def _timings(marks: list[float]) -> dict[str, float]:
    stages = ("detect", "align", "encode", "search")
    timings = {stage: 1000 * (after - before) for stage, before, after in zip(stages, marks, marks[1:], strict=False)}
    return {**timings, "total": 1000 * (marks[-1] - marks[0])}
