"""The style sheet, made from the tokens. Widgets are told apart by the property `look`, never by name."""

from __future__ import annotations

from pathlib import Path

from ui.theme import tokens
from ui.theme.tokens import Palette


def sheet(p: Palette) -> str:
    """The style sheet of the whole application."""
    return "\n".join((_base(p), _buttons(p), _fields(p), _choices(p), _frames(p), _lists(p), _menus(p)))


def _base(p: Palette) -> str:
    return f"""
    QWidget {{ font-size: {tokens.TYPE_BODY}px; color: {p.text}; }}
    QMainWindow, QDialog {{ background: {p.ground}; }}
    QDialog[look="popup"] {{ border: 1px solid {p.control_line}; }}
    QLabel {{ background: transparent; }}
    QLabel[look="title"] {{ font-size: {tokens.TYPE_TITLE}px; font-weight: 600; }}
    QLabel[look="emphasis"] {{ font-size: {tokens.TYPE_EMPHASIS}px; font-weight: 600; }}
    QLabel[look="quiet"] {{ color: {p.quiet}; }}
    QLabel[look="caption"] {{ color: {p.quiet}; font-size: {tokens.TYPE_CAPTION}px; }}
    QLabel[look="error"] {{ color: {p.red}; }}
    QLabel[look="warning"] {{ color: {p.amber}; }}
    QToolTip {{ background: {p.surface}; color: {p.text}; border: 1px solid {p.control_line}; padding: {tokens.SPACE_XS}px; }}
    """


def _buttons(p: Palette) -> str:
    return f"""
    QPushButton, QToolButton {{
        background: {p.surface}; border: 1px solid {p.control_line}; border-radius: {tokens.RADIUS_CONTROL}px;
        padding: 5px 12px; min-height: 20px; }}
    QPushButton:hover, QToolButton:hover {{ background: {p.hover}; }}
    QPushButton:pressed, QToolButton:pressed {{ background: {p.line}; }}
    QPushButton:focus, QToolButton:focus {{ border: 2px solid {p.accent}; padding: 4px 11px; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {p.quiet}; border-color: {p.line}; background: {p.ground}; }}
    QToolButton:checked {{ background: {p.hover}; border-color: {p.accent}; }}
    QToolButton::menu-indicator, QPushButton::menu-indicator {{ image: none; width: 0; }}
    QPushButton[look="main"] {{ background: {p.accent}; color: {p.on_accent}; border-color: {p.accent}; font-weight: 600; }}
    QPushButton[look="main"]:focus {{ border: 2px solid {p.text}; }}
    QPushButton[look="main"]:disabled {{ background: {p.line}; color: {p.quiet}; border-color: {p.line}; }}
    QPushButton[look="danger"] {{ color: {p.red}; border-color: {p.red}; }}
    QPushButton[look="plain"], QToolButton[look="plain"] {{ background: transparent; border: 2px solid transparent; padding: 2px 6px; }}
    QPushButton[look="plain"]:hover, QToolButton[look="plain"]:hover {{ background: {p.hover}; }}
    QPushButton[look="plain"]:focus, QToolButton[look="plain"]:focus {{ border-color: {p.accent}; }}
    QToolButton[look="rail"] {{
        background: transparent; border: 2px solid transparent; border-left: 3px solid transparent; border-radius: 0;
        padding: 9px 8px; text-align: left; }}
    QToolButton[look="rail"]:hover {{ background: {p.hover}; }}
    QToolButton[look="rail"]:checked {{ background: {p.hover}; border-left: 3px solid {p.accent}; font-weight: 600; }}
    QToolButton[look="picture"] {{ background: transparent; border: 2px solid transparent; padding: 0; min-height: 0; }}
    QToolButton[look="picture"]:hover {{ border-color: {p.control_line}; }}
    QToolButton[look="picture"]:focus {{ border-color: {p.accent}; }}
    QTabBar::tab {{
        background: transparent; color: {p.quiet}; border: 2px solid transparent; border-bottom: 3px solid transparent;
        padding: 6px {tokens.SPACE_M}px; }}
    QTabBar::tab:hover {{ background: {p.hover}; }}
    QTabBar::tab:selected {{ color: {p.text}; font-weight: 600; border-bottom: 3px solid {p.accent}; }}
    QTabBar:focus {{ outline: 0; }}
    QTabBar::tab:selected:focus {{ border-color: {p.accent}; border-radius: {tokens.RADIUS_CONTROL}px; }}
    QToolButton[look="rail"]:focus {{ border: 2px solid {p.accent}; }}
    """


