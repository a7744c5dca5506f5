"""TickList: some of many, each ticked or not; with a box to find one."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.controls import in_one_line, list_box
from gateway_desktop.ui.forms.editors import Editor
from gateway_desktop.ui.forms.find_line import SEARCHED_FROM, FindLine


class TickListEditor(Editor):
    """The values ticked, in the order of the list."""

    def __init__(self, choices: Sequence[tuple[Hashable, str]], *, rows: int = 6) -> None:
        self.list = in_one_line(list_box("", min(rows, max(2, len(choices)))))
        super().__init__(self.list)
        self.search = FindLine(len(choices))
        if len(choices) > SEARCHED_FROM:
            self.setFocusProxy(self.search)  # the first of both: Tab would pass over what stands before it
        self.search.wanted.connect(self._find)
        self.search.entered.connect(self._go_to_found)
        self.row.removeWidget(self.list)
        self.list.setParent(None)  # comes back after the search: Tab goes that way, too
        self.row.addLayout(in_column(self.search, self.list, gap=4))
        for value, words in choices:
            item = QListWidgetItem(words)
            item.setToolTip(words)
            item.setData(Qt.ItemDataRole.UserRole, value)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.itemChanged.connect(self.changed)

    def value(self) -> tuple[Any, ...]:
        return tuple(
            item.data(Qt.ItemDataRole.UserRole)
            for item in self._items()
            if item.checkState() is Qt.CheckState.Checked
        )

    def set_value(self, value: Any) -> None:
        wanted: Iterable[Hashable] = value or ()
        with QSignalBlocker(self.list):
            for item in self._items():
                ticked = item.data(Qt.ItemDataRole.UserRole) in wanted
                item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        ticks = [item for item in self._items() if item.checkState() is Qt.CheckState.Checked]
        self.list.scrollToItem(ticks[0] if ticks else self.list.item(0), QListWidget.ScrollHint.PositionAtTop)

    def tick(self, value: Hashable, on: bool = True) -> None:
        """Tick or clear one, as a person would."""
        for item in self._items():
            if item.data(Qt.ItemDataRole.UserRole) == value:
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    @Slot()
    def _go_to_found(self) -> None:
        first = next((at for at, item in enumerate(self._items()) if not item.isHidden()), -1)
        self.list.setCurrentRow(first)
        self.list.setFocus(Qt.FocusReason.TabFocusReason)

    def name(self, label: str) -> None:
        """Tell screen readers what is chosen here."""
        super().name(label)
        self.search.setAccessibleName(f"Find in {label}")

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(index) for index in range(self.list.count())]

    @Slot(str)
    def _find(self, text: str) -> None:
        for item in self._items():
            item.setHidden(text not in item.text().casefold())
