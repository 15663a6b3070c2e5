"""The terminal as a person uses it: real models, a real database, synthetic people; every exit code and stream."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("facenet_pytorch")

from facekit.imaging import save_image
from facekit.synthetic import still
from tests.support.terminal import Terminal, terminal_of

pytestmark = pytest.mark.models

ANA, BEA, STRANGER = 0, 1, 2


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    monkeypatch.setenv("FACEKIT_HOME", str(tmp_path / "home"))
    return terminal_of(capsys)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures `<person>-<view>.png` of synthetic people, and an empty wall."""
    folder = tmp_path_factory.mktemp("pictures")
    for person in (ANA, BEA, STRANGER):
        for view in (0, 1):
            save_image(folder / f"{person}-{view}.png", still(person, view))
    save_image(folder / "wall.png", np.full((200, 300, 3), 180, np.uint8))
    return folder


def test_enrol_verify_recognise_remove_tell_one_story(terminal: Terminal, pictures: Path) -> None:
    enrolled = terminal("enrol", "Ana", pictures / f"{ANA}-0.png", "--json").json
    assert (enrolled["name"], enrolled["new"], enrolled["template_count"]) == ("Ana", True, 1)
    assert terminal("enroll", "Bea", pictures / f"{BEA}-0.png").code == 0

    assert terminal("verify", "Ana", pictures / f"{ANA}-1.png").code == 0
    wrong = terminal("verify", "Ana", pictures / f"{BEA}-1.png", "--json")
    assert wrong.code == 1
    assert wrong.json["same"] is False
    assert wrong.json["distance"] > wrong.json["threshold"]

    known = terminal("recognise", pictures / f"{BEA}-1.png", "--json").json["results"][0]["faces"]
    assert [face["name"] for face in known] == ["Bea"]
    stranger = terminal("recognize", pictures / f"{STRANGER}-0.png", "--json").json["results"][0]["faces"]
    assert [face["name"] for face in stranger] == [None]

    shown = terminal("people", "show", "ana", "--json").json
    assert "recognise me" in shown["consent"]["text"]
    assert shown["consent"]["recorded_by"]
    assert shown["templates"][0]["source"] == f"{ANA}-0.png"
    assert terminal("people", "rename", "Ana", "Anna").code == 0
    assert terminal("people", "remove", "Anna").code == 0
    assert [person["name"] for person in terminal("people", "list", "--json").json] == ["Bea"]


def test_enrol_of_a_face_like_another_s_is_refused_naming_force(terminal: Terminal, pictures: Path) -> None:
    terminal("enrol", "Ana", pictures / f"{ANA}-0.png")
    refused = terminal("enrol", "Imposter", pictures / f"{ANA}-1.png")
    assert refused.code == 2
    assert "--force" in refused.err
    assert "Ana" in refused.err
    assert [person["name"] for person in terminal("people", "list", "--json").json] == ["Ana"], "nothing was stored"
    assert terminal("enrol", "Twin", pictures / f"{ANA}-1.png", "--force").code == 0


def test_enrol_of_another_face_under_a_known_name_is_refused(terminal: Terminal, pictures: Path) -> None:
    terminal("enrol", "Ana", pictures / f"{ANA}-0.png")
    refused = terminal("enrol", "Ana", pictures / f"{BEA}-0.png")
    assert refused.code == 2
    assert "--force" in refused.err
    assert terminal("people", "list", "--json").json[0]["template_count"] == 1


def test_enrol_takes_the_good_pictures_and_names_the_others(terminal: Terminal, pictures: Path) -> None:
    said = terminal("enrol", "Ana", pictures / "wall.png", pictures / f"{ANA}-0.png", "--json")
    assert said.code == 0
    assert said.json["added"] == 1
    assert [Path(row["image"]).name for row in said.json["refused"]] == ["wall.png"]
    assert "No face" in said.err


def test_enrol_without_any_face_stores_nobody(terminal: Terminal, pictures: Path) -> None:
    assert terminal("enrol", "Nobody", pictures / "wall.png").code == 2
    assert terminal("people", "list", "--json").json == []


def test_enrol_without_consent_text_is_refused(terminal: Terminal, pictures: Path) -> None:
    assert terminal("enrol", "Ana", pictures / f"{ANA}-0.png", "--consent", "  ").code == 2
    assert terminal("people", "list", "--json").json == []


def test_enrol_and_recognise_at_a_camera_of_synthetic_people(terminal: Terminal) -> None:
    assert terminal("enrol", "Ana", "--camera", f"synthetic:1:{ANA}").code == 0
    seen = terminal("recognise", "--camera", f"synthetic:1:{ANA}", "--seconds", 4, "--json")
    assert seen.code == 0
    assert "Ana" in [json.loads(line)["name"] for line in seen.out.splitlines()]


def test_recognise_in_a_video_says_each_face_once(terminal: Terminal, pictures: Path, tmp_path: Path) -> None:
    cv2 = pytest.importorskip("cv2")
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (640, 480))
    for _ in range(8):
        writer.write(still(ANA, 1)[..., ::-1])
    writer.release()
    terminal("enrol", "Ana", pictures / f"{ANA}-0.png")
    result = terminal("recognise", path, "--json").json["results"][0]
    assert result["frames"] == 8
    assert [(track["name"], track["frames"]) for track in result["tracks"]] == [("Ana", 8)]


