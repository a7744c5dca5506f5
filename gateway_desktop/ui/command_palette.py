"""Command palette (Ctrl+K): every page and action by a few letters of its name."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QListView, QWidget

from gateway_desktop.ui.boxes import in_column

WIDTH, HEIGHT = 520, 360


class Command(NamedTuple):
    """One thing that can be done, and how it is called."""

    title: str
    hint: str  # group or shortcut, shown behind it
    run: Callable[[], object]


class CommandPalette(QFrame):
    """Opens over its window; type, choose with the arrows, Enter does it, Escape leaves."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self.setAccessibleName("Commands")
        self._window = parent
        self._commands: Sequence[Command] = ()
        self._found: list[Command] = []
        self._line = QLineEdit()
        self._line.setPlaceholderText("Go to a page, do something …")
        self._line.setAccessibleName("Search commands")
        self._list = QListView()
        self._list.setAccessibleName("Commands found")
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._model = QStandardItemModel(self)
        self._list.setModel(self._model)
        in_column(self._line, self._list, of=self, margins=8)
        self.setFixedSize(WIDTH, HEIGHT)
        self._line.textChanged.connect(self._search)
        self._line.installEventFilter(self)
        self._list.clicked.connect(self._run)

    def open_with(self, commands: Sequence[Command]) -> None:
        self._commands = commands
        self._line.clear()
        self._search("")
        corner = self._window.mapToGlobal(self._window.rect().topLeft())
        self.move(corner.x() + (self._window.width() - WIDTH) // 2, corner.y() + 88)
        self.show()
        self._line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows and Enter act on the list while the cursor stays in the line."""
        if watched is self._line and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and self._found:
                row = (self._list.currentIndex().row() + step) % len(self._found)
                self._list.setCurrentIndex(self._model.index(row, 0))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self._list.currentIndex())
                return True
        return super().eventFilter(watched, event)

    @Slot(str)
    def _search(self, text: str) -> None:
        self._found = found(self._commands, text)
        self._model.clear()
        for command in self._found:
            item = QStandardItem(f"{command.title}    {command.hint}" if command.hint else command.title)
            item.setAccessibleText(command.title)
            self._model.appendRow(item)
        if self._found:
            self._list.setCurrentIndex(self._model.index(0, 0))

    @Slot(QModelIndex)
    def _run(self, index: QModelIndex) -> None:
        if index.isValid() and index.row() < len(self._found):
            command = self._found[index.row()]
            self.hide()
            command.run()


def found(commands: Sequence[Command], text: str) -> list[Command]:
    """Return the commands whose title has all words, those that start with the text first."""
    words = text.casefold().split()
    hits = [command for command in commands if all(word in command.title.casefold() for word in words)]
    return sorted(hits, key=lambda command: not command.title.casefold().startswith(text.casefold()))
