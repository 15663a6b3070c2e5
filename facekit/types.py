"""The frozen values that travel between the layers: Frame → Face → AlignedFace → Embedding → Candidate → Decision.

No behaviour beyond checks and derived properties lives here. Outside training code every comparison is a distance
d = ‖f₁ − f₂‖² of unit vectors, 0 … 4, smaller = more alike, match when d ≤ τ.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from facekit.errors import ModelMismatchError

Pixels = npt.NDArray[np.uint8]
"""A picture, H×W×3 uint8, RGB."""
FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]
AnyArray = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source.

    Args:
        pixels: H×W×3 uint8 RGB, contiguous.
        frame_id: Counts from 0 within a source; gaps are dropped frames.
        captured_at: Monotonic seconds (time.monotonic).
        source_id: The stable id of the camera, or the path or address.
    """

    pixels: Pixels
    frame_id: int
    captured_at: float
    source_id: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of its picture: left, top inclusive, right, bottom exclusive; may reach outside it."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Pixels."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Pixels."""
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        """Square pixels, 0 for an empty box."""
        return max(0.0, self.width) * max(0.0, self.height)

    def iou(self, other: Box) -> float:
        """Intersection over union with another box, 0 … 1."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        overlap = max(0.0, width) * max(0.0, height)
        union = self.area + other.area - overlap
        return overlap / union if union > 0 else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One detected face.

    Args:
        box: In pixels of the picture.
        landmarks: 5×2 float32 px: the eye on the picture's left, the one on its right, nose tip, left and right mouth corner.
        detection_score: 0 … 1.
    """

    box: Box
    landmarks: FloatArray
    detection_score: float


@dataclass(frozen=True, slots=True, eq=False)
class AlignedFace:
    """A face brought to the five-point template: S×S×3 uint8 RGB, S = 112 (160 for InceptionResnetV1)."""

    pixels: Pixels


class QualityIssue(StrEnum):
    """A reason why a sample is poor, each one something a person can act on."""

    TOO_SMALL = "too_small"
    BLURRED = "blurred"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    UNEVEN_LIGHT = "uneven_light"
    TURNED_AWAY = "turned_away"
    TILTED = "tilted"
    COVERED = "covered"
    CUT_OFF = "cut_off"


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured on one sample.

    Args:
        eye_distance: Pixels between the eyes in the picture.
        sharpness: Fine detail of the aligned face over coarse, along rows or columns, whichever has less; larger = sharper.
        brightness: Mean luma of the aligned face, 0 … 255.
        light_balance: Mean luma of the darker half over that of the brighter, 0 … 1.
        yaw: Estimated turn, degrees, positive when the nose points to the picture's right.
        pitch: Estimated nod, degrees, positive when the nose points down.
        roll: Tilt of the line of the eyes, degrees, positive clockwise.
        issues: Empty for a good sample.
    """

    eye_distance: float
    sharpness: float
    brightness: float
    light_balance: float
    yaw: float
    pitch: float
    roll: float
    issues: tuple[QualityIssue, ...]

    @property
    def is_good(self) -> bool:
        """Whether the sample may be enrolled without a question."""
        return not self.issues


@dataclass(frozen=True, slots=True)
class EncoderKey:
    """Which encoder, with which weights, made a vector. Only vectors of one key have a distance."""

    encoder_id: str
    weights_hash: str

    def __str__(self) -> str:
        return f"{self.encoder_id}@{self.weights_hash[:12]}"


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """What the encoder makes of one sample: (D,) float32 of unit length, bound to the encoder and its weights."""

    vector: FloatArray
    key: EncoderKey

    def require(self, key: EncoderKey) -> None:
        """Do nothing when the embedding was made by `key`.

        Raises:
            ModelMismatchError: Another encoder, or other weights of the same encoder, made it.
        """
        if self.key != key:
            raise ModelMismatchError(
                f"An embedding of {self.key} cannot be compared with one of {key}.",
                hint="Encode the picture again with the encoder in use.",
            )


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One face of one picture, ready to be compared or enrolled.

    Args:
        embedding: Of the active encoder: what is stored when the sample is enrolled.
        beside: Of the encoders that are asked beside it.
    """

    face: Face
    aligned: AlignedFace
    quality: Quality
    embedding: Embedding
    beside: tuple[Embedding, ...] = ()

    @property
    def embeddings(self) -> tuple[Embedding, ...]:
        """Of every encoder, the active one first."""
        return (self.embedding, *self.beside)


TRAINING_CLAUSE = "The kept pictures of my face may also be used on this computer to train how faces are recognised."
"""What a consent must say, word for word, for its pictures to be trained on."""


@dataclass(frozen=True, slots=True)
class Consent:
    """The recorded agreement to keep a person's templates (GDPR Art. 9(2)(a)).

    Args:
        text: The wording that was agreed to.
        given_at: When, with time zone.
        recorded_by: Who recorded it: the account's name.
        keep_crops: Whether the aligned pictures may be kept beside the templates.
    """

    text: str
    given_at: datetime
    recorded_by: str
    keep_crops: bool = False

    @property
    def covers_training(self) -> bool:
        """Whether the pictures may be kept and trained on."""
        return self.keep_crops and TRAINING_CLAUSE in self.text

    def with_training(self, *, given_at: datetime, recorded_by: str) -> Consent:
        """The same with the clause added, agreed to at that moment."""
        return Consent(f"{self.without_training().text} {TRAINING_CLAUSE}", given_at, recorded_by, self.keep_crops)

    def without_training(self) -> Consent:
        """The same without the clause: what is kept stays kept."""
        return replace(self, text=self.text.replace(TRAINING_CLAUSE, "").strip())


@dataclass(frozen=True, slots=True)
class Person:
    """An enrolled person."""

    person_id: int
    name: str
    created_at: datetime
    consent: Consent
    template_count: int


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A stored sample of a person.

    Args:
        embeddings: What the encoders made of it, one each, the oldest first; at least one.
        source: What it was made from: a file's name, "camera NAME", never a full path.
    """

    template_id: int
    person_id: int
    embeddings: tuple[Embedding, ...]
    quality: Quality
    created_at: datetime
    source: str
    has_crop: bool

    @property
    def keys(self) -> tuple[EncoderKey, ...]:
        """The encoders that know it."""
        return tuple(embedding.key for embedding in self.embeddings)


