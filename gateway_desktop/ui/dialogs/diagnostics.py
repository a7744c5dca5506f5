"""Save diagnostics: the text is shown before it is saved, and nothing is sent anywhere."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog

from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import fixed_text
from gateway_desktop.ui.futures import when_done, words
from gateway_desktop.ui.widgets.dialog import Dialog

SAYS = (
    "Versions, settings that differ from the default, counts and the newest lines of the log. No texts of "
    "exchanges, no names, no credentials. Read it before you give it away."
)
NAME = "gateway-desktop-diagnostics.txt"


class DiagnosticsDialog(Dialog):
    """What was gathered, and where to put it."""

    least = None

    def __init__(self, context: UiContext) -> None:
        super().__init__("Diagnostics", "Save…", width=760)
        self.setMinimumHeight(560)
        self.choose_target: Callable[[], str] = self._ask
        self.add_text(SAYS, "muted")
        self.text = fixed_text("Diagnostics", "Gathering…")
        self.body.addWidget(self.text, 1)
        self.action.setEnabled(False)
        self._context = context
        when_done(self, context.services.diagnostics.text(), self._show, self.show_problem)

    def _show(self, text: str) -> None:
        self.text.setPlainText(text)
        self.action.setEnabled(True)

    @Slot()
    def submit(self) -> None:
        target = self.choose_target()
        if target:
            saved = self._context.services.diagnostics.save(Path(target), self.text.toPlainText())
            when_done(self, saved, self._saved, lambda error: self.banner.say(words(error)))

    def _saved(self, path: Path) -> None:
        self._context.say(f"Saved {path}")
        self.accept()

    def _ask(self) -> str:
        return QFileDialog.getSaveFileName(self, "Save diagnostics", str(Path.home() / NAME), "Text (*.txt)")[
            0
        ]
