"""The report's sections on retraining: does it help, is what is poisoned refused, does a kill lose anything."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.tables import Result, low_high, percent, table, with_interval

_FINDINGS = {"not_worse": "let in", "worse": "refused: worse", "unproven": "refused: not shown", "too_few": "refused: too few"}
_HEAD = ("recipe", "steps", "trained on", "held out", "FMR", "missed before", "now", "difference, points", "verdict", "LFW EER", "minutes")


def recipes(result: Result) -> str:
    """Old and new on persons held out of the same source, and on LFW View 1."""
    before = with_interval(result["lfw_eer"], "eer")
    return (
        f"{result['encoder']} was distilled on pictures of Pins, without their names; the photos and the people who do not "
        f"exist it never saw. Its EER on LFW View 1 is {before}.\n\n{_runs(result['runs'], 'source')}"
    )


def poison(result: Result) -> str:
    """The gate before labels that were tampered with."""
    return (
        "Of Pins, the persons held out stay right. Without an anchor the old encoder does not stand beside the loss.\n\n"
        f"{_runs(result['runs'], 'labels')}"
    )


def forgetting(result: Result) -> str:
    """Encoders that learnt on the world, and some that learnt a few people, before the cast of the gate."""
    head = ("old", "new", "missed before", "now", "difference, points", "verdict")
    shipped = (
        (each["old"]["encoder_id"], each["new"]["encoder_id"], *_sides(each), _FINDINGS[each["finding"]]) for each in result["shipped"]
    )
    trained = ("recipe", "steps", "on", "missed before", "now", "difference, points", "verdict", "LFW EER")
    rows = [
        (row["recipe"], row["plan"]["steps"], each["on"], *_sides(each), _verdict(each), percent(row["lfw_eer"]["eer"]))
        for row in result["runs"]
        for each in (row["verdict"], *row["verdict"]["others"])
    ]
    before = with_interval(result["lfw_eer"], "eer")
    return (
        f"The encoders that came with the program, each in the place of another, on the cast:\n\n{table(head, shipped)}\n\n"
        f"{result['encoder']} (EER on LFW View 1 {before}) trained on photos of a few persons; the last line of each is the cast's.\n\n"
        f"{table(trained, rows)}"
    )


def screening(result: Result) -> str:
    """What is said before the first step."""
    head = ("labels", "trained on", "two folders, one person", "one folder, several persons", "picture like another folder")
    rows = [
        (row["labels"], f"{row['pictures']} of {row['persons']}", row["LikeFolders"], row["MixedFolder"], row["StrangePicture"])
        for row in result["sets"]
    ]
    return f"By {result['encoder']} at τ {result['threshold']:.3f}, on the persons of Pins who are trained on.\n\n{table(head, rows)}"


def kills(result: Result) -> str:
    """The run killed."""
    return (
        f"{result['kills']} kills at random moments of {result['runs']} runs of {result['whole_run_s']:.0f} s, each gone on with to its "
        f"end: {result['runs_with_the_same_weights']} of {result['runs']} ended with the same weights, bit for bit, as one that was left "
        "alone."
    )


def _runs(rows: Sequence[Result], first: str) -> str:
    return table((first, *_HEAD), (_row(row) for row in rows))


def _row(row: Result) -> tuple[object, ...]:
    plan, verdict = row["plan"], row["verdict"]
    people = (plan["steps"], f"{plan['pictures']} of {plan['persons']}", f"{plan['held_out_pictures']} of {plan['held_out_persons']}")
    ends = (_FINDINGS[verdict["finding"]], percent(row["lfw_eer"]["eer"]), f"{row['minutes']:.1f}")
    found = verdict["evidence"]
    if found is None:
        return row["source"], row["recipe"], *people, "–", "–", "–", "–", *ends
    return row["source"], row["recipe"], *people, f"{found['fmr']:.2g}", *_sides(verdict), *ends


def _verdict(verdict: Result) -> str:
    """Of one set alone: that of all sets has the others within it."""
    found = verdict["evidence"]
    if verdict["others"] and found:
        return "not worse" if found["difference_interval"]["high"] <= found["tolerance"] else "not shown"
    return _FINDINGS[verdict["finding"]]


def _sides(verdict: Result) -> tuple[str, str, str]:
    found = verdict["evidence"]
    if found is None:
        return "–", "–", "–"
    low, high = found["difference_interval"]["low"], found["difference_interval"]["high"]
    difference = f"{100 * found['difference']:+.2f} ({100 * low:+.2f} … {100 * high:+.2f})"
    return low_high(found["old"], "fnmr"), low_high(found["new"], "fnmr"), difference
