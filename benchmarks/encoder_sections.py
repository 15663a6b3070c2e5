"""The report's sections on encoders: figures, groups, speed and the choice of their network."""

from __future__ import annotations

from benchmarks.tables import Result, low_high, percent, table, tar, with_interval

DET = "det.svg"
"""The curves' file, beside the report."""


def encoder_report(result: Result) -> str:
    """Encoders and teachers on the same pairs, and their curves."""
    rows = [
        (
            found["encoder"],
            with_interval(found["pairs"], "accuracy"),
            with_interval(found["pairs"], "eer"),
            tar(found["pairs"], "0.01"),
            tar(found["pairs"], "0.001"),
            low_high(found["operating_point"], "fnmr"),
        )
        for found in result["encoders"]
    ]
    target = result["encoders"][0]["operating_point"]["target_fmr"]
    head = ("encoder", "accuracy, ten folds", "EER", "TAR at FAR 0.01", "TAR at FAR 0.001", f"FNMR at FMR {target:g}, all pairs")
    trained = "\n".join(f"- {found['encoder']} was trained on: {found['trained_on']}." for found in result["encoders"])
    looks = "Ours see a face and its mirror image, as templates and stills are encoded; by one look, as frames are, at a limit of its own."
    return f"{result['data']}. {looks}\n\n{table(head, rows)}\n\n{trained}\n\n![FNMR over FMR of each encoder]({DET})"


def conditions(result: Result) -> str:
    """The same pairs under hard conditions."""
    rows = [
        (
            found["encoder"],
            row["group"],
            with_interval(row, "fmr"),
            with_interval(row, "fnmr"),
            with_interval(row["probe_alone"], "accuracy"),
            tar(row["probe_alone"], "0.01"),
        )
        for found in result["encoders"]
        for row in found.get("conditions", ())
    ]
    head = ("encoder", "LFW View 1's faces", "FMR, both changed", "FNMR, both changed", "accuracy, the probe changed", "TAR at FAR 0.01")
    return f"At the threshold for faces as they are.\n\n{table(head, rows)}" if rows else ""


def open_sets(result: Result) -> str:
    """1:N on aligned faces."""
    rows = [
        (
            found["encoder"],
            row["source"],
            row["enrolled"],
            with_interval(row, "rank1"),
            f"{with_interval(row, 'fnir')} of {row['mated']:,}",
            f"{with_interval(row, 'fpir')} of {row['non_mated']:,}",
            _seen(found, row["source"]),
        )
        for found in _on_faces(result)
        for row in found["open_sets"]
    ]
    return table(("encoder", "set", "enrolled, one face each", "rank 1", "FNIR", "FPIR", "trained on it"), rows) if rows else ""


def groups(result: Result) -> str:
    """Error rates inside groups, so that a weak one is seen."""
    rows = [
        (
            found["encoder"],
            kind["kind"],
            row["group"],
            f"{row['pictures']:,}",
            _fine(row, "fmr"),
            with_interval(row, "fnmr"),
            f"{kind['worst_to_best']:.1f}" if kind["worst_to_best"] else "–",
        )
        for found in _on_faces(result)
        for kind in found["groups"]
        for row in kind["groups"]
    ]
    if not rows:
        return ""
    seen = "; ".join(f"{found['encoder']}: {_seen_sets(found)}" for found in _on_faces(result))
    target = result["encoders"][0]["operating_point"]["target_fmr"]
    return (
        f"At one threshold an encoder, that for a false match rate of {target:g} on LFW View 1. Faces are compared inside their group "
        "alone. Age, ethnicity and gender are FairFace's labels; nobody's identity is known there, so two pictures of one person count "
        f"as a false match. Sets trained on: {seen}.\n\n"
        + table(("encoder", "by", "group", "faces", "FMR", "FNMR", "highest FMR / lowest"), rows)
    )


def relatives(result: Result) -> str:
    """Families against strangers."""
    rows = [
        (
            found["encoder"],
            f"{_fine(found['relatives'], 'fmr_inside_families')} of {found['relatives']['inside_count']:,}",
            f"{_fine(found['relatives'], 'fmr_between_families')} of {found['relatives']['between_count']:,}",
        )
        for found in _on_faces(result)
        if found["relatives"]
    ]
    return table(("encoder", "FMR of relatives", "FMR between families"), rows) if rows else ""


def throughput(result: Result) -> str:
    """Faces a second, and pictures a second in training."""
    encoding = [(row["system"], *(_speed(cell) for cell in row["cells"])) for row in result["encoding"]]
    training = [(row["precision"], *(_speed(cell) for cell in row["cells"])) for row in result["training"]["rows"]]
    parts = [
        f"At a load of {result['load_average']}. Aligned faces a second, and processor milliseconds a face:",
        table(("encoder", "1 thread, 1 face", "1 thread, 32", "2 threads, 1 face", "2 threads, 32"), encoding),
        f"Training {result['training']['encoder']}, batches of {result['training']['batch']}, pictures a second:",
        table(("precision", "1 thread", "2 threads"), training),
        _cuda(result["cuda"]),
    ]
    return "\n\n".join(parts)


