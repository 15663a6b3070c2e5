"""One table of settings: the fields of Settings. Page, file, validation and documentation all follow from it.

The file keeps only what differs from the defaults, and is replaced whole.
"""

from __future__ import annotations

import dataclasses
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

from facekit.errors import SettingsError
from facekit.paths import config_dir, private_dir

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class About:
    """What is to be known of one setting beside its type and default.

    Args:
        low, high: Range of a number, inclusive.
        choices: The only values allowed, where not empty.
        needs_restart: "" or what is restarted: "engine", "camera".
        is_shown: Whether it is a row of the settings page; else it goes with another setting.
    """

    group: str
    label: str
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    needs_restart: str = ""
    is_shown: bool = True


def _row(default: Any, about: About) -> Any:
    return dataclasses.field(default=default, metadata={"about": about})


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person can choose; every field that is shown is one row of the settings page."""

    source: str = _row("", About("Camera", "Source", "Camera id, file, folder or address last used; empty: ask.", needs_restart="camera"))
    detector: str = _row("convolutional", About("Models", "Detector", "Finds the faces in a picture.", needs_restart="engine"))
    min_face: int = _row(
        40,
        About(
            "Models",
            "Smallest face",
            "Faces narrower than this many pixels are not looked for; smaller is slower.",
            12,
            400,
            needs_restart="engine",
        ),
    )
    landmarker: str = _row(
        "",
        About(
            "Models",
            "Points",
            "Finds eyes, nose and mouth by which a face is aligned; empty: as the detector has them.",
            needs_restart="engine",
        ),
    )
    runtime: str = _row(
        "auto",
        About(
            "Models",
            "Runs on",
            "auto: ONNX Runtime on the processor, or torch on a GPU where there is one.",
            choices=("auto", "onnx", "onnx-int8", "cuda", "mps", "torch-cpu"),
            needs_restart="engine",
        ),
    )
    target_fmr: float = _row(
        0.001,
        About(
            "Threshold",
            "False matches wanted",
            "Share of different persons that may be taken for the same; the threshold is read from the encoder's card.",
            1e-6,
            0.1,
        ),
    )
    threshold: float = _row(
        0.0,
        About(
            "Threshold", "Threshold by hand", "Distance up to which two faces are the same person; 0: from the encoder's card.", 0.0, 4.0
        ),
    )
    threshold_encoder: str = _row(
        "",
        About(
            "Threshold",
            "Encoder of the threshold",
            "Whose distances the threshold was measured on, with its weights; empty: set by hand, for whichever.",
            is_shown=False,
        ),
    )
    threshold_from: str = _row(
        "", About("Threshold", "Origin of the threshold", "On whom it was measured, and when; empty: set by hand.", is_shown=False)
    )
    uncertain_margin: float = _row(
        -1.0,
        About(
            "Threshold",
            "Too close to tell",
            "Two persons whose distances differ by less are both named with a question mark; −1: from the encoder's card.",
            -1.0,
            4.0,
        ),
    )
    keep_crops: bool = _row(
        False,
        About(
            "Privacy",
            "Keep face pictures",
            "Offer to keep the aligned picture beside each template: a later change of encoder then needs no new pictures.",
        ),
    )
    record_events: bool = _row(
        False, About("Privacy", "Record who was seen", "Write a line for each sighting; nothing is recorded while this is off.")
    )
    language: str = _row(
        "system",
        About("Window", "Dates and numbers", "As which language writes them, by its code, as de_CH; system: as the system has it."),
    )
    theme: str = _row("system", About("Window", "Theme", "Light, dark, or as the system has it.", choices=("system", "light", "dark")))

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            _check(field.name, getattr(self, field.name))

    def replace(self, **changes: Any) -> Settings:
        """The settings with some changed; another threshold is set by hand unless its origin comes with it.

        Raises:
            SettingsError: An unknown name or a value out of range.
        """
        for name in changes:
            about(name)
        if "threshold" in changes:
            changes = {"threshold_encoder": "", "threshold_from": "", **changes}
        return dataclasses.replace(self, **changes)

    def threshold_for(self, encoder: object) -> float:
        """The threshold that is set for this encoder, by its key: by hand, or measured with it; 0 where its card decides."""
        return self.threshold if self.threshold_encoder in ("", str(encoder)) else 0.0


def about(name: str) -> About:
    """The row of a setting.

    Raises:
        SettingsError: There is no such setting.
    """
    for field in dataclasses.fields(Settings):
        if field.name == name:
            row: About = field.metadata["about"]
            return row
    raise SettingsError(f"There is no setting {name!r}.", hint=f"Known: {', '.join(f.name for f in dataclasses.fields(Settings))}.")


def _check(name: str, value: Any) -> None:
    row, kind = about(name), get_type_hints(Settings)[name]
    fits = isinstance(value, kind) or (kind is float and isinstance(value, int))
    if not fits or (isinstance(value, bool) and kind is not bool):
        raise SettingsError(f"The setting {name} takes a {kind.__name__}, not {value!r}.")
    if row.choices and value not in row.choices:
        raise SettingsError(f"The setting {name} cannot be {value!r}.", hint=f"It is one of {', '.join(row.choices)}.")
    if row.low is not None and row.high is not None and not row.low <= value <= row.high:
        raise SettingsError(f"The setting {name} cannot be {value!r}.", hint=f"It lies between {row.low:g} and {row.high:g}.")


def settings_file() -> Path:
    """Where the settings are kept."""
    return config_dir() / "settings.json"


def load_settings(path: Path | None = None) -> Settings:
    """The kept settings. An unreadable file, an unknown name or a bad value is logged and the default stands in its place."""
    path = path or settings_file()
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        logger.warning("settings %s not read: %s", path, error)
        return Settings()
    settings = Settings()
    for name, value in kept.items() if isinstance(kept, dict) else ():
        try:
            settings = settings.replace(**{name: value})
        except SettingsError as error:
            logger.warning("settings %s: %s", path, error)
    return settings


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Keep what differs from the defaults, whole or not at all.

    Raises:
        SettingsError: The file cannot be written.
    """
    path = path or settings_file()
    changed = {f.name: getattr(settings, f.name) for f in dataclasses.fields(settings) if getattr(settings, f.name) != f.default}
    scratch = path.with_suffix(".part")
    try:
        private_dir(path.parent)
        scratch.write_text(json.dumps(changed, indent=1) + "\n", encoding="utf-8")
        scratch.replace(path)
    except OSError as error:
        raise SettingsError(f"The settings could not be kept in {path}: {error}.") from error
