"""Form: labels, editors, help and errors; values in, values out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.forms.editors import Editor, TextEditor, TickEditor
from gateway_desktop.ui.theme import font, restyle

LINE_HEIGHT = 28
QWIDGETSIZE_MAX = 16_777_215  # Qt's, which PySide does not name
LABELS = 128  # pixels that labels take


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a form: its name in the values, its label, its widget, and a sentence of help."""

    name: str
    label: str
    editor: Editor
    help: str = ""


class Line:
    """The widgets of one entry, shown and hidden together."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        says_itself = isinstance(entry.editor, TickEditor) and bool(entry.editor.tick.text())
        self.label = QLabel("" if says_itself else entry.label)
        self.label.setBuddy(entry.editor.control)
        self.help = note_label("muted", entry.help)
        self.error = note_label("error")
        self.note = note_label("muted")
        self.cell = in_column(entry.editor, self.help, self.note, self.error, gap=4)
        self.row = 0
        entry.editor.name(entry.label)
        if entry.help:
            entry.editor.control.setAccessibleDescription(entry.help)

    def widgets(self) -> tuple[QWidget, ...]:
        return (self.label, self.entry.editor, self.help, self.error, self.note)


def note_label(role: str, text: str = "") -> QLabel:
    """Make a small wrapped sentence in one of the roles that the theme colours; invisible while empty."""
    label = QLabel(text)
    label.setProperty("role", role)
    label.setFont(font(12))
    label.setWordWrap(True)
    label.setMinimumWidth(1)  # whatever long word a problem names
    if not text:  # never setVisible(True) here: without a parent yet, it would open as a window
        label.hide()
    return label


class Form(QWidget):
    """A column of labels and a column of editors; each error stands under its field."""

    changed = Signal(str)

    def __init__(self, *entries: Entry, label_width: int = LABELS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: dict[str, Line] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(12)
        self.label_width = label_width
        self._grid.setColumnStretch(1, 1)
        for entry in entries:
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        line = Line(entry)
        line.row = self._grid.rowCount()
        line.label.setWordWrap(True)
        self._grid.addLayout(line.cell, line.row, 1)
        self._place_label(line)
        entry.editor.changed.connect(lambda name=entry.name: self._edited(name))
        self._lines[entry.name] = line

    def set_label_width(self, pixels: int) -> None:
        """Give the labels another width, longer ones are told in two lines; 0: they stand above."""
        if pixels != self.label_width:
            self.label_width = pixels
            for line in self._lines.values():
                self._place_label(line)

    def _place_label(self, line: Line) -> None:
        label, editor = line.label, line.entry.editor
        if self.label_width:
            label.setFixedWidth(self.label_width)
            label.setMinimumHeight(min(LINE_HEIGHT, editor.sizeHint().height()))
            self._grid.addWidget(label, line.row, 0, Qt.AlignmentFlag.AlignTop)
        else:
            label.setMinimumSize(0, 0)
            label.setMaximumWidth(QWIDGETSIZE_MAX)
            line.cell.insertWidget(0, label)
        if not label.text():  # a tick says itself what it is
            label.setVisible(bool(self.label_width) and not editor.isHidden())

    def names(self) -> tuple[str, ...]:
        return tuple(self._lines)

    def editor(self, name: str) -> Editor:
        return self._lines[name].entry.editor

    def value(self, name: str) -> Any:
        return self.editor(name).value()

    def typed(self, name: str) -> str:
        """Return a line of text as it was typed: a space at an end belongs to a password."""
        editor = self.editor(name)
        assert isinstance(editor, TextEditor)
        return editor.line.text()

    def values(self) -> dict[str, Any]:
        return {name: line.entry.editor.value() for name, line in self._lines.items() if self.shown(name)}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show these values; fields not named stay as they are."""
        for name, value in values.items():
            if name in self._lines:
                self.editor(name).set_value(value)

    def focus_first(self) -> bool:
        """Put the cursor into the first field that a person can change; False if there is none."""
        for name, line in self._lines.items():
            if self.shown(name) and line.entry.editor.isEnabled():
                line.entry.editor.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return False

    def shown(self, name: str) -> bool:
        """Say whether a person can see the entry."""
        return not self._lines[name].entry.editor.isHidden()

    def show_entry(self, name: str, visible: bool) -> None:
        line = self._lines[name]
        line.label.setVisible(visible and bool(line.label.text() or self.label_width))
        line.entry.editor.setVisible(visible)
        for label in (line.help, line.note, line.error):
            label.setVisible(visible and bool(label.text()))

    def set_note(self, name: str, note: str) -> None:
        put(self._lines[name].note, note)

    def set_danger(self, name: str, warning: str) -> None:
        """Warn loudly about what a field says now."""
        note = self._lines[name].note
        restyle(note, "role", "error" if warning else "muted")
        put(note, warning)

    def set_help(self, name: str, sentence: str) -> None:
        put(self._lines[name].help, sentence)

    def set_editable(self, name: str, editable: bool) -> None:
        self.editor(name).setEnabled(editable)

    def show_error(self, error: ConfigurationError) -> bool:
        """Put the problem under its field and go there; False if no field has that name."""
        line = self._lines.get(error.place) or self._lines.get(error.place.rpartition(".")[2])
        if line is None:
            return False
        put(line.error, sentence(error.problem))
        restyle(line.entry.editor.control, "invalid", True)
        line.entry.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def error(self, name: str) -> str:
        return self._lines[name].error.text()

    def note(self, name: str) -> str:
        return self._lines[name].note.text()

    def clear_errors(self) -> None:
        for line in self._lines.values():
            self._clear_error(line)

    def _edited(self, name: str) -> None:
        self._clear_error(self._lines[name])
        self.changed.emit(name)

    @staticmethod
    def _clear_error(line: Line) -> None:
        if line.error.text():
            put(line.error, "")
            restyle(line.entry.editor.control, "invalid", False)


def put(label: QLabel, text: str) -> None:
    """Show a sentence, or take no room for none."""
    label.setText(text)
    label.setVisible(bool(text))


def sentence(text: str) -> str:
    """Return the text with a capital letter and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".") if text else ""
