"""ChoiceButton: one of a filter's visible choices; its list can be searched where there are many."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QListView, QPushButton

from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.display import shortened
from gateway_desktop.ui.icons import opens_menu
from gateway_desktop.ui.theme import restyle

SEARCH_FROM = 9  # options
WIDTH, MOST_HEIGHT = 248, 340
VALUE = Qt.ItemDataRole.UserRole


class Option(NamedTuple):
    """What can be chosen: the value in the filter, and what people read."""

    value: str
    label: str


class ChoiceButton(QPushButton):
    """Says what is chosen; `picked` carries the chosen values (none: everything)."""

    picked = Signal(str, tuple)  # name of the choice, values

    def __init__(self, name: str, title: str, *, multiple: bool = False) -> None:
        super().__init__(title)
        self.name = name
        self.title = title
        self.multiple = multiple
        self.options: Sequence[Option] = ()
        self.values: tuple[str, ...] = ()
        opens_menu(self)
        self.setAccessibleName(title)
        self._popup = ChoicePopup(self)
        self.clicked.connect(self.open_popup)

    def offer(self, options: Sequence[Option]) -> None:
        self.options = options
        self._popup.fill()
        self.show_values(self.values)

    def show_values(self, values: Sequence[str]) -> None:
        """Show what the filter says, without announcing it."""
        self.values = tuple(values)
        labels = {option.value: option.label for option in self.options}
        chosen = [labels.get(value, value) for value in self.values]
        text = ", ".join(chosen[:2]) + (f" +{len(chosen) - 2}" if len(chosen) > 2 else "")
        self.setText(shortened(text, 20).replace("&", "&&") or self.title)
        self.setToolTip(f"{self.title}: {', '.join(chosen)}" if chosen else f"{self.title}: all")
        self.setAccessibleName(f"{self.title}: {', '.join(chosen) or 'all'}")
        restyle(self, "active", "true" if chosen else "false")

    def pick(self, values: Sequence[str]) -> None:
        """Choose as a person does."""
        self.show_values(values)
        self.picked.emit(self.name, self.values)

    @Slot()
    def open_popup(self) -> None:
        self._popup.open_below()


class ChoicePopup(QFrame):
    """The list of a choice; Space or Enter ticks, Escape closes."""

    def __init__(self, button: ChoiceButton) -> None:
        super().__init__(button, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self._button = button
        self._line = QLineEdit()
        self._line.setPlaceholderText("Search …")
        self._line.setAccessibleName(f"Search {button.title}")
        self._line.textChanged.connect(self.fill)
        self._model = QStandardItemModel(self)
        self._list = QListView()
        self._list.setAccessibleName(button.title)
        self._list.setModel(self._model)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setUniformItemSizes(True)
        self._list.clicked.connect(self._toggle)
        self._list.activated.connect(self._toggle)
        in_column(self._line, self._list, of=self, margins=6, gap=6)

    @Slot()
    def fill(self) -> None:
        """Show the options that have the searched letters, the chosen ones ticked."""
        words = self._line.text().casefold().split()
        self._model.clear()
        self._model.appendRow(self._item(Option("", "All"), ticked=not self._button.values))
        for option in self._button.options:
            if all(word in option.label.casefold() for word in words):
                self._model.appendRow(self._item(option, ticked=option.value in self._button.values))

    def open_below(self) -> None:
        """Open below the button, or above it where there is no room."""
        self._line.clear()
        self._line.setVisible(len(self._button.options) >= SEARCH_FROM)
        self.fill()
        rows = (
            self._model.rowCount() * self._list.sizeHintForRow(0)
            + (42 if not self._line.isHidden() else 0)
            + 16
        )
        self.setFixedSize(WIDTH, min(MOST_HEIGHT, rows))
        self.move(self._button.mapToGlobal(QPoint(0, self._button.height() + 4)))
        self.show()
        (self._list if self._line.isHidden() else self._line).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from the search line into the list with the arrow; tick with Space."""
        if event.key() == Qt.Key.Key_Down and self._line.hasFocus():
            self._list.setFocus()
            self._list.setCurrentIndex(self._model.index(0, 0))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._line.hasFocus():
            self._toggle(self._model.index(min(1, self._model.rowCount() - 1), 0))
        else:
            super().keyPressEvent(event)

    @staticmethod
    def _item(option: Option, *, ticked: bool) -> QStandardItem:
        item = QStandardItem(option.label)
        item.setData(option.value, VALUE)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        item.setData(
            Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole
        )
        item.setToolTip(option.label)
        return item

    @Slot(QModelIndex)
    def _toggle(self, index: QModelIndex) -> None:
        value = str(index.data(VALUE) or "")
        button = self._button
        if not value:
            values: tuple[str, ...] = ()
        elif button.multiple:
            left = tuple(kept for kept in button.values if kept != value)
            values = left if value in button.values else (*button.values, value)
        else:
            values = () if value in button.values else (value,)
        button.pick(values)
        if button.multiple and value:
            self.fill()
        else:
            self.hide()
