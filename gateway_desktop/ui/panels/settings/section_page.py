"""One page of Settings: the form made from the declarations in core.settings."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from gateway_desktop.core.settings import entries
from gateway_desktop.services.setting_layers import Source, option, variable
from gateway_desktop.services.setting_values import NO_TELEMETRY, exports_telemetry
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.forms.editors import editor_for
from gateway_desktop.ui.forms.form import Entry, Form, sentence
from gateway_desktop.ui.panels.settings.sections import Section
from gateway_desktop.ui.widgets.text_label import text_label

FORM_WIDTH = 680
LABELS = ((FORM_WIDTH, 216), (408, 136), (0, 0))  # from this width of the page on; 0: above what they name


class SectionPart(QWidget):
    """What stands below the form of a section."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context

    def refresh(self) -> None:
        """Read anew what is shown."""


class SectionPage(QScrollArea):
    """Shows values and where they come from; `changed` when a person edited one."""

    changed = Signal()

    def __init__(self, section: Section, part: SectionPart | None) -> None:
        super().__init__()
        self.section = section
        self.part = part
        declared = entries()
        self.form = Form(
            *(
                Entry(key, meta["label"], editor_for(declared[key]), meta["help"])
                for key, meta in ((key, declared[key].metadata) for key in section.keys)
            ),
            label_width=LABELS[0][1],
        )
        self._stored: dict[str, Any] = {}
        self.form.changed.connect(self.changed)
        self._lay_out()

    def _lay_out(self) -> None:
        page = QWidget()
        page.setProperty("role", "page")
        self.column = in_column(of=page, gap=16)
        sentence = text_label(self.section.sentence, "muted", wraps=True)
        for widget in (sentence, self.form, self.part):
            if widget is not None:
                widget.setMaximumWidth(FORM_WIDTH)
                self.column.addWidget(widget)
        self.column.addStretch(1)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave most of a narrow window to what can be changed."""
        super().resizeEvent(event)
        pixels = next(labels for least, labels in LABELS if self.width() >= least)
        self.column.setContentsMargins(0, 0, 16 if pixels else 0, 16)
        for form in self.findChildren(Form):
            form.set_label_width(pixels)

    def show_values(self, found: Mapping[str, tuple[Any, Source]]) -> None:
        """Show what holds; a field that a person is editing keeps what they entered."""
        edited = self.edited()
        for key in self.section.keys:
            value, source = found[key]
            self._stored[key] = value
            if key not in edited:
                self.form.editor(key).set_value(value)
            fixed = source in (Source.COMMAND_LINE, Source.ENVIRONMENT)
            self.form.set_editable(key, not fixed)
            self.form.set_note(key, override(key, source) if fixed else lacking(key))

    def stored(self) -> Mapping[str, Any]:
        return self._stored

    def edited(self) -> dict[str, Any]:
        return {
            key: value
            for key, stored in self._stored.items()
            if (value := self.form.value(key)) != stored and self.form.editor(key).isEnabled()
        }

    def discard(self) -> None:
        self.form.set_values(self._stored)
        self.form.clear_errors()


def lacking(key: str) -> str:
    """Say what has to be installed before a setting can do anything."""
    missing = key.startswith("telemetry.") and not exports_telemetry()
    return sentence(NO_TELEMETRY) if missing else ""


def override(key: str, source: Source) -> str:
    """Say what fixes a setting for this start of the program."""
    by = f"the command line ({option(key)})" if source is Source.COMMAND_LINE else f"{variable(key)}"
    return f"Set by {by}; it cannot be changed here until that is gone."
