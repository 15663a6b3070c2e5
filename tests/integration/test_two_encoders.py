"""People enrolled with encoder-v0 while the default is the active one: real models, a real database, synthetic people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from facekit.cli.__main__ import main
from facekit.engine import EngineClient, EnginePhase
from facekit.imaging import save_image
from facekit.matching.decide import Search, rules_of
from facekit.models.in_force import in_force
from facekit.pipeline import FacePipeline
from facekit.pipeline_config import DEFAULT_ENCODER, PipelineConfig
from facekit.settings import Settings
from facekit.store import open_repository
from facekit.store.base import NewTemplate
from facekit.store.repository import SqlRepository
from facekit.synthetic import still
from facekit.types import EncoderKey, Frame, Outcome
from facekit.weights import find_model
from tests.support.embeddings import at_angle, consent, good_quality
from tests.support.engine_watch import EngineWatch

pytestmark = pytest.mark.models

OLD, NEW = "encoder-v0", DEFAULT_ENCODER
ANA, BEA, STRANGER = 0, 1, 2


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ana enrolled with the old encoder alone, Bea with the new one."""
    path = tmp_path_factory.mktemp("store") / "people.db"
    repository = open_repository(path)
    for name, person, encoder in (("Ana", ANA, OLD), ("Bea", BEA, NEW)):
        [sample] = FacePipeline.load(PipelineConfig(encoder=encoder)).samples(still(person, 0))
        repository.enrol(name, consent(), [NewTemplate(sample.embedding, sample.quality, "synthetic")])
    repository.close()
    return path


@pytest.fixture
def store(database: Path) -> Iterator[SqlRepository]:
    repository = open_repository(database)
    yield repository
    repository.close()


def test_encoder_is_needed_beside_only_while_somebody_is_known_to_it_alone(store: SqlRepository) -> None:
    assert in_force(store).names == (NEW, OLD)
    assert in_force(store, wanted=OLD).names == (OLD, NEW)


def test_encoder_whose_weights_are_others_than_the_templates_were_made_with_is_not_asked(tmp_path: Path) -> None:
    repository = open_repository(tmp_path / "people.db")
    key = EncoderKey(OLD, "0" * 64)
    ana = repository.enrol("Ana", consent(), [NewTemplate(at_angle(0, key=key), good_quality(), "x.png")])
    active = find_model(NEW, task="encode")[0].key
    assert in_force(repository).names == (NEW,)
    assert repository.people_without([active]) == (ana,)
    repository.close()


def test_engine_with_two_encoders_names_the_people_of_both_and_no_stranger(store: SqlRepository) -> None:
    watch = EngineWatch()
    engine = EngineClient(PipelineConfig(encoder=NEW, beside=(OLD,)), on_state=watch.on_state, on_result=watch.on_result, hang_after_s=60)
    engine.start()
    try:
        state = watch.until_phase(EnginePhase.READY)
        assert state.card is not None
        cards = (state.card, *state.beside)
        assert [card.model_id for card in cards] == [NEW, OLD]
        rules = rules_of(Settings(), cards)
        engine.set_searches(tuple(map(Search, store.galleries([card.key for card in cards]), rules)))
        names = {person.person_id: person.name for person in store.people()}
        for frame_id, (person, name, encoder) in enumerate([(ANA, "Ana", OLD), (BEA, "Bea", NEW), (STRANGER, None, None)]):
            engine.offer(Frame(still(person, 1), frame_id, 10.0 * frame_id, "synthetic"))
            [face] = watch.until_result(frame_id).faces
            if name is None:
                assert face.decision.outcome is Outcome.NON_MATCH
                continue
            assert face.decision.person_id is not None
            assert names[face.decision.person_id] == name
            assert face.decision.encoder_id == encoder
            assert face.decision.threshold == rules[[card.model_id for card in cards].index(encoder or "")].threshold
    finally:
        engine.stop()


def test_terminal_recognises_verifies_and_guards_people_of_both_encoders(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = [tmp_path / f"{person}.png" for person in (ANA, BEA, STRANGER)]
    for person, path in enumerate(pictures):
        save_image(path, still(person, 1))
    words = ["--db", str(database), "--json"]
    assert main(["recognise", *map(str, pictures), *words]) == 0
    found = [result["faces"][0] for result in json.loads(capsys.readouterr().out)["results"]]
    assert [(face["name"], face["outcome"]) for face in found] == [("Ana", "match"), ("Bea", "match"), (None, "non_match")]
    assert [face["encoder"] for face in found[:2]] == [OLD, NEW]
    assert found[0]["threshold"] != found[1]["threshold"]
    assert main(["verify", "Ana", str(pictures[ANA]), *words]) == 0
    assert json.loads(capsys.readouterr().out)["encoder"] == OLD
    assert main(["verify", "Ana", str(pictures[STRANGER]), *words]) == 1
    assert main(["enrol", "Someone", str(pictures[ANA]), *words]) == 2  # she is known, though not to the active encoder
    assert "like that of Ana" in capsys.readouterr().err
