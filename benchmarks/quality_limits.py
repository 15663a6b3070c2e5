"""What facekit.quality flags: of good faces by set and by group, of spoilt ones, of masked ones; and what spoiling does to the embedding.

    python -m benchmarks.quality_limits

Reads ../shared/data; keeps benchmarks/results/quality_limits.json. Shares are of faces that the detector found.
"""

from __future__ import annotations

import csv
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import torch

from benchmarks.kept import SHARED, keep
from facekit.detectors.mtcnn import MtcnnDetector
from facekit.encoders import open_encoder
from facekit.encoders.base import Encoder
from facekit.imaging import TEMPLATES, align, decode, read_image
from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.quality import assess
from facekit.quality.pose import pose_of
from facekit.synthetic import View, identity, scene
from facekit.types import AlignedFace, Box, Face, Pixels, Quality, QualityIssue

_SEED = 0
_DATA = SHARED / "data"
_MASK_PICTURES, _MASK_EYE_DISTANCE = 250, 18.0
# Labelled by eye among the faces of the first 250 pictures: number of the picture, rank of the face by size.
_BARE = [
    "0.0",
    "114.1",
    "128.0",
    "130.2",
    "14.0",
    "148.1",
    "154.0",
    "172.0",
    "182.1",
    "218.0",
    "236.0",
    "244.0",
    "244.2",
    "250.0",
    "268.0",
    "298.0",
    "340.0",
    "348.0",
    "370.0",
    "396.0",
    "402.0",
    "404.0",
    "420.0",
    "442.0",
    "48.0",
    "482.0",
    "502.0",
    "502.1",
    "52.0",
    "526.0",
    "528.0",
    "530.0",
    "540.0",
    "544.0",
]
_UNCLEAR = ["110.1", "110.2", "110.3", "148.2", "148.3"]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A face in its picture."""

    pixels: Pixels
    face: Face

    @property
    def eye_distance(self) -> float:
        """Pixels."""
        return float(np.linalg.norm(self.face.landmarks[1] - self.face.landmarks[0]))

    def aligned(self, size: int = 112) -> AlignedFace:
        """size×size."""
        return align(self.pixels, self.face.landmarks, size=size)

    def quality(self, size: int = 112) -> Quality:
        """As the program judges it."""
        return assess(self.face, self.aligned(size), picture_size=(self.pixels.shape[1], self.pixels.shape[0]))

    def with_pixels(self, pixels: Any) -> Sample:
        """The same face in changed pixels, clipped to 0 … 255."""
        return Sample(np.clip(pixels, 0, 255).astype(np.uint8), self.face)


def blurred(share: float) -> Callable[[Sample], Sample]:
    """Out of focus: a Gaussian with sigma a share of the eye distance, and fresh camera noise."""

    def spoil(sample: Sample) -> Sample:
        noise = np.random.default_rng(_SEED).normal(0, 3, sample.pixels.shape)
        return sample.with_pixels(cv2.GaussianBlur(sample.pixels, (0, 0), share * sample.eye_distance) + noise)

    return spoil


def moved(share: float) -> Callable[[Sample], Sample]:
    """Motion by a share of the eye distance, along the rows, along the columns or aslant, as chance has it."""
    rng = np.random.default_rng(_SEED)

    def spoil(sample: Sample) -> Sample:
        length, angle = share * sample.eye_distance, rng.choice((0, 45, 90, 135))
        side = 2 * int(length) + 3
        along = cv2.getRotationMatrix2D((side // 2, side // 2), float(angle), 1.0)
        row = np.zeros((side, side), np.float32)
        row[side // 2, side // 2 - round(length / 2) : side // 2 + round(length / 2) + 1] = 1
        kernel = cv2.warpAffine(row, along, (side, side))
        return sample.with_pixels(cv2.filter2D(sample.pixels, -1, kernel / kernel.sum()))

    return spoil


def shrunken(eye_distance: float) -> Callable[[Sample], Sample]:
    """The face farther away: the picture averaged down."""

    def spoil(sample: Sample) -> Sample:
        factor = eye_distance / sample.eye_distance
        pixels = np.asarray(cv2.resize(sample.pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
        box = sample.face.box
        scaled = Box(box.x0 * factor, box.y0 * factor, box.x1 * factor, box.y1 * factor)
        points = ((sample.face.landmarks + 0.5) * factor - 0.5).astype(np.float32)
        return Sample(pixels, Face(scaled, points, sample.face.detection_score))

    return spoil


def gained(gain: float) -> Callable[[Sample], Sample]:
    """Darker or brighter, as exposure does it, with clipping."""
    return lambda sample: sample.with_pixels(sample.pixels.astype(np.float32) * gain)


def side_lit(least: float) -> Callable[[Sample], Sample]:
    """Light from the picture's right: full there, `least` of it on the left of the nose, with a soft edge."""

    def spoil(sample: Sample) -> Sample:
        columns = (np.arange(sample.pixels.shape[1]) - sample.face.landmarks[2, 0]) / (0.3 * sample.eye_distance)
        light = least + (1 - least) / (1 + np.exp(-columns))
        return sample.with_pixels(sample.pixels * light[None, :, None])

    return spoil


