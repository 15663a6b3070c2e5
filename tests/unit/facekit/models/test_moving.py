"""Re-encoding, promotion, the way back and the end of it, on a store in memory and an encoder made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from facekit.cards import ModelCard
from facekit.errors import ImageError, ModelError, PromotionRefusedError, StoreError
from facekit.evaluation.promotion import Finding, Verdict
from facekit.models.in_force import in_force
from facekit.models.moving import Reencoded, promote, reencode, release, roll_back, way_back
from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.store.base import ChangeKind, EncoderChange, NewChange, NewTemplate
from facekit.store.fake import MemoryRepository
from facekit.types import AlignedFace, Embedding, EncoderKey
from facekit.weights import find_model
from tests.support.embeddings import at_angle, consent, good_quality

OLD, NEW = (find_model(name, task="encode")[0] for name in ("encoder-v0", DEFAULT_ENCODER))


class ByBrightness:
    """An encoder whose angle is the crop's first pixel."""

    device = "cpu"

    def __init__(self, card: ModelCard = OLD) -> None:
        self.card = card
        self.seen: list[int] = []

    def encode(self, faces: Sequence[AlignedFace]) -> tuple[Embedding, ...]:
        """See Encoder."""
        assert all(face.pixels.shape == (self.card.input_size, self.card.input_size, 3) for face in faces)
        angles = [int(face.pixels[0, 0, 0]) for face in faces]
        self.seen += angles
        return tuple(at_angle(angle, key=self.card.key) for angle in angles)


def crop(angle: int, *, size: int = 112) -> AlignedFace:
    return AlignedFace(np.full((size, size, 3), angle, np.uint8))


def stored(count: int, *, size: int = 112) -> MemoryRepository:
    """Ana with so many crops, and Boris with none; both known to the new encoder alone."""
    store = MemoryRepository()
    rows = [NewTemplate(at_angle(angle, key=NEW.key), good_quality(), "x.png", crop(angle, size=size)) for angle in range(count)]
    store.enrol("Ana", consent(keep_crops=True), rows)
    store.enrol("Boris", consent(), [NewTemplate(at_angle(90, key=NEW.key), good_quality(), "x.png")])
    return store


def verdict(finding: Finding, *, old: EncoderKey = NEW.key, new: EncoderKey = OLD.key) -> Verdict:
    return Verdict(old, new, finding, f"It is {finding}.", None)


def test_reencode_tells_each_batch_and_makes_what_the_encoder_sees_in_each_crop() -> None:
    store, encoder = stored(20), ByBrightness()
    assert list(reencode(store, encoder)) == [Reencoded(0, 20), Reencoded(16, 20), Reencoded(20, 20)]
    assert encoder.seen == [*range(16), *range(16), *range(16, 20), *range(16, 20)], "each crop and its mirror image"
    np.testing.assert_allclose(store.gallery(OLD.key).matrix, [at_angle(angle).vector for angle in range(20)], atol=1e-6)
    assert [person.name for person in store.coverage(OLD.key).needing] == ["Boris"]


def test_reencode_that_was_interrupted_goes_on_where_it_stopped() -> None:
    store, encoder = stored(20), ByBrightness()
    steps = reencode(store, encoder)
    next(steps)
    next(steps)
    steps.close()  # type: ignore[attr-defined]  # a generator
    again = ByBrightness()
    assert list(reencode(store, again))[-1] == Reencoded(4, 4)
    assert again.seen == [16, 17, 18, 19] * 2
    assert list(reencode(store, again)) == [Reencoded(0, 0)]


def test_reencode_by_an_encoder_of_another_size_reads_the_crop_on_its_template() -> None:
    store, larger = stored(2), ByBrightness(replace(OLD, input_size=160))
    assert list(reencode(store, larger))[-1] == Reencoded(2, 2)
    assert larger.seen == [0, 1] * 2


def test_reencode_passes_over_a_crop_that_cannot_be_read_and_a_template_removed_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    store, encoder = stored(3), ByBrightness()
    ana = store.find("Ana").person_id
    broken, removed, _ = (template.template_id for template in store.templates(ana))
    whole = store.crop

    def read(template_id: int) -> AlignedFace | None:
        if template_id == broken:
            raise ImageError("The crop is damaged.")
        return whole(template_id)

    monkeypatch.setattr(store, "crop", read)
    steps = reencode(store, encoder)
    next(steps)
    store.remove_template(removed)
    assert list(steps) == [Reencoded(3, 3, (broken,))]
    assert encoder.seen == [2] * 2


