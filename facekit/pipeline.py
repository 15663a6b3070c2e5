"""detect → assess → align → encode → search → decide, one picture at a time. Knows no database and no window."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from facekit import quality
from facekit.cards import ModelCard
from facekit.detectors.base import Detector
from facekit.detectors.opening import open_detector
from facekit.encoders import open_encoder
from facekit.encoders.base import Encoder
from facekit.encoders.mirrored import Mirrored
from facekit.errors import ModelError, ModelMismatchError
from facekit.imaging import align
from facekit.matching.decide import Search, one_face_each, recognise_in
from facekit.matching.track import Tracker
from facekit.pipeline_config import PipelineConfig
from facekit.types import (
    AlignedFace,
    Decision,
    Embedding,
    EncoderKey,
    Face,
    Frame,
    FrameResult,
    ObservedFace,
    Outcome,
    Pixels,
    Quality,
    Sample,
)

logger = logging.getLogger(__name__)


class FacePipeline:
    """A detector and an encoder at work together, with others beside it for people whom only they know. Not safe to share between threads.

    Args:
        encoder: The active one.
    """

    def __init__(self, detector: Detector, encoder: Encoder, beside: Sequence[Encoder] = ()) -> None:
        self.detector = detector
        self.encoder = encoder
        self.beside = tuple(beside)

    @staticmethod
    def load(config: PipelineConfig) -> FacePipeline:
        """The pipeline with its models in memory. An encoder beside the active one that cannot be loaded is logged and left out.

        Raises:
            ModelError: A model is unknown, its weights are missing or altered, or a package that it needs is not installed.
        """
        detector = open_detector(config.detector, min_face=config.min_face, landmarker=config.landmarker)
        encoder = open_encoder(config.encoder, config.runtime)
        return FacePipeline(detector, encoder, [found for name in config.beside if (found := _open_beside(name, config.runtime))])

    @property
    def card(self) -> ModelCard:
        """The active encoder's card."""
        return self.encoder.card

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        """Of every encoder in memory, the active one's first."""
        return (self.card, *(encoder.card for encoder in self.beside))

    def samples(self, pixels: Pixels) -> tuple[Sample, ...]:
        """Every face of an H×W×3 uint8 RGB picture as a sample, encoded with its mirror image, largest first; empty when there is none."""
        faces = self.detector.detect(pixels)
        aligned = _align(pixels, faces, self.card)
        embedded = [self._encode(Mirrored(encoder), pixels, faces, aligned) for encoder in (self.encoder, *self.beside)]
        return tuple(
            Sample(face, crop, _assess(pixels, face, crop), embedding, tuple(beside))
            for face, crop, embedding, *beside in zip(faces, aligned, *embedded, strict=True)
        )

    def analyse(self, frame: Frame, searches: Sequence[Search], tracker: Tracker) -> FrameResult:
        """What is to be said of a frame, steadied by the frames before it that `tracker` has seen.

        Args:
            searches: The active encoder's first; empty where there is no gallery.

        Raises:
            ModelMismatchError: A gallery is of an encoder that is not in memory.
        """
        marks = [time.perf_counter()]
        faces = self.detector.detect(frame.pixels)
        marks.append(time.perf_counter())
        aligned = _align(frame.pixels, faces, self.card)
        assessed = [_assess(frame.pixels, face, crop) for face, crop in zip(faces, aligned, strict=True)]
        marks.append(time.perf_counter())
        asked = [self._encoder(search.gallery.key) for search in searches if search.gallery.template_count]
        embedded = [self._encode(encoder, frame.pixels, faces, aligned) for encoder in asked]
        probes = tuple(zip(*embedded, strict=True)) if embedded else ((),) * len(faces)
        marks.append(time.perf_counter())
        decisions = one_face_each([_decide(probe, found, searches) for probe, found in zip(probes, assessed, strict=True)])
        steady = tracker.update(frame.captured_at, _observed(faces, assessed, decisions))
        observed = _decided(steady, one_face_each([face.decision for face in steady]))  # two tracks may have won the vote for one name
        marks.append(time.perf_counter())
        revision = searches[0].gallery.revision if searches else -1
        return FrameResult(frame.frame_id, frame.captured_at, frame.source_id, observed, _timings(marks), revision)

    def _encode(self, encoder: Encoder, pixels: Pixels, faces: tuple[Face, ...], aligned: tuple[AlignedFace, ...]) -> tuple[Embedding, ...]:
        """The faces by one encoder, aligned anew where it takes them at another size than the active one."""
        same_size = encoder.card.input_size == self.card.input_size
        return encoder.encode(aligned if same_size else _align(pixels, faces, encoder.card))

    def _encoder(self, key: EncoderKey) -> Encoder:
        for encoder in (self.encoder, *self.beside):
            if encoder.card.key == key:
                return encoder
        raise ModelMismatchError(f"The encoder {key} of a gallery is not in memory.", hint="Load it beside the active one.")


def _open_beside(name: str, runtime: str) -> Encoder | None:
    try:
        try:
            return open_encoder(name, runtime)
        except ModelError:
            return open_encoder(name)  # the runtime was chosen for the active encoder; this one may not have it
    except ModelError as error:
        logger.warning("the encoder beside the active one is left out: %s", error)
        return None


def _align(pixels: Pixels, faces: tuple[Face, ...], card: ModelCard) -> tuple[AlignedFace, ...]:
    return tuple(align(pixels, face.landmarks, size=card.input_size) for face in faces)


def _assess(pixels: Pixels, face: Face, crop: AlignedFace) -> Quality:
    return quality.assess(face, crop, picture_size=(pixels.shape[1], pixels.shape[0]))


def _decide(probes: tuple[Embedding, ...], found: Quality, searches: Sequence[Search]) -> Decision:
    """A search; a poor sample may match, but "not recognized" is not said of a face that was too poor to tell."""
    decision = recognise_in(probes, searches)
    if decision.outcome is Outcome.NON_MATCH and decision.candidates and not found.is_good:
        return replace(decision, outcome=Outcome.POOR_SAMPLE)
    return decision


def _observed(faces: tuple[Face, ...], assessed: list[Quality], decisions: Sequence[Decision]) -> tuple[ObservedFace, ...]:
    return tuple(ObservedFace(-1, face, found, decision) for face, found, decision in zip(faces, assessed, decisions, strict=True))


def _decided(faces: tuple[ObservedFace, ...], decisions: Sequence[Decision]) -> tuple[ObservedFace, ...]:
    return tuple(replace(face, decision=decision) for face, decision in zip(faces, decisions, strict=True))


def _timings(marks: list[float]) -> dict[str, float]:
    stages = ("detect", "align", "encode", "search")
    timings = {stage: 1000 * (after - before) for stage, before, after in zip(stages, marks, marks[1:], strict=False)}
    return {**timings, "total": 1000 * (marks[-1] - marks[0])}
