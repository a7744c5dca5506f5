"""How a try of an upstream or identity provider went: one sentence, and the steps up to where it failed."""

from PySide6.QtWidgets import QWidget

from gateway_desktop.core.status import Diagnosis
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.futures import words
from gateway_desktop.ui.theme import font
from gateway_desktop.ui.widgets.banner import Banner
from gateway_desktop.ui.widgets.text_label import text_label

MODELS_SHOWN = 6


class DiagnosisView(QWidget):
    """Invisible until something was tried."""

    def __init__(self) -> None:
        super().__init__()
        self.summary = Banner()
        self.steps = text_label("", "muted", wraps=True)
        self.steps.setFont(font(12))
        in_column(self.summary, self.steps, of=self, margins=0, gap=4)
        self.hide()

    def wait(self, what: str = "Calling the upstream…") -> None:
        self.summary.say(what, "accent")
        self.steps.clear()
        self.show()

    def show_diagnosis(self, diagnosis: Diagnosis) -> None:
        self.summary.say(diagnosis.summary, "success" if diagnosis.ok else "critical")
        lines = list(diagnosis.steps)
        if diagnosis.models:
            lines.append(f"{diagnosis.offers.capitalize()}: {diagnosis.first_offers(MODELS_SHOWN)}")
        self.steps.setText("\n".join(lines))
        self.steps.setVisible(bool(lines))
        self.show()

    def show_error(self, error: BaseException) -> None:
        """Say why it could not even be tried."""
        self.show_diagnosis(Diagnosis(False, words(error)))

    def clear(self) -> None:
        self.hide()
        self.summary.clear()
