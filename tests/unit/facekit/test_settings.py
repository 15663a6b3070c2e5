"""Settings: checked, kept sparsely, and never an obstacle to starting."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from facekit.errors import SettingsError
from facekit.settings import Settings, about, load_settings, save_settings


def test_settings_kept_and_loaded_again_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    changed = Settings(theme="dark", target_fmr=0.01, keep_crops=True)
    save_settings(changed, path)
    assert load_settings(path) == changed
    assert set(json.loads(path.read_text())) == {"theme", "target_fmr", "keep_crops"}, "only what differs is kept"


@pytest.mark.parametrize(
    ("name", "value"),
    [("threshold", 4.5), ("min_face", 3), ("theme", "pink"), ("min_face", "40"), ("keep_crops", 1), ("target_fmr", float("nan"))],
)
def test_value_out_of_range_or_of_another_kind_is_refused(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings().replace(**{name: value})


def test_unknown_setting_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="no setting 'colour'"):
        Settings().replace(colour="red")


@pytest.mark.parametrize("content", ["", "[]", "{", '{"theme": "pink", "nonsense": 1, "min_face": 60}'])
def test_damaged_file_leaves_the_defaults_and_keeps_what_is_right(tmp_path: Path, content: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content)
    loaded = load_settings(path)
    assert loaded == Settings(min_face=60 if "min_face" in content else 40)


def test_every_setting_has_a_row_with_label_and_help() -> None:
    for field in dataclasses.fields(Settings):
        row = about(field.name)
        assert row.label
        assert row.help.endswith(".")


def test_threshold_measured_with_an_encoder_counts_for_it_alone_and_another_by_hand_for_any() -> None:
    own = Settings().replace(threshold=1.1, threshold_encoder="encoder-x@01", threshold_from="36 pictures")
    assert (own.threshold_for("encoder-x@01"), own.threshold_for("encoder-y@02")) == (1.1, 0.0)
    by_hand = own.replace(threshold=0.9)
    assert (by_hand.threshold_encoder, by_hand.threshold_from) == ("", "")
    assert by_hand.threshold_for("encoder-y@02") == 0.9
    assert own.replace(theme="dark").threshold_from == "36 pictures"
