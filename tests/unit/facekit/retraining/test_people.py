"""Whose faces are taken: aligned from photos, and of enrolled persons only where their consent covers it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from facekit.detectors.opening import open_detector
from facekit.errors import ImageError
from facekit.imaging import read_image, save_image
from facekit.retraining.people import gather_folders, gather_gallery, persons_in
from facekit.store import open_repository
from facekit.store.base import NewTemplate
from facekit.synthetic import still
from facekit.types import TRAINING_CLAUSE, AlignedFace, Consent, Embedding, EncoderKey
from tests.support.embeddings import good_quality

KEY = EncoderKey("encoder-v1", "a" * 64)


def _template(seed: int) -> NewTemplate:
    vector = np.random.default_rng(seed).normal(size=8).astype(np.float32)
    crop = AlignedFace(np.full((112, 112, 3), seed, np.uint8))
    return NewTemplate(Embedding(vector / np.linalg.norm(vector), KEY), good_quality(), f"{seed}.jpg", crop)


def _consent(text: str, *, keep_crops: bool) -> Consent:
    return Consent(text, datetime.now(UTC), "tester", keep_crops)


@pytest.mark.models
def test_gather_folders_aligns_photos_copies_aligned_pictures_and_tells_what_it_left_out(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    for person in ("Ada", "Bo"):
        (photos / person).mkdir(parents=True)
    save_image(photos / "Ada" / "a.png", still(3, 4))
    save_image(photos / "Bo" / "aligned.png", np.full((112, 112, 3), 90, np.uint8))
    save_image(photos / "Bo" / "wall.png", np.full((240, 320, 3), 120, np.uint8))
    (photos / "Bo" / "broken.jpg").write_bytes(b"no picture")
    detector = open_detector("convolutional", min_face=40, landmarker="")
    found = list(gather_folders(persons_in([photos]), detector, tmp_path / "faces"))
    assert [(each.person, each.source, bool(each.refused)) for each in found] == [
        ("Ada", "a.png", False),
        ("Bo", "aligned.png", False),
        ("Bo", "broken.jpg", True),
        ("Bo", "wall.png", True),
    ]
    written = sorted(path.relative_to(tmp_path / "faces").as_posix() for path in (tmp_path / "faces").rglob("*.png"))
    assert written == ["Ada/0000-a.png", "Bo/0000-aligned.png"]
    assert read_image(tmp_path / "faces" / written[0]).shape == (112, 112, 3)


def test_persons_in_when_two_folders_have_the_same_person_joins_the_pictures(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder / "Ada").mkdir(parents=True)
        save_image(tmp_path / folder / "Ada" / f"{folder}.png", np.zeros((112, 112, 3), np.uint8))
    assert [path.name for path in persons_in([tmp_path / "one", tmp_path / "two"])["Ada"]] == ["one.png", "two.png"]


def test_persons_in_when_a_folder_has_no_persons_refuses(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="cannot be read"):
        persons_in([tmp_path / "missing"])


def test_gather_gallery_takes_only_whose_consent_covers_training(tmp_path: Path) -> None:
    store = open_repository(tmp_path / "facekit.db")
    try:
        store.enrol("Yes / of course", _consent(f"I agree. {TRAINING_CLAUSE}", keep_crops=True), [_template(1), _template(2)])
        store.enrol("Only kept", _consent("I agree.", keep_crops=True), [_template(3)])
        store.enrol("Words alone", _consent(f"I agree. {TRAINING_CLAUSE}", keep_crops=False), [_template(4)])
        found = list(gather_gallery(store, tmp_path / "faces"))
    finally:
        store.close()
    taken = [each for each in found if not each.refused]
    assert [each.person for each in taken] == ["Yes / of course"] * 2
    assert {each.person for each in found if each.refused} == {"Only kept", "Words alone"}
    written = sorted((tmp_path / "faces").rglob("*.png"))
    assert len(written) == 2
    assert {path.parent.name for path in written} == {"Yes %2F of course"}
    assert read_image(written[0])[0, 0].tolist() == [1, 1, 1]


def test_remove_of_a_person_deletes_the_copies_that_a_retraining_has(tmp_path: Path) -> None:
    store = open_repository(tmp_path / "facekit.db")
    try:
        for name, seed in (("Ana", 1), ("Bea / B", 2)):
            store.enrol(name, _consent(f"I agree. {TRAINING_CLAUSE}", keep_crops=True), [_template(seed)])
        for run in ("first", "second"):
            list(gather_gallery(store, tmp_path / run / "faces"))
        store.remove(store.find("Bea / B").person_id)
    finally:
        store.close()
    assert [path.parent.name for path in sorted(tmp_path.rglob("*.png"))] == ["Ana", "Ana"]