def backbones(result: Result) -> str:
    """Networks trained alike."""
    fastest, *_ = result["rows"]
    head = ("network", "million parameters", "MB", "MMAC", "ms, 1 thread", "ms, 2 threads", "processor ms")
    rates_head = ("cosine to the teacher", "accuracy", "points a ms above the fastest", "EER", "EER above the best")
    limits = f"{result['most_ms']:g} ms on two threads and {result['most_mb']:g} MB at most"
    return (
        f"Each trained for {result['steps']:,} steps from random weights by one recipe. To be shipped: **{result['chosen']}**, of those "
        f"that take {limits} the one nearest to its teacher on faces held out.\n\n"
        + table((*head, *rates_head), [(*_cost(row), *_worth(row, fastest)) for row in result["rows"]])
    )


def _cost(row: Result) -> tuple[str, ...]:
    """What a network takes."""
    figures = (row["megabytes"], *row["ms"], row["processor_ms"])
    size, *times = (f"{figure:.1f}" for figure in figures)
    return (row["name"], f"{row['parameters_m']:.2f}", size, f"{row['mmac']:.0f}", *times)


def _worth(row: Result, fastest: Result) -> tuple[str, ...]:
    """What it gives."""
    more_ms = row["processor_ms"] - fastest["processor_ms"]
    gain = f"{100 * (row['accuracy'] - fastest['accuracy']) / more_ms:+.2f}" if more_ms else "–"
    rates = (with_interval(row, "accuracy"), gain, with_interval(row, "eer"), with_interval(row, "eer_above_best"))
    return (f"{row['teacher_cosine']:.3f}", *rates)


def licence(result: Result) -> str:
    """What a clean licence costs."""
    rows = [
        (
            row["name"],
            f"{row['faces']:,}",
            ", ".join(row["teachers"]),
            with_interval(row, "accuracy"),
            with_interval(row, "eer"),
            tar(row, "0.001"),
        )
        for row in result["rows"]
    ]
    return (
        f"One network and the same views, {result['rows'][0]['views']:,} of them, from random weights. The open one sees FairFace "
        f"(CC BY 4.0) and an Apache-2.0 teacher alone: accuracy {_signed(result, 'accuracy_difference')}, "
        f"EER {_signed(result, 'eer_difference')}.\n\n"
        + table(("recipe", "faces", "teachers", "accuracy", "EER", "TAR at FAR 0.001"), rows)
    )


def _signed(result: Result, name: str) -> str:
    """A difference in points with its interval."""
    low, high = result[f"{name}_interval"]
    return f"{100 * result[name]:+.1f} points ({100 * low:+.1f} … {100 * high:+.1f})"


def _on_faces(result: Result) -> list[Result]:
    """Those encoders that were measured on sets with identities and groups."""
    return [found for found in result["encoders"] if "groups" in found]


def _seen(found: Result, source: str) -> str:
    return {True: "yes", False: "no", None: "not stated"}[{row["source"]: row["is_trained_on"] for row in found["sets"]}[source]]


def _seen_sets(found: Result) -> str:
    return ", ".join(row["source"] for row in found["sets"] if row["is_trained_on"]) or "none of them"


def _fine(row: Result, name: str) -> str:
    """A small rate with its interval, two decimals."""
    if row[name] is None:
        return "–"
    low, high = row[f"{name}_interval"]
    return f"{percent(row[name], 2)} ({100 * low:.2f} … {100 * high:.2f})"


def _speed(cell: Result) -> str:
    return f"failed: {cell['failed']}" if "failed" in cell else f"{cell['pictures_per_s']:.0f} ({cell['processor_ms']:.1f} ms)"


def _cuda(result: Result | None) -> str:
    if result is None:
        return "No CUDA card on this machine."
    rows = [(row["precision"], row["batch"], f"{row['per_s']:.0f}", percent(row["share_of_peak"])) for row in result["rows"]]
    head = ("precision", "batch", "faces a second", "of its matrix product")
    return f"{result['encoder']} on {result['device']}:\n\n{table(head, rows)}"


def distillation(result: Result) -> str:
    """How far each encoder came by its views, and what the rest would take."""
    teacher, target = result["teacher"], f"{result['target_fmr']:g}"
    made = [
        (
            row["encoder"],
            row["from"],
            f"{row['views']:,}",
            f"{row['views_in_all']:,}",
            row["minutes"],
            f"{row['teacher_cosine']:.3f}" if row["teacher_cosine"] else "–",
            percent(row["accuracy"]),
            percent(row["fnmr"]),
        )
        for row in result["rows"]
    ]
    made.append((teacher["encoder"], "–", "–", "–", "–", "1", percent(teacher["accuracy"]), percent(teacher["fnmr"])))
    head = ("encoder", "from", "views", "in all", "minutes on two cores", "cosine to the teacher", "accuracy", f"FNMR at FMR {target}")
    accuracy, fnmr = (_millions(result[name]) for name in ("views_for_accuracy", "views_for_teachers_fnmr"))
    return (
        f"{table(head, made)}\n\nA power law through these few points comes down to {percent(1 - result['wanted_accuracy'])} of errors at "
        f"{accuracy} million views in all, and to the teacher’s FNMR at {fnmr} million."
    )


def _millions(views: float) -> str:
    return f"{views / 1e6:.0f}" if views >= 1e7 else f"{views / 1e6:.1f}"