def test_compare_says_same_different_or_error(terminal: Terminal, pictures: Path) -> None:
    assert terminal("compare", pictures / f"{ANA}-0.png", pictures / f"{ANA}-1.png").code == 0
    assert terminal("compare", pictures / f"{ANA}-0.png", pictures / f"{BEA}-0.png").code == 1
    missing = terminal("compare", pictures / f"{ANA}-0.png", pictures / "absent.png")
    assert missing.code == 2
    assert missing.out == ""
    assert "absent.png" in missing.err


def test_threshold_on_the_command_line_decides(terminal: Terminal, pictures: Path) -> None:
    pair = (pictures / f"{ANA}-0.png", pictures / f"{BEA}-0.png")
    assert terminal("compare", *pair, "--threshold", 4).code == 0
    assert terminal("compare", *pair, "--threshold", 9).code == 2
    assert terminal("compare", *pair, "--fmr", 0.0001, "--json").json["fmr"] == pytest.approx(1e-4, rel=0.5)


def test_detect_gives_boxes_points_and_time(terminal: Terminal, pictures: Path) -> None:
    said = terminal("detect", pictures / f"{ANA}-0.png", pictures / "wall.png", "--json").json
    faces = [row["faces"] for row in said["images"]]
    assert [len(found) for found in faces] == [1, 0]
    x, y, width, height = faces[0][0]["box"]
    assert all(x <= px <= x + width and y <= py <= y + height for px, py in faces[0][0]["points"])
    assert said["images"][0]["ms"] > 0


def test_encode_writes_an_array_with_a_row_a_picture(terminal: Terminal, pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "vectors.npy"
    said = terminal("encode", pictures / f"{ANA}-0.png", pictures / "wall.png", "-o", out)
    rows = np.load(out)
    assert said.code == 2, "one picture has no face"
    assert rows.shape == (2, 128)
    assert np.linalg.norm(rows[0]) == pytest.approx(1, abs=1e-5)
    assert np.isnan(rows[1]).all()


def test_evaluate_pairs_returns_each_rate_with_its_interval(terminal: Terminal, pictures: Path, tmp_path: Path) -> None:
    rows = [(a, b) for a in (ANA, BEA, STRANGER) for b in (ANA, BEA, STRANGER) if a <= b]
    lines = ["left,right,same", *(f"{a}-0.png,{b}-1.png,{int(a == b)}" for a, b in rows)]
    (tmp_path / "pairs.csv").write_text("\n".join(lines))
    said = terminal("evaluate", "pairs", tmp_path / "pairs.csv", "--root", pictures, "--json").json
    assert said["n"] == 6
    assert said["undetected"] == 0
    assert 0.5 <= said["accuracy"] <= 1
    assert said["accuracy_interval"][0] <= said["accuracy"] <= said["accuracy_interval"][1]
    assert set(said["tar_at_far"]) == {"0.01", "0.001"}


def test_evaluate_pairs_with_a_wrong_root_is_an_error_not_a_bad_figure(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("left,right,same\na.jpg,b.jpg,1\na.jpg,c.jpg,0\n")
    said = terminal("evaluate", "pairs", tmp_path / "pairs.csv", "--root", tmp_path)
    assert said.code == 2
    assert "--root" in said.err


def test_evaluate_gallery_counts_persons_only_in_the_probes_as_strangers(terminal: Terminal, tmp_path: Path) -> None:
    for kind, view, persons in (("enrol", 0, (ANA, BEA)), ("probe", 1, (ANA, BEA, STRANGER))):
        for person in persons:
            (tmp_path / kind / str(person)).mkdir(parents=True)
            save_image(tmp_path / kind / str(person) / f"{view}.png", still(person, view))
    said = terminal("evaluate", "gallery", tmp_path / "enrol", tmp_path / "probe", "--json").json
    assert (said["mated"], said["non_mated"]) == (2, 1)
    assert said["rank1"] == 1.0
    assert 0 <= said["fpir_interval"][0] <= said["fpir"] <= said["fpir_interval"][1] <= 1


def test_doctor_is_ready_and_names_device_weights_and_schema(terminal: Terminal) -> None:
    said = terminal("doctor", "--json")
    assert said.code == 0
    subjects = {finding["subject"]: finding for finding in said.json["findings"]}
    assert "cpu" in subjects["encoder"]["text"] or "cuda" in subjects["encoder"]["text"]
    assert "schema" in subjects["database"]["text"]


def test_doctor_with_an_absent_encoder_is_not_ready(terminal: Terminal) -> None:
    said = terminal("doctor", "--encoder", "vggface2")
    assert said.code == 1
    assert "facekit weights fetch vggface2" in said.out


@pytest.mark.parametrize("content", [b"", b"hello, I am a text", b"\xff\xd8\xff\xe0 broken"], ids=["empty", "text", "truncated"])
def test_file_that_is_no_picture_is_a_clear_error(terminal: Terminal, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "portrait.jpg"
    path.write_bytes(content)
    said = terminal("detect", path)
    assert said.code == 2
    assert "portrait.jpg" in said.err


def test_demo_on_synthetic_people_ends_well_and_writes_pictures(terminal: Terminal, tmp_path: Path) -> None:
    said = terminal("demo", "--out", tmp_path / "demo", "--people", 3, "--json")
    assert said.code == 0
    assert said.json["right_claims"]["same"] >= 2
    assert len(list((tmp_path / "demo").glob("*.png"))) >= 4
