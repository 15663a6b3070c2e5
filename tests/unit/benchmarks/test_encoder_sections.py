"""The report's tables on encoders, from small results whose figures can be read off."""

from __future__ import annotations

from typing import Any

from benchmarks.encoder_sections import (
    backbones,
    conditions,
    distillation,
    encoder_report,
    groups,
    licence,
    open_sets,
    relatives,
    throughput,
)
from benchmarks.tables import Result


def rate(name: str, value: float) -> Result:
    return {name: value, f"{name}_interval": [value / 2, value * 2]}


def pair_rates() -> Result:
    tars = {"tar_at_far": {"0.01": 0.95, "0.001": 0.8}, "tar_at_far_interval": {"0.01": [0.9, 0.99], "0.001": [0.7, 0.9]}}
    return {**rate("accuracy", 0.4), **rate("eer", 0.03), **tars}


def encoder(name: str, **more: Any) -> Result:
    point = {"target_fmr": 0.001, "fnmr": 0.12, "fnmr_interval": {"low": 0.1, "high": 0.15}}
    return {"encoder": name, "trained_on": "noise", "pairs": pair_rates(), "operating_point": point, **more}


def whole() -> Result:
    return encoder(
        "ours",
        conditions=[{"group": "dark", **rate("fmr", 0.01), **rate("fnmr", 0.2), "probe_alone": pair_rates()}],
        sets=[{"source": "fiw", "faces": 9, "is_trained_on": True}, {"source": "part", "faces": 8, "is_trained_on": False}],
        open_sets=[
            {"source": "fiw", "enrolled": 4, "mated": 8, "non_mated": 12, **rate("rank1", 0.3), **rate("fnir", 0.25), **rate("fpir", 0.1)}
        ],
        groups=[
            {
                "kind": "gender",
                "worst_to_best": 2.5,
                "groups": [{"group": "Male", "pictures": 4000, **rate("fmr", 0.0012), "fnmr": None, "fnmr_interval": None}],
            }
        ],
        relatives={**rate("fmr_inside_families", 0.08), **rate("fmr_between_families", 0.02), "inside_count": 100, "between_count": 9000},
    )


def lines(text: str) -> list[list[str]]:
    """The cells of a table's rows, its head left out."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")][2:]


def test_encoder_report_has_a_row_each_what_it_was_trained_on_and_the_curves() -> None:
    text = encoder_report({"data": "pairs", "encoders": [whole(), encoder("teacher")]})
    assert [row[0] for row in lines(text)] == ["ours", "teacher"]
    assert lines(text)[0][1:] == [
        "40.0 % (20.0 … 80.0)",
        "3.0 % (1.5 … 6.0)",
        "95.0 % (90.0 … 99.0)",
        "80.0 % (70.0 … 90.0)",
        "12.0 % (10.0 … 15.0)",
    ]
    assert "- teacher was trained on: noise." in text
    assert "(det.svg)" in text


def test_tables_on_faces_leave_out_encoders_that_were_not_measured_on_them() -> None:
    result = {"encoders": [whole(), encoder("teacher")]}
    assert [row[:4] for row in lines(conditions(result))] == [["ours", "dark", "1.0 % (0.5 … 2.0)", "20.0 % (10.0 … 40.0)"]]
    assert lines(open_sets(result))[0][-3:] == ["25.0 % (12.5 … 50.0) of 8", "10.0 % (5.0 … 20.0) of 12", "yes"]
    assert lines(groups(result)) == [["ours", "gender", "Male", "4,000", "0.12 % (0.06 … 0.24)", "–", "2.5"]]
    assert "Sets trained on: ours: fiw." in groups(result)
    assert lines(relatives(result))[0][1] == "8.00 % (4.00 … 16.00) of 100"


def test_tables_on_faces_are_empty_where_nobody_was_measured_on_them() -> None:
    result = {"encoders": [encoder("teacher")]}
    assert [section(result) for section in (conditions, open_sets, groups, relatives)] == [""] * 4


def test_throughput_shows_speeds_failures_and_the_card() -> None:
    fast, slow = {"pictures_per_s": 250.4, "processor_ms": 3.96}, {"failed": "no dlib"}
    result: Result = {
        "load_average": 0.1,
        "encoding": [{"system": "ours", "cells": [fast] * 4}, {"system": "dlib", "cells": [slow] * 4}],
        "training": {"encoder": "ours", "batch": 128, "rows": [{"precision": "bf16", "cells": [fast, fast]}]},
        "cuda": None,
    }
    text = throughput(result)
    assert lines(text)[0] == ["ours", *["250 (4.0 ms)"] * 4]
    assert "failed: no dlib" in text
    assert "No CUDA card" in text
    card = {"device": "GPU", "encoder": "ours", "rows": [{"precision": "bfloat16", "batch": 32, "per_s": 9000.0, "share_of_peak": 0.21}]}
    assert "| bfloat16 | 32 | 9000 | 21.0 % |" in throughput({**result, "cuda": card})


def test_backbones_show_what_a_millisecond_buys_and_the_one_to_ship() -> None:
    def network(name: str, ms: float, accuracy: float) -> Result:
        cost = {"parameters_m": 1.0, "megabytes": 4.0, "mmac": 80.0, "ms": [ms, ms], "processor_ms": ms, "teacher_cosine": 0.7}
        return {"name": name, **cost, **pair_rates(), "accuracy": accuracy, **rate("eer_above_best", 0.01)}

    text = backbones(
        {
            "steps": 2000,
            "most_ms": 3.0,
            "most_mb": 16.0,
            "chosen": "small",
            "best": "large",
            "rows": [network("small", 1.0, 0.9), network("large", 3.0, 0.95)],
        }
    )
    assert [row[9] for row in lines(text)] == ["–", "+2.50"]
    assert "**small**" in text


def test_licence_shows_both_sides_and_what_the_clean_one_costs() -> None:
    def side(name: str, faces: int) -> Result:
        return {"name": name, "faces": faces, "teachers": ["one", "two"], "views": 128_000, **pair_rates()}

    differences = {"accuracy_difference": -0.012, "accuracy_difference_interval": [-0.02, -0.004], **rate("eer_difference", 0.01)}
    text = licence({"rows": [side("all", 200_000), side("clean", 50_000)], **differences})
    assert [row[:3] for row in lines(text)] == [["all", "200,000", "one, two"], ["clean", "50,000", "one, two"]]
    assert "128,000" in text
    assert "accuracy -1.2 points (-2.0 … -0.4)" in text


def test_gap_to_the_teacher_is_told_in_views() -> None:
    row = {"encoder": "ours", "from": "random weights", "views": 1000, "views_in_all": 21_000, "minutes": 7, "teacher_cosine": 0.8123}
    told = distillation(
        {
            "rows": [{**row, "accuracy": 0.98, "fnmr": 0.08}, {**row, "teacher_cosine": None, "accuracy": 0.97, "fnmr": 0.09}],
            "teacher": {"encoder": "wise", "accuracy": 0.99, "fnmr": 0.01},
            "target_fmr": 0.001,
            "wanted_accuracy": 0.99,
            "views_for_accuracy": 6_021_110.9,
            "views_for_teachers_fnmr": 67_531_356.3,
        }
    )
    assert "| ours | random weights | 1,000 | 21,000 | 7 | 0.812 | 98.0 % | 8.0 % |" in told
    assert "| 7 | – | 97.0 % | 9.0 % |" in told
    assert "1.0 % of errors at 6.0 million views in all, and to the teacher’s FNMR at 68 million." in told