def cropped(share: float) -> Callable[[Sample], Sample]:
    """The picture ends within the face: a share of the box lies left of it."""

    def spoil(sample: Sample) -> Sample:
        box, points = sample.face.box, sample.face.landmarks
        cut = int(box.x0 + share * box.width)
        moved_box = Box(box.x0 - cut, box.y0, box.x1 - cut, box.y1)
        face = Face(moved_box, (points - (cut, 0)).astype(np.float32), sample.face.detection_score)
        return Sample(np.ascontiguousarray(sample.pixels[:, cut:]), face)

    return spoil


_SPOILT: Final[tuple[tuple[str, QualityIssue, Callable[[Sample], Sample]], ...]] = (
    *((f"blurred, sigma {share:g} of the eye distance", QualityIssue.BLURRED, blurred(share)) for share in (0.03, 0.06, 0.1)),
    *((f"moved by {share:g} of the eye distance", QualityIssue.BLURRED, moved(share)) for share in (0.1, 0.25, 0.5)),
    *((f"eyes {pixels} px apart", QualityIssue.TOO_SMALL, shrunken(pixels)) for pixels in (24, 18, 14, 10)),
    *((f"light times {gain:g}", QualityIssue.TOO_DARK, gained(gain)) for gain in (0.5, 0.25, 0.12)),
    *((f"light times {gain:g}", QualityIssue.TOO_BRIGHT, gained(gain)) for gain in (1.7, 2.5, 4.0)),
    *((f"one side with {light:g} of the light", QualityIssue.UNEVEN_LIGHT, side_lit(light)) for light in (0.5, 0.25, 0.1)),
    *((f"{share:g} of the box outside", QualityIssue.CUT_OFF, cropped(share)) for share in (0.05, 0.2, 0.4)),
)


def found(paths: Iterable[Path], detector: MtcnnDetector, choose: Callable[[Sequence[Face], Pixels], Face]) -> list[Sample]:
    """One face a picture, where there is any."""
    samples = []
    for path in paths:
        pixels = read_image(path)
        faces = detector.detect(pixels)
        if faces:
            samples.append(Sample(pixels, choose(faces, pixels)))
    return samples


def nearest_the_middle(faces: Sequence[Face], pixels: Pixels) -> Face:
    """Whom an LFW picture is about."""
    middle = (pixels.shape[1] / 2, pixels.shape[0] / 2)
    return min(faces, key=lambda face: abs((face.box.x0 + face.box.x1) / 2 - middle[0]) + abs((face.box.y0 + face.box.y1) / 2 - middle[1]))


def flagged(qualities: Sequence[Quality]) -> dict[str, Any]:
    """Counts and shares: any issue, and each."""
    issues = Counter(str(issue) for quality in qualities for issue in quality.issues)
    count = len(qualities)
    shares = {issue: round(number / count, 4) for issue, number in sorted(issues.items())}
    return {"faces": count, "any": round(sum(not quality.is_good for quality in qualities) / count, 4), **shares}