def _fields(p: Palette) -> str:
    return f"""
    QLineEdit, QAbstractSpinBox {{
        background: {p.surface}; border: 1px solid {p.control_line}; border-radius: {tokens.RADIUS_CONTROL}px; padding: 5px 8px;
        min-height: 20px; selection-background-color: {p.accent}; selection-color: {p.on_accent}; }}
    QLineEdit:focus, QAbstractSpinBox:focus {{ border: 2px solid {p.accent}; padding: 4px 7px; }}
    QLineEdit:disabled {{ color: {p.quiet}; border-color: {p.line}; }}
    QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {{ border: none; padding: 0; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
    QCheckBox {{ spacing: {tokens.SPACE_S}px; padding: 3px; border: 2px solid transparent; border-radius: {tokens.RADIUS_CONTROL}px; }}
    QCheckBox:focus {{ border-color: {p.accent}; }}
    QCheckBox::indicator, QTableView::indicator, QListWidget::indicator {{
        width: 16px; height: 16px; border: 1px solid {p.control_line}; border-radius: 4px; background: {p.surface}; }}
    QCheckBox::indicator:checked, QTableView::indicator:checked, QListWidget::indicator:checked {{
        background: {p.accent}; border-color: {p.accent}; image: url("{_file(p, "check")}"); }}
    """


def _choices(p: Palette) -> str:
    return f"""
    QComboBox {{
        background: {p.surface}; border: 1px solid {p.control_line}; border-radius: {tokens.RADIUS_CONTROL}px; padding: 4px 8px;
        min-height: 22px; }}
    QComboBox:focus {{ border: 2px solid {p.accent}; padding: 3px 7px; }}
    QComboBox:disabled {{ color: {p.quiet}; border-color: {p.line}; background: {p.ground}; }}
    QComboBox::drop-down {{ border: none; width: 22px; }}
    QComboBox::down-arrow {{ image: url("{_file(p, "down")}"); width: 14px; height: 14px; }}
    QComboBox QAbstractItemView {{
        background: {p.surface}; color: {p.text}; border: 1px solid {p.control_line}; outline: 0;
        selection-background-color: {p.hover}; selection-color: {p.text}; }}
    QRadioButton {{ spacing: {tokens.SPACE_S}px; padding: 3px; border: 2px solid transparent; border-radius: {tokens.RADIUS_CONTROL}px; }}
    QRadioButton:focus {{ border-color: {p.accent}; }}
    QRadioButton::indicator {{
        width: 14px; height: 14px; border: 1px solid {p.control_line}; border-radius: 8px; background: {p.surface}; }}
    QRadioButton::indicator:checked {{ border: 5px solid {p.accent}; width: 6px; height: 6px; }}
    QProgressBar {{ background: {p.line}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
    QProgressBar::chunk {{ background: {p.accent}; border-radius: 3px; }}
    QPlainTextEdit {{
        background: {p.surface}; border: 1px solid {p.line}; border-radius: {tokens.RADIUS_CONTROL}px; padding: {tokens.SPACE_XS}px; }}
    QPlainTextEdit:focus {{ border: 2px solid {p.accent}; }}
    """


def _file(p: Palette, name: str) -> str:
    """The file with the check mark in the colour that can be read on the accent, or with the arrow in that of words."""
    return Path(__file__).with_name(f"{name}-{p.name}.svg").as_posix()


def _frames(p: Palette) -> str:
    return f"""
    QFrame[look="rail"] {{ background: {p.surface}; border: none; border-right: 1px solid {p.line}; }}
    QFrame[look="status"] {{ background: {p.surface}; border: none; border-top: 1px solid {p.line}; }}
    QFrame[look="side"] {{ background: {p.ground}; border: none; border-left: 1px solid {p.line}; }}
    QFrame[look="card"] {{ background: {p.surface}; border: 1px solid {p.line}; border-radius: {tokens.RADIUS_CARD}px; }}
    QFrame[look="question"] {{ background: {p.surface}; border: 1px solid {p.amber}; border-radius: {tokens.RADIUS_CARD}px; }}
    QFrame[look="drop"] {{ border: none; }}
    QFrame[look="drop"][over="yes"] {{ border: 2px dashed {p.accent}; border-radius: {tokens.RADIUS_CARD}px; }}
    QFrame[look="drop-zone"] {{ background: {p.surface}; border: 2px dashed {p.control_line}; border-radius: {tokens.RADIUS_CARD}px; }}
    QFrame[look="drop-zone"][over="yes"] {{ border-color: {p.accent}; background: {p.hover}; }}
    QProgressBar {{ background: {p.line}; border: none; border-radius: 4px; min-height: 8px; max-height: 8px; }}
    QProgressBar::chunk {{ background: {p.accent}; border-radius: 4px; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {p.control_line}; border-radius: 4px; min-height: 32px; margin: 1px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """


