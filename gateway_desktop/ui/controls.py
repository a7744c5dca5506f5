"""Controls as pages use them, each made in one line: buttons, tabs, a choice, what scrolls."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtWidgets import QComboBox, QFrame, QMenu, QPushButton, QScrollArea, QTabBar, QWidget

from gateway_desktop.ui.icons import opens_menu


def push_button(
    words: str, does: Callable[..., object] | SignalInstance | None = None, *, kind: str = "", tip: str = ""
) -> QPushButton:
    """Return a button and what it does; `kind` is primary, danger, link or quiet, or none of them."""
    button = QPushButton(words)
    if kind:
        button.setProperty("kind", kind)
    if tip:
        button.setToolTip(tip)
    if does is not None:
        button.clicked.connect(does)
    return button


def menu_button(words: str, menu: QMenu) -> QPushButton:
    """Return a button that opens a menu."""
    button = QPushButton(words)
    opens_menu(button)
    button.setMenu(menu)
    return button


def tab_bar(name: str, titles: Iterable[str]) -> QTabBar:
    """Return tabs as wide as their titles; `name` is what a screen reader calls them."""
    tabs = QTabBar()
    tabs.setExpanding(False)
    tabs.setAccessibleName(name)
    for title in titles:
        tabs.addTab(title)
    return tabs


def combo_box(name: str, choices: Iterable[tuple[str, object]]) -> QComboBox:
    """Return a choice of words, each with what it stands for."""
    box = QComboBox()
    box.setAccessibleName(name)
    for words, value in choices:
        box.addItem(words, value)
    return box


def scroll_area(page: QWidget) -> QScrollArea:
    """Return an area in which a page scrolls up and down; the keyboard goes to what is in it."""
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