def by_group() -> dict[str, dict[str, Any]]:
    """What is flagged in FairFace's groups. Only aligned faces are there: light, sharpness and cover are judged, not pose or size."""
    qualities = defaultdict(list)
    face = Face(Box(0, 0, 112, 112), TEMPLATES[112], 1.0)
    with zipfile.ZipFile(_DATA / "faces112/fairface_part.zip") as archive, (_DATA / "faces112/fairface_part.csv").open() as rows:
        for row in list(csv.DictReader(rows))[::2]:
            crop = AlignedFace(decode(archive.read(row["image"]), name=row["image"]))
            qualities[row["race"]].append(assess(face, crop, picture_size=(112, 112)))
    return {group: flagged(found) for group, found in sorted(qualities.items())}


def masks(detector: MtcnnDetector) -> dict[str, dict[str, Any]]:
    """What is flagged of covered and of bare faces in pictures of people with masks."""
    qualities: dict[str, list[Quality]] = {"covered": [], "bare": []}
    for path in sorted((_DATA / "detection/kaggle_facemask").iterdir())[:_MASK_PICTURES]:
        pixels = read_image(path)
        for rank, face in enumerate(detector.detect(pixels)):
            sample, name = Sample(pixels, face), f"{path.stem.removeprefix('maksssksksss')}.{rank}"
            if sample.eye_distance >= _MASK_EYE_DISTANCE and name not in _UNCLEAR:
                qualities["bare" if name in _BARE else "covered"].append(sample.quality())
    return {kind: flagged(found) for kind, found in qualities.items()}


def spoilt(samples: Sequence[Sample], encoder: Encoder) -> list[dict[str, Any]]:
    """For each way of spoiling: how many are flagged, and the mean distance of the embedding from that of the unspoilt face."""
    good = [sample for sample in samples if sample.quality().is_good]
    before = encoder.encode([sample.aligned() for sample in good])
    rows = []
    for name, issue, spoil in _SPOILT:
        worse = [spoil(sample) for sample in good]
        qualities = [sample.quality() for sample in worse]
        after = encoder.encode([sample.aligned() for sample in worse])
        drift = np.mean([np.sum((a.vector - b.vector) ** 2) for a, b in zip(after, before, strict=True)])
        shares = {"flagged": np.mean([not q.is_good for q in qualities]), str(issue): np.mean([issue in q.issues for q in qualities])}
        rows.append({"spoilt": name, **{key: round(float(share), 3) for key, share in shares.items()}, "drift": round(float(drift), 3)})
    return rows


def angles() -> list[dict[str, float]]:
    """Estimated against true yaw and pitch: means over rendered people, from their true points."""
    rows = []
    for yaw, pitch in [(yaw, 0) for yaw in range(-40, 41, 10)] + [(0, pitch) for pitch in range(-20, 21, 10)]:
        scenes = [scene([(identity(seed), View(yaw=yaw, pitch=pitch))]) for seed in range(8)]
        poses = [pose_of(picture.faces[0].landmarks) for picture in scenes]
        means = {"yaw found": np.mean([pose.yaw for pose in poses]), "pitch found": np.mean([pose.pitch for pose in poses])}
        rows.append({"yaw": yaw, "pitch": pitch, **{key: round(float(value), 1) for key, value in means.items()}})
    return rows


def main() -> None:
    """Measure, print, keep."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    detector, encoder = MtcnnDetector(min_face=24), open_encoder(DEFAULT_ENCODER, "onnx")
    lfw = found(sorted((_DATA / "lfw_view1/images").rglob("*.jpg"))[::3], detector, nearest_the_middle)
    photos = found(sorted((_DATA / "photos").rglob("*.jpg")), detector, lambda faces, _: faces[0])
    figures: dict[str, Any] = {
        "good": {
            "LFW View 1, every third": flagged([sample.quality() for sample in lfw]),
            "the same at 160": flagged([sample.quality(160) for sample in lfw]),
            "photos": flagged([sample.quality() for sample in photos]),
        },
        "groups": by_group(),
        "masks": masks(detector),
        "spoilt": spoilt(lfw[::2], encoder),
        "angles": angles(),
    }
    for title, part in figures.items():
        print(title)
        for row in part if isinstance(part, list) else [{"": key, **value} for key, value in part.items()]:
            print("  " + "  ".join(f"{key} {value}".strip() for key, value in row.items()))
    print(keep("quality_limits", figures, seed=_SEED))


if __name__ == "__main__":
    main()
