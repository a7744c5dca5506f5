"""JSON, folded: a tree whose branches are filled when they are opened."""

import json
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QPoint, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QMenu, QTreeView, QWidget

from gateway_desktop.core.json_pointer import escaped
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.clipboard import copy_text
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.theme import fixed_font

SHOWN_AT_FIRST = 1_000_000
LONGEST_LINE = 400
OPENED_AT_FIRST = 20  # lines
VALUE = Qt.ItemDataRole.UserRole + 1
POINTER = Qt.ItemDataRole.UserRole + 2
FILLED = Qt.ItemDataRole.UserRole + 3


@dataclass(frozen=True, slots=True)
class Held:
    """Carries a value through Qt as it is: Qt would give a bare dict back sorted by its keys."""

    value: Any


class JsonView(QWidget):
    """Keys and values of a document; Ctrl+C copies the value, the menu also its path (RFC 6901)."""

    def __init__(self) -> None:
        super().__init__()
        self.model = QStandardItemModel(self)
        self.tree = QTreeView()
        self.tree.setModel(self.model)
        self.tree.setHeaderHidden(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setAlternatingRowColors(False)
        self.tree.setFont(fixed_font())
        self.tree.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.tree.setAccessibleName("JSON tree")
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._menu)
        self.tree.expanded.connect(self._fill)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.tree)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy_value)
        self.more = push_button("Load all")
        self.more.hide()
        in_column(self.tree, self.more, of=self, margins=0)

    def show_value(self, value: Any, *, whole: bool = False) -> None:
        """Show a document; text over 1 MB waits for Load all unless `whole`."""
        self.model.clear()
        self.model.setHorizontalHeaderLabels(["Name", "Value"])
        too_long = not whole and len(json.dumps(value, default=str)) > SHOWN_AT_FIRST
        self.more.setVisible(too_long)
        if too_long:
            value = {"…": "Over 1 MB: press Load all"}
        root = self.model.invisibleRootItem()
        for name, child, pointer in children(value, ""):
            root.appendRow(row(name, child, pointer))
        for index in range(self.model.rowCount()):
            if self.model.rowCount() <= OPENED_AT_FIRST:
                self.tree.expand(self.model.index(index, 0))
        self.tree.resizeColumnToContents(0)
        self.tree.setColumnWidth(0, min(self.tree.columnWidth(0), 240))

    @Slot(QModelIndex)
    def _fill(self, index: QModelIndex) -> None:
        item = self.model.itemFromIndex(index.siblingAtColumn(0))
        if item.data(FILLED) or not item.hasChildren():
            return
        item.setData(True, FILLED)
        item.removeRows(0, item.rowCount())
        for name, child, pointer in children(item.data(VALUE).value, item.data(POINTER)):
            item.appendRow(row(name, child, pointer))

    def _chosen(self) -> QStandardItem | None:
        index = self.tree.currentIndex()
        return self.model.itemFromIndex(index.siblingAtColumn(0)) if index.isValid() else None

    @Slot()
    def copy_value(self) -> None:
        """Copy the value of the chosen line: text as it is, the rest as JSON."""
        item = self._chosen()
        if item is not None:
            value = item.data(VALUE).value
            copy_text(value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False))

    @Slot()
    def copy_path(self) -> None:
        """Copy where the chosen line stands, as a JSON Pointer."""
        item = self._chosen()
        if item is not None:
            copy_text(item.data(POINTER))

    @Slot(QPoint)
    def _menu(self, place: QPoint) -> None:
        if self._chosen() is None:
            return
        menu = QMenu(self)
        menu.addAction("Copy value", self.copy_value)
        menu.addAction("Copy path", self.copy_path)
        menu.popup(self.tree.viewport().mapToGlobal(place))


def children(value: Any, pointer: str) -> list[tuple[str, Any, str]]:
    """Return name, value and JSON Pointer of what stands directly inside a value."""
    if isinstance(value, dict):
        return [(str(key), item, f"{pointer}/{escaped(str(key))}") for key, item in value.items()]
    if isinstance(value, list):
        return [(str(index), item, f"{pointer}/{index}") for index, item in enumerate(value)]
    return [("", value, pointer)]


def row(name: str, value: Any, pointer: str) -> list[QStandardItem]:
    """Make one line of the tree."""
    key, shown = QStandardItem(name), QStandardItem(summary(value))
    key.setData(Held(value), VALUE)
    key.setData(pointer, POINTER)
    if isinstance(value, dict | list) and value:
        key.appendRow(QStandardItem(""))
    shown.setToolTip(value[:2000] if isinstance(value, str) and len(value) > 60 else "")
    return [key, shown]


def summary(value: Any) -> str:
    """Return one line that stands for a value."""
    if isinstance(value, dict):
        return f"{{{len(value)}}}"
    if isinstance(value, list):
        return f"[{len(value)}]"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    line = " ".join(text[: LONGEST_LINE + 1].split())
    return line[:LONGEST_LINE] + "…" if len(text) > LONGEST_LINE else line