def _lists(p: Palette) -> str:
    return f"""
    QTableView {{
        background: {p.surface}; border: 1px solid {p.line}; border-radius: {tokens.RADIUS_CARD}px; gridline-color: transparent;
        selection-background-color: {p.hover}; selection-color: {p.text}; outline: 0; }}
    QListWidget {{
        background: {p.surface}; border: 1px solid {p.line}; border-radius: {tokens.RADIUS_CONTROL}px; outline: 0;
        selection-background-color: {p.hover}; selection-color: {p.text}; }}
    QListWidget:focus {{ border: 2px solid {p.accent}; }}
    QListWidget::item {{ padding: 6px {tokens.SPACE_S}px; }}
    QListWidget::item:selected {{ background: {p.hover}; color: {p.text}; border-left: 3px solid {p.accent}; }}
    QListView[look="cards"] {{ background: transparent; border: 2px solid transparent; border-radius: {tokens.RADIUS_CARD}px; outline: 0; }}
    QListView[look="cards"]:focus {{ border-color: {p.accent}; }}
    QListView[look="cards"] QLineEdit {{ padding: 2px {tokens.SPACE_XS}px; min-height: 0; }}
    QTextBrowser {{
        background: {p.surface}; border: 1px solid {p.line}; border-radius: {tokens.RADIUS_CONTROL}px; padding: {tokens.SPACE_M}px; }}
    QTextBrowser:focus {{ border: 2px solid {p.accent}; }}
    QTreeView {{
        background: {p.surface}; border: 1px solid {p.line}; border-radius: {tokens.RADIUS_CONTROL}px; outline: 0;
        selection-background-color: {p.hover}; selection-color: {p.text}; }}
    QTreeView:focus {{ border: 2px solid {p.accent}; }}
    QTreeView::item {{ padding: 5px {tokens.SPACE_XS}px; }}
    QTreeView::item:selected {{ background: {p.hover}; color: {p.text}; }}
    QTableView:focus {{ border: 2px solid {p.accent}; }}
    QTableView::item {{ padding: 0 {tokens.SPACE_M}px; border-bottom: 1px solid {p.line}; }}
    QTableView::item:selected {{ background: {p.hover}; color: {p.text}; }}
    QTableView QLineEdit {{ border-radius: 0; padding: 0 {tokens.SPACE_S}px; min-height: 0; }}
    QTreeView[look="choices"] {{ show-decoration-selected: 0; }}
    QTreeView[look="choices"]::item:selected {{ border-left: 3px solid {p.accent}; }}
    QTreeView[look="choices"]::branch, QTreeView[look="choices"]::branch:selected {{ background: {p.surface}; }}
    QHeaderView {{ background: transparent; }}
    QHeaderView::section {{
        background: {p.surface}; color: {p.quiet}; border: none; border-bottom: 1px solid {p.line};
        padding: {tokens.SPACE_S}px 15px; font-size: {tokens.TYPE_CAPTION}px; }}
    QHeaderView::section:first {{ border-top-left-radius: {tokens.RADIUS_CARD - 1}px; }}
    QHeaderView::section:last {{ border-top-right-radius: {tokens.RADIUS_CARD - 1}px; }}
    """


def _menus(p: Palette) -> str:
    return f"""
    QMenuBar {{ background: {p.surface}; border-bottom: 1px solid {p.line}; padding: 2px {tokens.SPACE_S}px; }}
    QMenuBar::item {{ padding: 4px {tokens.SPACE_S}px; border-radius: {tokens.RADIUS_CONTROL}px; background: transparent; }}
    QMenuBar::item:selected {{ background: {p.hover}; }}
    QMenu {{ background: {p.surface}; border: 1px solid {p.control_line}; padding: {tokens.SPACE_XS}px; }}
    QMenu::item {{ padding: 6px 28px 6px 12px; border-radius: {tokens.RADIUS_CONTROL}px; }}
    QMenu::item:selected {{ background: {p.hover}; }}
    QMenu::item:disabled {{ color: {p.quiet}; }}
    QMenu::icon {{ padding-left: {tokens.SPACE_S}px; }}
    QMenu::separator {{ height: 1px; background: {p.line}; margin: {tokens.SPACE_XS}px {tokens.SPACE_S}px; }}
    """
