"""EDITORS: a widget for each type of field."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from gateway_desktop.ui.boxes import in_row
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.theme import fixed_font

LARGEST_NUMBER = 2_147_483_647
AREA_HEIGHT = 54  # pixels


class Editor(QWidget):
    """One field's widget: it shows a value, takes a new one, and says when a person changed it."""

    changed = Signal()

    def __init__(self, control: QWidget) -> None:
        super().__init__()
        self.control = control
        self.row = in_row((control, 1), of=self, margins=0, gap=8)
        self.setFocusProxy(control)

    def value(self) -> Any:
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value without saying `changed`."""
        raise NotImplementedError

    def name(self, label: str) -> None:
        """Tell screen readers what is edited here."""
        self.control.setAccessibleName(label)


class WheelGuard(QObject):
    """Leaves the wheel to the page unless the person is in the field: scrolling must not change a setting."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Swallow the wheel over a field without focus."""
        if event.type() is QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def guard_wheel(control: QWidget) -> None:
    """Keep the wheel from changing a field that is merely scrolled past."""
    control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    control.installEventFilter(WheelGuard(control))


class TextEditor(Editor):
    """One line of text; with `secret`, shown as dots."""

    def __init__(self, placeholder: str = "", *, secret: bool = False) -> None:
        self.line = QLineEdit()
        super().__init__(self.line)
        self.line.setPlaceholderText(placeholder)
        self.line.setMinimumWidth(160)
        if secret:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.textEdited.connect(self.changed)

    def value(self) -> str:
        return self.line.text().strip()

    def set_value(self, value: Any) -> None:
        self.line.setText("" if value is None else str(value))
        self.line.setCursorPosition(0)  # of an address too long for the field its host is seen


class FileEditor(TextEditor):
    """The path of a file, typed or chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.line.setMinimumWidth(96)
        self.browse = push_button("Choose…", self._choose)
        self.browse.setAutoDefault(False)
        self.row.addWidget(self.browse)

    def name(self, label: str) -> None:
        """Tell screen readers what is edited here, and what the button chooses."""
        super().name(label)
        self.browse.setAccessibleName(f"Choose a file for {label}")

    def _choose(self) -> None:
        start = str(Path(self.value()).parent) if self.value() else ""
        chosen, _ = QFileDialog.getOpenFileName(self, self.control.accessibleName(), start)
        if chosen:
            self.set_value(chosen)
            self.changed.emit()


class TextAreaEditor(Editor):
    """Several lines in the face of code, as of a file; Tab leaves the field, lest it catch the keyboard."""

    def __init__(self, placeholder: str) -> None:
        self.area = QPlainTextEdit(placeholderText=placeholder, tabChangesFocus=True)
        super().__init__(self.area)
        self.area.setFont(fixed_font())
        self.area.setFixedHeight(AREA_HEIGHT)
        self.area.textChanged.connect(self.changed)

    def value(self) -> str:
        return self.area.toPlainText().strip()

    def set_value(self, value: Any) -> None:
        with QSignalBlocker(self.area):
            self.area.setPlainText("" if value is None else str(value))


class NumberEditor(Editor):
    """A whole number between two limits, with its unit; `zero` is shown in the place of 0."""

    def __init__(self, minimum: int | None, maximum: int | None, unit: str = "", zero: str = "") -> None:
        self.spin = QSpinBox()
        super().__init__(self.spin)
        self.spin.setRange(0 if minimum is None else minimum, LARGEST_NUMBER if maximum is None else maximum)
        self.spin.setSuffix(f" {unit}" if unit else "")
        self.spin.setSpecialValueText(zero)
        self.spin.setToolTip(f"0: {zero}" if zero else "")
        widest = max(f"{maximum or 0:d} {unit}", zero, key=len)
        self.spin.setFixedSize(max(112, self.spin.fontMetrics().horizontalAdvance(widest) + 40), 28)
        # The sheet's frame of a line edit is for those that stand alone.
        self.spin.lineEdit().setStyleSheet(
            "border: none; padding: 0 0 0 7px; min-height: 0; background: transparent"
        )
        self.row.addStretch(1)
        guard_wheel(self.spin)
        self.spin.valueChanged.connect(self.changed)

    def value(self) -> int:
        return self.spin.value()

    def set_value(self, value: Any) -> None:
        with QSignalBlocker(self.spin):
            self.spin.setValue(int(value))


class TickEditor(Editor):
    """Yes or no."""

    def __init__(self, text: str) -> None:
        self.tick = QCheckBox(text)
        super().__init__(self.tick)
        self.tick.clicked.connect(self.changed)

    def value(self) -> bool:
        return self.tick.isChecked()

    def set_value(self, value: Any) -> None:
        self.tick.setChecked(bool(value))


class ChoiceEditor(Editor):
    """One of several values, each shown by its words."""

    def __init__(self, choices: Sequence[tuple[Any, str]] = ()) -> None:
        self.combo = QComboBox()
        super().__init__(self.combo)
        self.combo.setMinimumWidth(160)
        guard_wheel(self.combo)
        self.set_choices(choices)
        self.combo.activated.connect(self.changed)

    def set_choices(self, choices: Sequence[tuple[Any, str]]) -> None:
        """Offer other values, keeping the one that stands if it is still among them."""
        standing = self.combo.currentData()
        with QSignalBlocker(self.combo):
            self.combo.clear()
            for value, words in choices:
                self.combo.addItem(words, value)
            if standing is not None:
                self.set_value(standing)

    def value(self) -> Any:
        return self.combo.currentData()

    def set_value(self, value: Any) -> None:
        index = self.combo.findData(value)
        if index >= 0:
            self.combo.setCurrentIndex(index)

    def choose(self, value: Any) -> None:
        """Choose as a person would: the value changes and `changed` is said."""
        self.set_value(value)
        self.changed.emit()


def editor_for(declared: dataclasses.Field[Any]) -> Editor:
    """Make the widget that fits a setting's declaration in core.settings."""
    metadata: Mapping[str, Any] = declared.metadata
    default = declared.default
    if metadata["choices"]:
        return ChoiceEditor([(choice, WORDS.get(choice, choice)) for choice in metadata["choices"]])
    if isinstance(default, bool):
        return TickEditor(metadata["label"])
    if isinstance(default, int):
        return NumberEditor(metadata["minimum"], metadata["maximum"], metadata["unit"], metadata["zero"])
    if metadata["file"]:
        return FileEditor()
    return TextEditor()


WORDS = {
    "system": "As the system",
    "light": "Light",
    "dark": "Dark",
    "local": "This machine's time",
    "utc": "UTC",
    "refuse": "Refuse requests (fail closed)",
    "pass": "Pass them on, unrecorded",
    "block": "Refuse calls that a budget bounds",
    "flag": "Let them pass, and count them",
    "debug": "Debug",
    "info": "Info",
    "warning": "Warning",
    "error": "Error",
    "high": "High",
    "critical": "Critical",
    "ask": "Ask the first time",
    "tray": "Go on in the tray",
    "quit": "Quit",
    "trust": "Trust them",
    "approve": "A person approves them first",
}
