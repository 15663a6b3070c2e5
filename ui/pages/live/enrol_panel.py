"""The panel that enrols the face before the camera: the form, and taking more pictures. Draws an EnrolState."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton

from ui.pages.live.state import EnrolState
from ui.theme import Theme
from ui.widgets.enrol_form import EnrolForm


class EnrolPanel(EnrolForm):
    """Takes the place of the cards while somebody is enrolled."""

    take_wanted = Signal()
    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._is_open = False
        self._take = QPushButton("Take another picture")
        self.above.addWidget(self._take, 0, Qt.AlignmentFlag.AlignLeft)
        cancel = QPushButton("Cancel")
        self.buttons.addWidget(cancel)
        self._take.clicked.connect(self.take_wanted)
        cancel.clicked.connect(self.cancelled)

    def show_state(self, state: EnrolState) -> None:
        """Draw the state."""
        opens, self._is_open = state.is_open and not self._is_open, state.is_open
        self.show_form(state.form, trouble=state.trouble)
        self._take.setEnabled(state.can_take)
        self._take.setText("Take another picture" if state.form.samples else "Take a picture")
        if opens:
            self.consent.setFocus()
