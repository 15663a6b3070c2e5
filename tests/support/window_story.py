"""What the stories of the window share: waiting, pressing, typing, and people in the store whom nobody had to photograph."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.store import open_repository
from facekit.store.base import NewTemplate
from facekit.types import AlignedFace, Embedding
from facekit.weights import find_model
from tests.support.embeddings import consent, good_quality
from ui.app import App

PATIENCE_MS = 120_000


def wait(qtbot: QtBot, is_there: Callable[[], bool]) -> None:
    """Let the window live until the condition holds."""
    qtbot.waitUntil(is_there, timeout=PATIENCE_MS)


def press(qtbot: QtBot, within: QWidget, words: str) -> None:
    """Click the button of those words when it can be clicked."""

    def ready() -> list[QAbstractButton]:
        return [
            b for b in within.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled() and words in (b.text(), b.accessibleName())
        ]

    wait(qtbot, lambda: bool(ready()))
    QTest.mouseClick(ready()[0], Qt.MouseButton.LeftButton)


def do(app: App, action: str) -> None:
    """What the menu or its key would do."""
    assert app.window.actions_by_name[action].isEnabled()
    app.window.actions_by_name[action].trigger()


def enrol_drawn(database: Path, *names: str, encoder: str = DEFAULT_ENCODER) -> list[bytes]:
    """Enrol people whose templates are drawn by chance; the bytes of their vectors, by which they are found in a file."""
    card, _ = find_model(encoder, task="encode")
    repository, rng, vectors = open_repository(database), np.random.default_rng(5), []
    for name in names:
        vector = rng.standard_normal(card.embedding_size).astype(np.float32)
        vector /= np.linalg.norm(vector)
        crop = AlignedFace(rng.integers(0, 256, (112, 112, 3), np.uint8))
        repository.enrol(name, consent(keep_crops=True), [NewTemplate(Embedding(vector, card.key), good_quality(), "drawn.png", crop)])
        vectors.append(vector.tobytes())
    repository.close()
    return vectors