def test_promote_of_an_encoder_shown_to_be_not_worse_switches_and_keeps_the_evidence() -> None:
    store = stored(1)
    entry = promote(store, OLD, verdict(Finding.NOT_WORSE))
    assert store.active_encoder() == OLD.key
    assert in_force(store).names == (OLD.model_id, NEW.model_id), "the people stay recognised by the encoder that knows them"
    assert (entry.change.old, entry.change.new, entry.change.reason) == (NEW.key, OLD.key, "")
    assert "It is not_worse." in entry.change.evidence


@pytest.mark.parametrize(
    "measured",
    [None, verdict(Finding.WORSE), verdict(Finding.UNPROVEN), verdict(Finding.NOT_WORSE, old=EncoderKey("another", "0"))],
    ids=["none", "worse", "unproven", "of-others"],
)
def test_promote_without_proof_is_refused_unless_a_reason_forces_it_and_is_logged(
    measured: Verdict | None, caplog: pytest.LogCaptureFixture
) -> None:
    store = stored(1)
    for reason in ("", "  "):
        with pytest.raises(PromotionRefusedError, match="not promoted") as refused:
            promote(store, OLD, measured, reason=reason)
        assert "--force --reason" in refused.value.hint
    assert store.encoder_changes() == ()
    assert promote(store, OLD, measured, reason=" For a trial. ").change.reason == "For a trial."
    assert "For a trial." in caplog.text
    assert store.active_encoder() == OLD.key


def test_promote_of_the_active_encoder_or_one_without_a_limit_is_refused() -> None:
    store = stored(1)
    with pytest.raises(ModelError, match="already"):
        promote(store, NEW, reason="again")
    with pytest.raises(ModelError, match="no measured threshold"):
        promote(store, replace(OLD, operating_points=()), reason="try it")
    assert store.encoder_changes() == ()


def test_roll_back_leads_to_the_encoder_before_and_finds_people_enrolled_since() -> None:
    store = stored(1)
    promote(store, OLD, verdict(Finding.NOT_WORSE))
    carla = store.enrol("Carla", consent(), [NewTemplate(at_angle(5, key=OLD.key), good_quality(), "x.png")])
    assert roll_back(store).change == NewChange(ChangeKind.ROLL_BACK, OLD.key, NEW.key)
    force = in_force(store)
    assert force.names == (NEW.model_id, OLD.model_id)
    galleries = store.galleries([force.active.key, *(card.key for card in force.beside)])
    assert galleries[1].person_ids.tolist() == [carla.person_id]
    with pytest.raises(ModelError, match="no encoder to go back to"):
        roll_back(store)


def test_release_ends_the_way_back_and_is_refused_while_somebody_needs_the_encoder() -> None:
    store = stored(2)
    promote(store, OLD, verdict(Finding.NOT_WORSE))
    list(reencode(store, ByBrightness()))
    with pytest.raises(StoreError, match="Boris"):
        release(store, NEW.model_id)
    boris = store.find("Boris")
    store.add_templates(boris.person_id, [NewTemplate(at_angle(80, key=OLD.key), good_quality(), "new.png")])
    assert release(store, NEW.model_id) == 3
    assert in_force(store).names == (OLD.model_id,)
    assert store.people_without([OLD.key]) == ()
    with pytest.raises(ModelError, match="let go"):
        roll_back(store)
    with pytest.raises(StoreError, match="active"):
        release(store, OLD.model_id)
    with pytest.raises(ModelError, match="No template was made"):
        release(store, "nobody")


def test_in_force_when_the_recorded_encoder_is_not_here_falls_back_to_the_default_and_says_so() -> None:
    store = stored(1)
    gone = EncoderKey("encoder-own", "f" * 64)
    store.switch_encoder(NewChange(ChangeKind.PROMOTE, NEW.key, gone))
    force = in_force(store)
    assert (force.names, force.absent) == ((DEFAULT_ENCODER,), gone)
    assert in_force(store, wanted=OLD.model_id).absent is None


@pytest.mark.parametrize(
    ("kinds", "back"),
    [("", None), ("ab", "a"), ("ab bc", "b"), ("ab bc <b", "a"), ("ab ba", "b"), ("ab bc -b", "a"), ("ab -a", None), ("ab bc <b <a", None)],
)
def test_way_back_undoes_promotions_in_turn_and_leads_past_what_was_released(kinds: str, back: str | None) -> None:
    active, changes = "a", []
    for word in kinds.split():
        kind = {"<": ChangeKind.ROLL_BACK, "-": ChangeKind.RELEASE}.get(word[0], ChangeKind.PROMOTE)
        old, new = (
            (active, word[1]) if kind is ChangeKind.ROLL_BACK else (word[1], active) if kind is ChangeKind.RELEASE else (word[0], word[1])
        )
        changes.append(EncoderChange(consent().given_at, NewChange(kind, EncoderKey(old, "0"), EncoderKey(new, "0"))))
        active = new
    found = way_back(changes[::-1], EncoderKey(active, "0"))
    assert (found.encoder_id if found else None) == back
