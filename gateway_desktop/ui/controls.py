"""Controls as pages use them, each made in one line: buttons, tabs, a choice, a list, what scrolls."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, SignalInstance
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTabBar,
    QToolButton,
    QWidget,
)

from gateway_desktop.ui.display import shortened
from gateway_desktop.ui.icons import icon, opens_menu
from gateway_desktop.ui.theme import fixed_font

LIST_ROW = 26  # pixels
MOST_LETTERS = 40  # of a name beside its tick


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


def tool_button(icon_name: str, name: str, tip: str = "") -> QToolButton:
    """Return a button that is a picture; what it does is its tooltip, unless `tip` says more."""
    button = QToolButton()
    button.setIcon(icon(icon_name))
    button.setProperty("kind", "quiet")
    button.setAccessibleName(name)
    button.setToolTip(tip or name)
    return button


def tab_bar(name: str, titles: Iterable[str]) -> QTabBar:
    """Return tabs as wide as their titles; `name` is what a screen reader calls them."""
    tabs = QTabBar()
    tabs.setExpanding(False)
    tabs.setAccessibleName(name)
    for title in titles:
        tabs.addTab(title)
    return tabs


def named_tick(name: str) -> QCheckBox:
    """Return a tick of what a person or a service named: as it is written, and cut where it is long."""
    shown = shortened(name, MOST_LETTERS)
    tick = QCheckBox(shown.replace("&", "&&"))
    tick.setAccessibleName(name)
    if shown != name:
        tick.setToolTip(name)
    return tick


def combo_box(name: str, choices: Iterable[tuple[str, object]]) -> QComboBox:
    """Return a choice of words, each with what it stands for."""
    box = QComboBox()
    box.setAccessibleName(name)
    for words, value in choices:
        box.addItem(words, value)
    return box


def list_box(name: str, rows: int = 0) -> QListWidget:
    """Return a list; one that shows so many rows stands in a frame, as a field of a form does."""
    box = QListWidget()
    box.setAccessibleName(name)
    if rows:
        box.setProperty("framed", "true")
        box.setFixedHeight(LIST_ROW * rows + 8)
    return box


class _InOneLine(QStyledItemDelegate):
    """Asks for no width: an item is as wide as its list, and ends in dots where it would be wider."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, super().sizeHint(option, index).height())


def in_one_line(box: QListWidget) -> QListWidget:
    """Return the list, each of its items in one line, cut where the list ends."""
    box.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    box.setItemDelegate(_InOneLine(box))
    return box


def fixed_text(name: str, text: str = "") -> QPlainTextEdit:
    """Return lines in the face of code, to be read and copied."""
    edit = QPlainTextEdit(text, readOnly=True)
    edit.setFont(fixed_font())
    edit.setAccessibleName(name)
    return edit


def scroll_area(page: QWidget) -> QScrollArea:
    """Return an area in which a page scrolls up and down; the keyboard goes to what is in it."""
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
