"""One run: where it stands, its two charts, what it warned of. Draws a RunPane."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPlainTextEdit, QProgressBar, QPushButton, QVBoxLayout

from ui.run_pane import RunActions, RunPane, figure_words
from ui.theme import Theme, tokens
from ui.widgets.chart import ChartView
from ui.widgets.labels import text_label
from ui.widgets.question_bar import QuestionBar


class RunPaneView(QFrame):
    """One run, live or not."""

    figure_chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._pane: RunPane | None = None
        self._title, self._status, self._facts = text_label("title"), text_label("emphasis", wraps=False), text_label("quiet")
        self._progress, self._trouble = text_label(""), text_label("error")
        self._summary, self._verdict = text_label(""), text_label("")
        self._log_title = text_label("emphasis", wraps=False)
        self._log_title.setText("To be looked at")
        self.bar = QProgressBar()
        self.pause, self.resume, self.remove = QPushButton("Pause"), QPushButton("Go on"), QPushButton("Remove…")
        self.loss, self.held_out = ChartView(theme), ChartView(theme)
        self.figure = QComboBox()
        self.log = QPlainTextEdit(readOnly=True)
        self._question = QuestionBar("Keep", "Delete for good")
        self._lay_out()
        self._connect()
        self._paint_icons()

    def bind(self, actions: RunActions) -> None:
        """Have done what is asked for here."""
        self.figure_chosen.connect(actions.choose_figure)
        self.pause.clicked.connect(actions.pause)
        self.resume.clicked.connect(actions.resume)
        self.remove.clicked.connect(actions.ask_to_remove)
        self._question.kept.connect(actions.keep)
        self._question.confirmed.connect(actions.remove)

    def show_pane(self, pane: RunPane) -> None:
        """Draw the run."""
        before, self._pane = self._pane, pane
        self._title.setText(pane.name)
        self._status.setText(pane.status)
        self._facts.setText(pane.facts)
        self._facts.setVisible(bool(pane.facts))
        self._progress.setText(pane.progress)
        self._trouble.setText(pane.trouble)
        self._trouble.setVisible(bool(pane.trouble))
        self.bar.setValue(round(1000 * pane.fraction))
        self.bar.setAccessibleDescription(pane.progress)
        self.pause.setVisible(pane.can_pause)
        self.resume.setText(pane.resume)
        self.resume.setVisible(pane.can_resume)
        self._summary.setText(pane.summary)
        self._summary.setVisible(bool(pane.summary))
        self._verdict.setText(pane.verdict)
        self._verdict.setVisible(bool(pane.verdict))
        self._verdict.setProperty("look", "emphasis" if pane.verdict_is_good else "warning")
        self._verdict.style().polish(self._verdict)
        has_curves = any(curve.points for chart in (pane.loss, pane.held_out) for curve in chart.curves) or pane.can_pause
        for part in (self.loss, self.held_out, self.bar):
            part.setVisible(has_curves or not pane.summary)
        self._whole.setStretchFactor(self._charts, 1 if has_curves or not pane.summary else 0)
        self.loss.show_chart(pane.loss)
        self.held_out.show_chart(pane.held_out)
        if before is None or (before.figures, before.figure) != (pane.figures, pane.figure):
            self._show_figures(pane)
        if before is None or before.warnings != pane.warnings:
            self.log.setPlainText("\n".join(pane.warnings))
        self.log.setVisible(bool(pane.warnings))
        self._log_title.setVisible(bool(pane.warnings))
        self._question.ask(pane.question)

    def add_button(self, button: QPushButton) -> None:
        """A page's own, before the others."""
        self._head.insertWidget(1, button)

    def _show_figures(self, pane: RunPane) -> None:
        self.figure.blockSignals(True)
        self.figure.clear()
        for name in pane.figures:
            self.figure.addItem(figure_words(name), name)
        self.figure.setCurrentIndex(max(0, self.figure.findData(pane.figure)))
        self.figure.blockSignals(False)
        self.figure.setVisible(len(pane.figures) > 1)

    def _lay_out(self) -> None:
        self.setProperty("look", "card")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Part of the training that is done")
        self.figure.setAccessibleName("Figure in the right chart")
        self.log.setAccessibleName("What the training warned of")
        self.log.setMaximumHeight(84)
        head = self._head = QHBoxLayout()
        head.setSpacing(tokens.SPACE_S)
        head.addWidget(self._title, 1)
        for button in (self.pause, self.resume, self.remove):
            head.addWidget(button)
        line = QHBoxLayout()
        line.addWidget(self._status)
        line.addWidget(self._progress, 1)
        charts = self._charts = QHBoxLayout()
        charts.setSpacing(tokens.SPACE_L)
        charts.addWidget(self.loss, 1)
        charts.addWidget(self.held_out, 1)
        choice = QHBoxLayout()
        choice.addWidget(self._facts, 1)
        choice.addWidget(self.figure)
        whole = self._whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_L, tokens.SPACE_L, tokens.SPACE_L)
        whole.setSpacing(tokens.SPACE_M)
        whole.addLayout(head)
        whole.addWidget(self._question)
        whole.addLayout(line)
        whole.addWidget(self.bar)
        whole.addLayout(choice)
        whole.addWidget(self._trouble)
        whole.addWidget(self._verdict)
        whole.addWidget(self._summary)
        whole.addLayout(charts, 1)
        whole.addWidget(self._log_title)
        whole.addWidget(self.log)
        whole.addStretch(0)  # where there are no charts

    def _connect(self) -> None:
        self.figure.activated.connect(lambda index: self.figure_chosen.emit(self.figure.itemData(index)))
        self._theme.changed.connect(self._paint_icons)

    def _paint_icons(self) -> None:
        self._theme.set_icon(self.pause, "freeze")
        self._theme.set_icon(self.resume, "play")
        self._theme.set_icon(self.remove, "remove")
