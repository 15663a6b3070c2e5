"""Writes benchmarks/README.md from the kept results: no figure in it is typed by hand.

python -m benchmarks.report [--check]      --check: fail when the file is not what the results say
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import retrain_sections
from benchmarks.detection_sections import detection, detection_points, detection_speed, windows
from benchmarks.encoder_sections import (
    DET,
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
from benchmarks.kept import RESULTS
from benchmarks.landmarker_section import landmarker
from benchmarks.tables import Result, low_high, percent, table, tar, with_interval
from facekit.evaluation.det import det_svg, read_curve
from facekit.pipeline_config import DEFAULT_ENCODER

REPORT = Path(__file__).with_name("README.md")
_HEAD = """# Measured

Written by `python -m benchmarks.report` from `benchmarks/results/*.json`; each section names the command that made its figures, the day and
the machine. Intervals are 95 %, over persons where pictures share them. Speeds come from a shared machine: compare them within a section.
"""


def accuracy(result: Result) -> str:
    """Pairs and gallery."""
    pairs, gallery = result["lfw_view1_whole_photos"], result["photos_open_set"]
    confusions = "; ".join(f"{c['probe']} for {c['named']} at {c['distance']:.2f}" for c in gallery["confusions"]) or "none"
    return table(
        ("what", "figure"),
        [
            (
                f"LFW View 1, {pairs['n']} pairs in ten folds: accuracy",
                f"{with_interval(pairs, 'accuracy')}, sd {percent(pairs['accuracy_sd'])}",
            ),
            ("EER", with_interval(pairs, "eer")),
            ("TAR at FAR 0.01", tar(pairs, "0.01")),
            ("TAR at FAR 0.001", tar(pairs, "0.001")),
            ("pictures without a face found", f"{pairs['undetected']} {', '.join(pairs['undetected_names'])}".strip()),
            (f"photos, 14 enrolled with one each, {gallery['mated']} probes: rank 1", with_interval(gallery, "rank1")),
            (f"FNIR at τ {gallery['threshold']:.3f}", with_interval(gallery, "fnir")),
            (f"FPIR, {gallery['non_mated']} probes of 7 strangers", with_interval(gallery, "fpir")),
            ("photos without a face found", f"{gallery['undetected']} {', '.join(gallery['undetected_names'])}".strip()),
            ("taken for somebody else", confusions),
        ],
    )


def calibration(result: Result) -> str:
    """Operating points."""
    points = result["operating_points"]
    rows = [
        (
            f"{p['target_fmr']:g}",
            f"{p['threshold']:.4f}",
            low_high(p, "fnmr"),
            f"{p['uncertain_margin']:.2f}",
            f"{p['non_mated_count']:,}",
            p["mated_count"],
        )
        for p in points
    ]
    return table(("FMR", "τ", "FNMR", "uncertain below", "non-mated", "mated"), rows)


def rivals(result: Result) -> str:
    """Systems side by side."""
    rows = []
    for system in result["systems"]:
        if "failed" in system:
            rows.append((system["system"], f"failed: {system['failed']}", *["–"] * 6))
            continue
        measured = system["accuracy"] is not None
        rates = (with_interval(system, "accuracy"), tar(system, "0.001")) if measured else (system["note"], "–")
        speed = (f"{system['ms_median']:.0f}", f"{system['ms_p95']:.0f}", f"{system['start_up_s']:.1f}", f"{system['peak_mb']:.0f}")
        rows.append((system["system"], *rates, system["undetected"], *speed))
    head = ("system", "accuracy", "TAR at FAR 0.001", "undetected", "processor ms a picture", "p95", "start-up s", "peak MB")
    return f"{result['data']}.\n\n{table(head, rows)}"


def terminal_kill(result: Result) -> str:
    """The program killed."""
    return (
        f"{result['kills']} kills at random moments of a run of {result['whole_run_s']:.1f} s: {result['acknowledged']} acknowledged, "
        f"{len(result['lost'])} of them lost, {len(result['half'])} half stored, {result['stored_but_not_acknowledged']} stored "
        "but not yet acknowledged."
    )


def move_kill(result: Result) -> str:
    """The program killed in the middle of a change of encoder."""
    steps = len({each["step"] for each in result["rounds"]})
    return (
        f"{result['kills']} kills at random moments of {steps} steps of re-encoding, switching, going back and letting go, with "
        f"{result['people']} people: {result['problems']} problems; after {result['recognised_by_two_encoders']} of the kills everyone was "
        "recognised by two encoders beside each other, after the others by one."
    )


def store_kill(result: Result) -> str:
    """The store killed."""
    unsaid = result["stored_but_not_yet_acknowledged"]
    return (
        f"{result['kills']} kills while enrolling and removing in a loop: {result['enrolled']} acknowledged enrolments, "
        f"{result['removed']} removals, {unsaid} stored but not yet acknowledged, {result['problems']} problems."
    )


def store_speed(result: Result) -> str:
    """One large gallery."""
    names = ("gallery_ms", "people_ms", "enrol_ms", "remove_ms", "open_and_check_ms")
    return table(
        ("templates", *(n.removesuffix("_ms").replace("_", " ") + " ms" for n in names)),
        [(result["templates"], *(result[n] for n in names))],
    )


def engine_kill(result: Result) -> str:
    """The engine killed."""
    gap, work = result["without_results_s"], result["processor_s"]
    why = ", most of it the import of torch" if result["detector"] == "mtcnn" else ""
    return (
        f"{result['kills']} kills in the middle of recognition with {result['detector']} and {result['encoder']}: {result['known_after']} "
        f"times the next result named the right person. Without results for {gap['median']} s ({gap['min']} … {gap['max']}) at a load of "
        f"{result['load_average_15_min']}; the new process takes {work['median']} s of processor{why}."
    )


def synthetic_people(result: Result) -> str:
    """People who do not exist."""
    return table(
        ("what", "figure"),
        [
            (f"stills in which {result['detector']} finds the face", f"{percent(result['detected'])} of {result['stills']}"),
            ("error of the points, in eye distances", f"{result['point_error_mean_in_eye_distances']:.3f}"),
            (f"EER of {result['encoder']}, {result['mated']} mated and {result['non_mated']} non-mated", percent(result["eer"])),
            ("rank 1", percent(result["rank_1"])),
            (f"FMR at τ {result['threshold']:.3f}, which is for real people", percent(result["fmr_at_threshold"])),
            ("FNMR there", percent(result["fnmr_at_threshold"])),
        ],
    )


def quality_limits(result: Result) -> str:
    """Good pictures flagged, and spoilt ones caught."""
    good = [(f"good: {name}", row["faces"], percent(row["any"])) for name, row in result["good"].items()]
    groups = [(f"group: {name}", row["faces"], percent(row["any"])) for name, row in result.get("groups", {}).items()]
    return table(("pictures", "faces", "flagged for anything"), good + groups)


def compare_losses(result: Result) -> str:
    """Losses side by side."""
    rows = []
    for row in result["rows"].values():
        collapsed = f"at step {row['collapsed_at'][0]:,}" if row["collapsed_at"] else "no"
        rates = (with_interval(row, "heldout_eer"), with_interval(row, "heldout_tar"), with_interval(row, "accuracy"))
        rows.append((row["what"], f"{row['pictures']:,}", *rates, row["pictures_per_s"], collapsed))
    head = ("loss", "pictures seen", "held-out EER", "TAR at FAR 0.001", "LFW View 1", "pictures/s", "collapsed")
    training, heldout = result["training"], result["heldout"]
    return (
        f"From random weights, but for those that go on where another ended: {result['parameters']:,} parameters trained on "
        f"{training['faces']:,} faces of {training['persons']:,} persons, measured on {heldout['faces']:,} faces of {heldout['persons']} "
        f"others.\n\n{table(head, rows)}"
    )


def window(result: Result) -> str:
    """The window beside an empty one."""
    ours, bare = result["facekit"], result["bare"]
    spread = "{median} ({min} … {max})".format_map
    times = ours["first_paint_s"]["median"] / bare["first_paint_s"]["median"]
    milliseconds = [(what, *(f"{1000 * ours[name][each]:.0f} ms" for each in ("median", "max"))) for what, name in _GAPS]
    return (
        table(
            ("what", f"median of {result['runs']} (least … most)"),
            [
                ("first paint, empty PySide6 window, s", spread(bare["first_paint_s"])),
                (f"first paint, ours ({times:.2f} times that), s", spread(ours["first_paint_s"])),
                ("first name, from a cold start, s", spread(ours["first_name_s"])),
                ("pictures shown a second while recognising, of 30", spread(ours["preview_per_s"])),
                ("pictures looked at a second", spread(ours["recognised_per_s"])),
                ("engine ready again after it was killed, s", spread(ours["engine_back_s"])),
                ("photos looked at a second for an import", spread(ours["read_per_s"])),
                ("most memory: window, engine, empty window, MB", ", ".join(spread(peak) for peak in _peaks(ours, bare))),
            ],
        )
        + f"\nAt a load of {result['load_average_1_min']} at the end. The longest that the window's thread was away:\n\n"
        + table(("while", "median", "most"), milliseconds)
    )


_GAPS = (
    ("program and models load", "gap_loading_s"),
    ("recognising, 10 s", "gap_live_s"),
    ("the engine is killed and comes back", "gap_killed_s"),
    ("1,000 photos are looked at for an import", "gap_import_s"),
)


def window_training(result: Result) -> str:
    """The window alone and while it trains."""
    found = result["window"]
    spread = "{median:.1f} ({min:.1f} … {max:.1f})".format_map
    gap = "{median:.3f} ({min:.3f} … {max:.3f})".format_map
    rows = [
        ("pictures shown a second, of 30", spread(found["preview_per_s_alone"]), spread(found["preview_per_s_training"])),
        ("pictures looked at a second", spread(found["recognised_per_s_alone"]), spread(found["recognised_per_s_training"])),
        ("longest that the window's thread was away, s", gap(found["gap_alone_s"]), gap(found["gap_training_s"])),
        ("pictures trained on a second", "–", spread(found["trained_per_s"])),
    ]
    return (
        f"Median of {result['runs']} (least … most), ten seconds each, at a load of {result['load_average_1_min']} at the end.\n\n"
        + table(("what", "alone", "while the whole network is retrained"), rows)
    )


def _peaks(ours: Result, bare: Result) -> tuple[Result, Result, Result]:
    return ours["window_mb"], ours["engine_mb"], bare["memory_mb"]


SECTIONS: tuple[tuple[str, str, str, Callable[[Result], str]], ...] = (
    ("Accuracy from whole photos", f"accuracy_convolutional_{DEFAULT_ENCODER}", "benchmarks.accuracy --detector convolutional", accuracy),
    ("Our encoders and their teachers", "encoder_report", "benchmarks.encoder_report", encoder_report),
    ("The gap to the teacher", "distillation", "benchmarks.distillation", distillation),
    ("Encoders under hard conditions", "encoder_report", "benchmarks.encoder_report", conditions),
    ("An open set of aligned faces", "encoder_report", "benchmarks.encoder_report", open_sets),
    ("By group", "encoder_report", "benchmarks.encoder_report", groups),
    ("Relatives", "encoder_report", "benchmarks.encoder_report", relatives),
    ("Speed of encoders", "throughput", "benchmarks.throughput", throughput),
    ("The encoder's network", "backbones", "benchmarks.backbones", backbones),
    ("What a clean licence costs", "licence", "benchmarks.licence", licence),
    ("Beside others, in one run", "rivals", "benchmarks.rivals", rivals),
    (f"Thresholds of {DEFAULT_ENCODER}", f"calibrate_{DEFAULT_ENCODER}", "benchmarks.calibrate_encoder", calibration),
    ("The program killed while it enrols", "terminal_kill", "benchmarks.terminal_kill", terminal_kill),
    ("The program killed while a gallery moves", "move_kill", "benchmarks.move_kill", move_kill),
    ("The store killed", "store_kill", "benchmarks.store_kill", store_kill),
    ("The engine killed", "engine_kill", "benchmarks.engine_kill", engine_kill),
    ("The window", "window", "benchmarks.window", window),
    ("The window while it retrains", "window_training", "benchmarks.window_training", window_training),
    ("A large gallery", "store_speed", "benchmarks.store_speed", store_speed),
    ("Synthetic people", "synthetic_people", "benchmarks.synthetic_people", synthetic_people),
    ("Quality: good pictures flagged", "quality_limits", "benchmarks.quality_limits", quality_limits),
    ("Finding faces", "detection", "benchmarks.detection", detection),
    ("Five points of a detector", "detection", "benchmarks.detection", detection_points),
    ("Speed of detectors", "detection", "benchmarks.detection", detection_speed),
    ("Points by a network of their own", "landmarker", "benchmarks.landmarker", landmarker),
    ("Sliding windows", "windows", "benchmarks.windows", windows),
    ("Retraining on one's own people", "retrain_recipes", "benchmarks.retrain recipes", retrain_sections.recipes),
    ("Retraining on wrong labels", "retrain_poison", "benchmarks.retrain poison", retrain_sections.poison),
    ("Retraining: wrong labels told before", "retrain_screening", "benchmarks.retrain screening", retrain_sections.screening),
    ("Retraining: is the world forgotten?", "retrain_forgetting", "benchmarks.retrain forgetting", retrain_sections.forgetting),
    ("Retraining killed", "retrain_kills", "benchmarks.retrain kills", retrain_sections.kills),
    ("Losses side by side", "compare_losses", "benchmarks.compare_losses", compare_losses),
)


def report() -> str:
    """The whole file."""
    parts = [_HEAD]
    for title, name, command, section in SECTIONS:
        path = RESULTS / f"{name}.json"
        if path.is_file():
            result = json.loads(path.read_text(encoding="utf-8"))
            made = result["made"]
            if text := section(result):
                parts.append(f"## {title}\n\n`python -m {command}`, {made['date']}, {made['machine']}, seed {made['seed']}\n\n{text}\n")
    return "\n".join(parts)


def drawing() -> str:
    """The curves of all encoders in the kept report; empty where there is none."""
    path = RESULTS / "encoder_report.json"
    if not path.is_file():
        return ""
    encoders = json.loads(path.read_text(encoding="utf-8"))["encoders"]
    return det_svg({found["encoder"]: read_curve(found["det"]) for found in encoders})


def main() -> int:
    """0 written, or, with --check, as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    wanted = {REPORT: report(), REPORT.with_name(DET): drawing()}
    if args.check:
        return 0 if all(path.read_text(encoding="utf-8") == text for path, text in wanted.items() if text) else 1
    for path, text in wanted.items():
        if text:
            path.write_text(text, encoding="utf-8")
    print(REPORT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
