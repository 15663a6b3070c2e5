"""Versions, licences, models, places and the doctor's findings. No Qt here."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from facekit import __version__
from facekit.cards import ModelCard
from facekit.errors import FacekitError
from facekit.paths import log_dir
from facekit.settings import settings_file
from ui.pages.about.state import AboutState, Finding, ModelText, Package
from ui.ports import Tasks
from ui.session import Session

_LICENCE_LIMIT = 80
_PACKAGES = (
    "PySide6-Essentials",
    "numpy",
    "opencv-python",
    "onnxruntime",
    "SQLAlchemy",
    "alembic",
    "babel",
    "pillow",
    "platformdirs",
    "safetensors",
    "cv2-enumerate-cameras",
    "rich",
    "torch",
    "torchvision",
    "lightning-fabric",
    "onnx",
    "facenet-pytorch",
)


class AboutPresenter:
    """Turns what is known of the installation into one AboutState after another.

    Args:
        examine: The doctor; called on a task's thread.
    """

    def __init__(
        self,
        *,
        session: Session,
        tasks: Tasks,
        database: Path,
        examine: Callable[[], tuple[Finding, ...]],
        show: Callable[[AboutState], None],
    ) -> None:
        self._session = session
        self._tasks = tasks
        self._examine = examine
        self._show_state = show
        places = (("Database", database), ("Settings", settings_file()), ("Logs", log_dir()))
        version = f"Facekit {__version__} on Python {platform.python_version()}, {platform.platform(terse=True)}"
        self.state = AboutState(version, tuple((what, str(path)) for what, path in places))
        session.observe(self._show)

    def begin(self) -> None:
        """Find out all of it; once, and the findings again whenever asked."""
        if not self.state.packages:
            self._tasks.run(find_packages, lambda packages: self._show(packages=packages), self._session.fail)
        if not self.state.findings:
            self.examine()

    def examine(self) -> None:
        """Have the doctor look."""
        if not self.state.is_examining:
            self._show(is_examining=True)
            self._tasks.run(self._examine, self._examined, self._not_examined)

    def _examined(self, findings: tuple[Finding, ...]) -> None:
        bad = [finding.subject for finding in findings if finding.state == "bad"]
        verdict = f"Something is wrong with: {', '.join(bad)}." if bad else "All that the main job needs is in order."
        self._show(is_examining=False, findings=findings, verdict=verdict)

    def _not_examined(self, error: FacekitError) -> None:
        self._show(is_examining=False, verdict=str(error))

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # the names are those of AboutState
        self.state = replace(self.state, models=tuple(_model(card) for card in self._session.cards))
        self._show_state(self.state)


def find_packages() -> tuple[Package, ...]:
    """What is installed of that which the program stands on, with its licence as its makers name it."""
    found = []
    for name in _PACKAGES:
        try:
            metadata = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        found.append(Package(metadata["Name"], metadata["Version"], _licence(metadata)))
    return tuple(found)


def _licence(metadata: importlib.metadata.PackageMetadata) -> str:
    """The licence's name; some write its whole text where the name belongs."""
    fields = metadata.json
    named = str(fields.get("license_expression") or fields.get("license") or "")
    if named and "\n" not in named and len(named) < _LICENCE_LIMIT:
        return named
    classified = [line.rpartition("::")[2].strip() for line in fields.get("classifier", ()) if line.startswith("License")]
    return ", ".join(classified) or "see its files"


def _model(card: ModelCard) -> ModelText:
    hashed = f"SHA-256 {card.weights_hash[:12]}…"
    return ModelText(f"{card.model_id}, {card.date}", f"Licence: {card.licence}\nLearnt from: {card.data}\nOrigin: {card.origin}\n{hashed}")
