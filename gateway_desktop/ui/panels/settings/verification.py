"""Verify: is the audit what was written? Asked in a process of its own; the answer is a System event too."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from gateway_desktop.services.integrity import Verification
from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.futures import when_done, words
from gateway_desktop.ui.widgets.banner import Banner
from gateway_desktop.ui.widgets.text_label import text_label

WHY = (
    "Looks whether every row and every stored text is what was written, nothing missing. What was rebuilt "
    "with the master key, or cut off at the end, only shows against a copy of the signed heads that was kept "
    "elsewhere: gateway-desktop verify --anchors FILE."
)


class VerifyPart(QWidget):
    """Stands below the care of the database."""

    progressed = Signal(int, object)  # told by a worker: how many rows, and of how many

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self.banner = Banner()
        self.verify = push_button("Verify the audit", self._verify)
        self.progressed.connect(self._tell)
        heading = text_label("Integrity", "heading")
        note = text_label(WHY, "muted", wraps=True)
        in_column(heading, self.banner, in_row(self.verify, 1), note, of=self, margins=(0, 16, 0, 0), gap=8)

    @Slot()
    def _verify(self) -> None:
        self.verify.setEnabled(False)
        self.banner.say("Verifying…", "accent")
        when_done(
            self, self._context.services.integrity.start(self.progressed.emit), self._done, self._failed
        )

    @Slot(int, object)
    def _tell(self, rows: int, of: object) -> None:
        if not self.verify.isEnabled() and isinstance(of, int) and of:
            self.banner.say(f"Verifying… {rows:,} of {of:,} rows", "accent")

    def _done(self, verification: Verification) -> None:
        self.verify.setEnabled(True)
        self.banner.say(str(verification), "success" if verification.ok else "critical")

    def _failed(self, error: BaseException) -> None:
        self.verify.setEnabled(True)
        self.banner.say(words(error))