@dataclass(frozen=True, slots=True, eq=False)
class Exclusion:
    """A face that was taken for a person, and said not to be them.

    Its template alone is kept, never a picture: whoever it shows has agreed to nothing.

    Args:
        person_id: Whom it does not show.
        embedding: By the encoder that was wrong; it says nothing to another.
        source: What it was made from, as of a template.
    """

    exclusion_id: int
    person_id: int
    embedding: Embedding
    created_at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person's best template in a search. A row of a result, not yet a decision.

    Args:
        encoder_id: Whose distance it is; those of two encoders have no common scale.
    """

    person_id: int
    template_id: int
    distance: float
    rank: int
    encoder_id: str = ""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % confidence interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A threshold with the error that was measured at it.

    Args:
        threshold: τ on d, 0 … 4.
        target_fmr: The false match rate that was asked for.
        fmr: Measured, with its interval.
        fnmr: Measured, with its interval.
        uncertain_margin: Two persons both within τ and nearer to each other than this are too close to tell.
        non_mated_count: Comparisons behind fmr.
        mated_count: Comparisons behind fnmr.
        measured_on: The pictures, and the day.
    """

    threshold: float
    target_fmr: float
    fmr: float
    fmr_interval: Interval
    fnmr: float
    fnmr_interval: Interval
    uncertain_margin: float
    non_mated_count: int
    mated_count: int
    measured_on: str


class Outcome(StrEnum):
    """What a decision says."""

    MATCH = "match"
    NON_MATCH = "non_match"
    UNCERTAIN = "uncertain"
    NO_FACE = "no_face"
    MANY_FACES = "many_faces"
    POOR_SAMPLE = "poor_sample"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to "is this Ana?" or "who is this?".

    Args:
        outcome: MATCH names `person_id`; UNCERTAIN has the two persons first in `candidates`; NON_MATCH of 1:N is "not recognized".
        person_id: Set on a match only.
        distance: d of the nearest template compared; None where nothing was compared.
        threshold: τ that decided.
        candidates: Nearest first, one row a person.
        encoder_id: Whose distance and τ these are; empty where nothing was compared.
        said_not: Who would have matched, had the face not been nearer to one that was said not to be them.
    """

    outcome: Outcome
    threshold: float
    person_id: int | None = None
    distance: float | None = None
    candidates: tuple[Candidate, ...] = ()
    encoder_id: str = ""
    said_not: int | None = None

    @property
    def loses_name(self) -> bool:
        """Whether the nearest person is within τ, but is another face of the same picture."""
        is_nameless = self.outcome is Outcome.NON_MATCH and self.said_not is None
        return is_nameless and bool(self.candidates) and self.candidates[0].distance <= self.threshold


@dataclass(frozen=True, slots=True, eq=False)
class ObservedFace:
    """A face of a frame with its decision, steadied over the frames of its track."""

    track_id: int
    face: Face
    quality: Quality
    decision: Decision


@dataclass(frozen=True, slots=True, eq=False)
class FrameResult:
    """What the engine says of one frame: no pixels, so that it is cheap to send.

    Args:
        timings_ms: Milliseconds a stage: detect, align, encode, search, total.
        gallery_revision: Of the gallery that was searched; −1 when there was none.
    """

    frame_id: int
    captured_at: float
    source_id: str
    faces: tuple[ObservedFace, ...]
    timings_ms: dict[str, float] = field(default_factory=dict)
    gallery_revision: int = -1
