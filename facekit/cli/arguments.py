"""The words of the terminal: verbs, their arguments, and the module that carries each out. Imports nothing heavy."""

from __future__ import annotations

import argparse
from pathlib import Path

from facekit import __version__
from facekit.retraining.recipes import RECIPES

_EPILOG = """\
Exit codes: 0 done (verify, compare: the same person); 1 verify, compare: different, doctor: not ready, retrain: refused; 2 an error,
explained on stderr.
With --json the answer is JSON alone on stdout. Everything stays on this machine.
"""


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole terminal; `args.target` names the function that carries out the chosen verb."""
    parser = argparse.ArgumentParser(
        prog="facekit",
        description="Learns a face from one picture and tells who it is, on your own machine.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"facekit {__version__}")
    parser.add_argument("--verbose", action="store_true", help="say more on stderr")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    actions = (
        _enrol,
        _verify,
        _recognise,
        _compare,
        _detect,
        _encode,
        _people,
        _not,
        _weights,
        _model_verbs,
        _evaluate,
        _calibrate,
        _retrain,
    )
    for add in (*actions, _demo, _doctor, _gui):
        add(verbs)
    return parser


Verbs = argparse._SubParsersAction  # argparse gives its sub-parsers' type no public name


def _verb(
    verbs: Verbs[argparse.ArgumentParser], name: str, summary: str, target: str, *, aliases: tuple[str, ...] = ()
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=summary, description=summary, aliases=list(aliases))
    parser.add_argument("--json", action="store_true", help="answer in JSON on stdout")
    parser.set_defaults(target=target)
    return parser


def _database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", type=Path, metavar="PATH", help="the database (default: this account's own)")


def _models(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("models (default: the settings)")
    group.add_argument("--detector", metavar="NAME", help="convolutional, mtcnn, yunet, …")
    group.add_argument("--min-face", type=int, metavar="PX", help="narrower faces are not looked for")
    group.add_argument("--landmarker", metavar="NAME", help="whose five points align a face; the detector's unless given")
    group.add_argument(
        "--encoder", metavar="NAME", help="encoder-v3, vggface2, … (default: the one that the database is on: facekit models list)"
    )
    group.add_argument("--runtime", metavar="NAME", help="auto, onnx, onnx-int8, cuda, mps or torch-cpu")


def _threshold(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("threshold (default: the settings)")
    group.add_argument("--fmr", type=float, metavar="RATE", help="false match rate wanted; τ is read from the encoder's card")
    group.add_argument("--threshold", type=float, metavar="TAU", help="τ by hand: same person when distance ≤ τ, 0 … 4")


def _enrol(verbs: Verbs[argparse.ArgumentParser]) -> None:
    parser = _verb(verbs, "enrol", "Enrol a person from pictures or a camera.", "facekit.cli.enrol:run", aliases=("enroll",))
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("images", metavar="IMAGE", type=Path, nargs="*")
    parser.add_argument("--camera", metavar="ID", help="take the face before this camera (id, number, address, or synthetic)")
    parser.add_argument("--consent", metavar="TEXT", help="the wording that the person agreed to")
    parser.add_argument(
        "--keep-crops", action="store_true", help="keep the aligned pictures too (a later change of encoder then needs no new ones)"
    )
    parser.add_argument(
        "--allow-training", action="store_true", help="the person agrees that their kept pictures are trained on here; implies --keep-crops"
    )
    parser.add_argument("--force", action="store_true", help="store although the guard has a question")
    _database(parser)
    _models(parser)
    _threshold(parser)


def _verify(verbs: Verbs[argparse.ArgumentParser]) -> None:
    parser = _verb(verbs, "verify", "Is this really the claimed person? (1:1)", "facekit.cli.verify:run")
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("image", metavar="IMAGE", type=Path)
    _database(parser)
    _models(parser)
    _threshold(parser)


def _recognise(verbs: Verbs[argparse.ArgumentParser]) -> None:
    summary = "Who is this? (1:N, or not recognized)"
    parser = _verb(verbs, "recognise", summary, "facekit.cli.recognise:run", aliases=("recognize",))
    parser.add_argument("sources", metavar="IMAGE|VIDEO", nargs="*")
    parser.add_argument("--camera", metavar="ID", help="watch this camera (id, number, address, or synthetic)")
    parser.add_argument("--seconds", type=float, metavar="S", help="stop watching after this long")
    parser.add_argument("--top", type=int, default=3, metavar="K", help="candidates to name (default 3)")
    _database(parser)
    _models(parser)
    _threshold(parser)


def _compare(verbs: Verbs[argparse.ArgumentParser]) -> None:
    parser = _verb(verbs, "compare", "Do two pictures show the same person?", "facekit.cli.compare:run")
    parser.add_argument("first", metavar="A", type=Path)
    parser.add_argument("second", metavar="B", type=Path)
    _models(parser)
    _threshold(parser)


def _detect(verbs: Verbs[argparse.ArgumentParser]) -> None:
    parser = _verb(verbs, "detect", "Where are the faces? Boxes x, y, w, h; five points; score; milliseconds.", "facekit.cli.detect:run")
    parser.add_argument("images", metavar="IMAGE", type=Path, nargs="+")
    _models(parser)


def _encode(verbs: Verbs[argparse.ArgumentParser]) -> None:
    parser = _verb(
        verbs,
        "encode",
        "The unit vector of the main face of each picture: the mean of what the encoder makes of it and of its mirror image.",
        "facekit.cli.encode:run",
    )
    parser.add_argument("images", metavar="IMAGE", type=Path, nargs="+")
    parser.add_argument("--aligned", action="store_true", help="the pictures are aligned to the template already")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE.npy", help="write an N×D float32 array, a row of NaN where no face was found"
    )
    _models(parser)


def _people(verbs: Verbs[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("people", help="Who is enrolled; show, rename, remove.", description="Who is enrolled; show, rename, remove.")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _database(_verb(actions, "list", "Everyone who is enrolled.", "facekit.cli.people:run_list"))
    show = _verb(actions, "show", "One person: consent and templates.", "facekit.cli.people:run_show")
    rename = _verb(actions, "rename", "Give a person another name.", "facekit.cli.people:run_rename")
    remove = _verb(actions, "remove", "Delete a person with templates, crops and consent, for good.", "facekit.cli.people:run_remove")
    for action in (show, rename, remove):
        action.add_argument("name", metavar="NAME")
        _database(action)
    rename.add_argument("new_name", metavar="NEW_NAME")
    remove.add_argument("--yes", action="store_true", help="do not ask")


def _not(verbs: Verbs[argparse.ArgumentParser]) -> None:
    summary = "The face in this picture is not that person: remember it, list such faces, or take one back."
    parser = _verb(verbs, "not", summary, "facekit.cli.exclude:run")
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("image", metavar="IMAGE", type=Path, nargs="?", help="its template is kept, no picture (without: only list)")
    parser.add_argument("--take-back", type=int, metavar="ID", help="forget the face of this number")
    _database(parser)
    _models(parser)
    _threshold(parser)


def _weights(verbs: Verbs[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser(
        "weights", help="Models on this machine; fetch, import.", description="Models on this machine; fetch, import."
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _verb(actions, "list", "Models here, and those that can be fetched.", "facekit.cli.weights:run_list")
    fetch = _verb(actions, "fetch", "Download the weights of others, checked by SHA-256.", "facekit.cli.weights:run_fetch")
    fetch.add_argument("name", metavar="NAME")
    fetch.add_argument("--url", default="", help="a mirror; the hash must be the same")
    bring = _verb(actions, "import", "Take a weights file that is on this machine.", "facekit.cli.weights:run_import")
    bring.add_argument("file", metavar="FILE", type=Path)
    bring.add_argument("--name", default="", metavar="NAME", help="which published model it is (found by its hash where known)")


def _model_verbs(verbs: Verbs[argparse.ArgumentParser]) -> None:
    summary = "The encoders here; move the enrolled people from one to another without losing anyone."
    parser = verbs.add_parser("models", help=summary, description=summary)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    def action(name: str, text: str, *words: str) -> argparse.ArgumentParser:
        made = _verb(actions, name, text, f"facekit.cli.models:run_{name}")
        for word in words:
            made.add_argument(word.lower(), metavar=word)
        _database(made)
        return made

    action("list", "Every encoder, where it is used, and who needs a new picture.")
    action("show", "One encoder: card, figures, people that it knows, its record.", "NAME")
    compare = action("compare", "Two encoders on the same labelled pictures.", "FIRST", "SECOND")
    promote = action("promote", "Re-encode kept crops, then make this encoder the active one.", "NAME")
    promote.add_argument("--force", action="store_true", help="although it is not shown to be no worse; needs --reason")
    promote.add_argument("--reason", default="", metavar="TEXT", help="why it is forced; kept in the record")
    for measuring in (compare, promote):
        measuring.add_argument(
            "--on",
            type=Path,
            metavar="FOLDER",
            required=measuring is compare,
            help="with a folder a person, or a pairs.csv: left,right,same",
        )
        measuring.add_argument("--aligned", action="store_true", help="the pictures are 112×112 crops on the template already")
    action("rollback", "Make the encoder before the last promotion the active one again.")
    reencode = action("reencode", "Make templates of an encoder from kept crops, beside what is there; goes on where it stopped.")
    reencode.add_argument("name", metavar="NAME", nargs="?", help="the active one unless given")
    bring = action("import", "Install an encoder: a folder or zip with card.json and its weights, checked by SHA-256.")
    bring.add_argument("source", metavar="SOURCE", type=Path)
    export = action("export", "Copy an encoder with its card to a folder, or to a zip.", "NAME")
    export.add_argument("target_path", metavar="TARGET", type=Path)
    for name, text in (("release", "Let an old encoder go: delete all that it made."), ("delete", "Delete an encoder that is not in use.")):
        action(name, text, "NAME").add_argument("--yes", action="store_true", help="do not ask")


def _evaluate(verbs: Verbs[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser("evaluate", help="Measure on labelled pictures.", description="Measure on labelled pictures.")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    pairs = _verb(actions, "pairs", "1:1 error on a list of pairs (left,right,same[,fold]).", "facekit.cli.evaluate:run_pairs")
    pairs.add_argument("pairs", metavar="PAIRS.csv", type=Path)
    pairs.add_argument("--root", type=Path, metavar="DIR", required=True, help="the folder that the pairs' paths start in")
    pairs.add_argument("--aligned", action="store_true", help="the pictures are 112×112 crops on the template already")
    gallery = _verb(actions, "gallery", "1:N open-set error on folders of persons.", "facekit.cli.evaluate:run_gallery")
    gallery.add_argument("enrol_dir", metavar="ENROL_DIR", type=Path)
    gallery.add_argument("probe_dir", metavar="PROBE_DIR", type=Path)
    gallery.add_argument("--enrol-count", "--enroll-count", type=int, default=1, metavar="N", help="pictures a person to enrol (default 1)")
    _threshold(gallery)
    detection = _verb(
        actions, "detection", "Recall, precision and average precision on pictures with boxes.", "facekit.cli.evaluate:run_detection"
    )
    detection.add_argument("annotations", metavar="ANNOTATIONS.jsonl", type=Path, help='lines {"image", "boxes": [[x, y, w, h]], "ignore"}')
    detection.add_argument("--root", type=Path, metavar="DIR", required=True, help="the folder that the images' paths start in")
    for action in (pairs, gallery, detection):
        _models(action)


def _calibrate(verbs: Verbs[argparse.ArgumentParser]) -> None:
    parser = _verb(
        verbs, "calibrate", "The threshold from your own people, and the pairs that are hardest to tell.", "facekit.cli.calibrate:run"
    )
    parser.add_argument(
        "folders", metavar="FOLDER", type=Path, nargs="*", help="with a folder of pictures a person (default: who is enrolled)"
    )
    parser.add_argument("--gallery", action="store_true", help="who is enrolled, beside the folders")
    parser.add_argument("--aligned", action="store_true", help="the folders' pictures are 112×112 crops on the template already")
    parser.add_argument("--fmr", type=float, metavar="RATE", help="false match rate wanted (default: the settings)")
    parser.add_argument("--worst", type=int, default=10, metavar="N", help="pairs to name of each kind (default 10)")
    parser.add_argument("--set", action="store_true", help="keep the threshold in the settings")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw both distributions")
    _database(parser)
    _models(parser)


def _retrain(verbs: Verbs[argparse.ArgumentParser]) -> None:
    parser = _verb(
        verbs, "retrain", "Train the encoder in use further on your own people, and compare it with what it was.", "facekit.cli.retrain:run"
    )
    parser.add_argument("folders", metavar="FOLDER", type=Path, nargs="*", help="with a folder of photos a person")
    parser.add_argument("--gallery", action="store_true", help="enrolled persons whose consent covers it and whose pictures were kept")
    parser.add_argument(
        "--recipe", default="finetune-head", metavar="NAME", help=f"{', '.join(RECIPES)}, or a TOML file (default finetune-head)"
    )
    parser.add_argument("--minutes", type=float, default=10.0, metavar="M", help="time for the steps (default 10)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="of the processor (default: as many as it has)")
    parser.add_argument("--held-out", type=float, default=0.25, metavar="SHARE", help="of the persons, for the comparison (default 0.25)")
    parser.add_argument(
        "--also",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="with a folder of photos a person, none of them trained on: nothing of them may be forgotten either",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="whom it holds out")
    parser.add_argument("--name", help="of the new encoder (default: encoder-own with the day and the minute)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="the run's folder (default: among this account's data, by the name)")
    parser.add_argument("--plan", action="store_true", help="only say what it would take, measured by a few steps")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out after a stop, a crash or a restart")
    parser.add_argument("--discard", action="store_true", help="delete the run in --out with all its pictures")
    parser.add_argument("--yes", action="store_true", help="train without asking")
    _database(parser)
    _models(parser)
    _threshold(parser)


def _demo(verbs: Verbs[argparse.ArgumentParser]) -> None:
    parser = _verb(verbs, "demo", "Enrol, verify and recognise people who do not exist; pictures are written.", "facekit.cli.demo:run")
    parser.add_argument(
        "--out", type=Path, default=Path("facekit-demo"), metavar="DIR", help="where the pictures go (default facekit-demo)"
    )
    parser.add_argument("--people", type=int, default=6, metavar="N", help="how many to enrol (default 6)")
    _models(parser)
    _threshold(parser)


def _doctor(verbs: Verbs[argparse.ArgumentParser]) -> None:
    parser = _verb(
        verbs, "doctor", "What is installed, what runs where and why; exit 0 only when the main job can run.", "facekit.cli.doctor:run"
    )
    _database(parser)
    _models(parser)


def _gui(verbs: Verbs[argparse.ArgumentParser]) -> None:
    parser = _verb(verbs, "gui", "Open the window.", "facekit.cli.gui:run")
    _database(parser)
    parser.add_argument("--source", default="", help="camera id, file, folder, address, or synthetic")
