"""The chosen proxy in full: its address to copy, where it leads, who may use it, and what should worry."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gateway_desktop.core.clock import now_us
from gateway_desktop.ui.display import ago
from gateway_desktop.ui.panels.proxies.columns import ProxyRow, policies, upstream
from gateway_desktop.ui.panels.proxies.words import LEVEL_SENTENCES, LEVELS, credential, dangers, who
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.widgets.badge import Badge
from gateway_desktop.ui.widgets.copy_field import CopyField
from gateway_desktop.ui.widgets.diagnosis_view import DiagnosisView
from gateway_desktop.ui.widgets.short_label import ShortLabel

FACTS = ("Upstream", "Credential", "May use it", "Policies", "Stored texts", "Last error")


class ProxyDetail(QWidget):
    """Below the table; empty without a choice."""

    connect_wanted = Signal()
    test_wanted = Signal()
    access_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ShortLabel()
        self.name.setProperty("role", "heading")
        self.sandbox = Badge("Sandbox", "accent")
        self.address = CopyField("address of the proxy")
        self.connect_tool = self._button("Connect a tool", self.connect_wanted)
        self.test = self._button("Test connection", self.test_wanted)
        self.access = self._button("Access", self.access_wanted)
        permissions().require(self.access)
        self.warning = QLabel()
        self.warning.setProperty("role", "error")
        self.warning.setWordWrap(True)
        self.facts = {name: self._fact() for name in FACTS}
        self.diagnosis = DiagnosisView()
        self._shown = ""
        self._lay_out()
        self.hide()

    def _button(self, words: str, wanted: object) -> QPushButton:
        button = QPushButton(words)
        button.clicked.connect(wanted)
        return button

    def _fact(self) -> QLabel:
        label = QLabel()
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setWordWrap(True)
        return label

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name)
        head.addWidget(self.sandbox)
        head.addStretch(1)
        for button in (self.connect_tool, self.test, self.access):
            head.addWidget(button)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, 96)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._caption("Address"), 0, 0)
        grid.addLayout(self.address.beside_nothing(480), 0, 1)
        for row, (name, label) in enumerate(self.facts.items(), start=1):
            grid.addWidget(self._caption(name), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, row, 1)
        line = QFrame()
        line.setProperty("role", "line")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 16)
        column.setSpacing(8)
        column.addWidget(line)
        column.addLayout(head)
        column.addWidget(self.warning)
        column.addLayout(grid)
        column.addWidget(self.diagnosis)

    @staticmethod
    def _caption(text: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("role", "muted")
        return label

    def show_row(self, row: ProxyRow | None) -> None:
        """Show a proxy, or nothing."""
        self.setVisible(row is not None)
        if row is None:
            return
        if row.proxy.id != self._shown:
            self.diagnosis.clear()
        self._shown = row.proxy.id
        proxy = row.proxy
        self.name.setText(proxy.name)
        self.sandbox.setVisible(proxy.sandbox)
        self.address.set_text(row.address)
        worries = dangers(proxy)
        self.warning.setText(". ".join(worries) + "." if worries else "")
        self.warning.setVisible(bool(worries))
        health = row.health
        error = (
            f"{health.last_error} ({ago(health.last_error_us, now_us())})" if health.last_error else "None"
        )
        texts = (
            upstream(row),
            "None needed" if proxy.sandbox else credential(proxy),
            who(proxy, row.groups),
            policies(row),
            f"{LEVELS[proxy.payloads]}: {LEVEL_SENTENCES[proxy.payloads]}",
            error,
        )
        for label, text in zip(self.facts.values(), texts, strict=True):
            label.setText(text)
