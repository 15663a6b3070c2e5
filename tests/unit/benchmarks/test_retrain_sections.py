"""The report's sections on retraining, from results of the form that is kept."""

from __future__ import annotations

from typing import Any

from benchmarks import retrain_sections


def _run(finding: str = "not_worse", **changes: Any) -> dict[str, Any]:
    def side(value: float) -> dict[str, Any]:
        return {"fnmr": value, "fnmr_interval": {"low": value - 0.01, "high": value + 0.01}}

    evidence = {
        "fmr": 0.001,
        "old": side(0.2),
        "new": side(0.15),
        "difference": -0.05,
        "difference_interval": {"low": -0.07, "high": -0.03},
    }
    return {
        "source": "pins",
        "recipe": "finetune-all",
        "minutes": 2.04,
        "plan": {"steps": 40, "persons": 43, "pictures": 430, "held_out_persons": 29, "held_out_pictures": 290},
        "warned": 4,
        "verdict": {"finding": finding, "evidence": evidence},
        "lfw_eer": {"eer": 0.018},
        **changes,
    }


def test_recipes_tell_who_was_held_out_the_difference_and_the_verdict() -> None:
    too_few = _run("too_few", source="photos", verdict={"finding": "too_few", "evidence": None})
    told = retrain_sections.recipes(
        {"encoder": "encoder-v1", "lfw_eer": {"eer": 0.02, "eer_interval": [0.01, 0.03]}, "runs": [_run(), too_few]}
    )
    assert "2.0 % (1.0 … 3.0)" in told
    assert "290 of 29" in told
    assert "-5.00 (-7.00 … -3.00) | let in | 1.8 % | 2.0" in told
    assert "photos | finetune-all | 40 | 430 of 43 | 290 of 29 | – | – | – | – | refused: too few" in told


def test_poison_tells_the_verdict_on_each_set_of_labels() -> None:
    runs = [_run(), _run("worse", source="labels shuffled")]
    told = retrain_sections.poison({"encoder": "encoder-v1", "runs": runs})
    assert "labels shuffled | finetune-all" in told
    assert told.count("refused: worse") == 1


def test_screening_tells_the_suspicions_of_each_kind() -> None:
    row = {"labels": "labels shuffled", "persons": 43, "pictures": 430, "LikeFolders": 1, "MixedFolder": 43, "StrangePicture": 7}
    told = retrain_sections.screening({"encoder": "encoder-v1", "threshold": 1.26, "sets": [row]})
    assert "labels shuffled | 430 of 43 | 1 | 43 | 7" in told


def test_kills_tell_how_many_runs_ended_as_one_that_was_left_alone() -> None:
    told = retrain_sections.kills({"kills": 20, "runs": 3, "runs_with_the_same_weights": 2, "whole_run_s": 41.2})
    assert "20 kills" in told
    assert "2 of 3 ended with the same weights" in told
