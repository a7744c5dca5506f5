"""The chosen proxy in full: its address to copy, where it leads, who may use it, and what should worry."""

from gateway_desktop.core.clock import now_us
from gateway_desktop.ui.boxes import fill
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.display import ago
from gateway_desktop.ui.panels.proxies.columns import ProxyRow, policies, upstream
from gateway_desktop.ui.panels.proxies.words import LEVEL_SENTENCES, LEVELS, credential, dangers, who
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.widgets.badge import BadgeLabel
from gateway_desktop.ui.widgets.diagnosis_view import DiagnosisView
from gateway_desktop.ui.widgets.row_detail import RowDetail
from gateway_desktop.ui.widgets.text_label import text_label

FACTS = ("Upstream", "Credential", "May use it", "Policies", "Stored texts", "Last error")


class ProxyDetail(RowDetail):
    """Below the table; empty without a choice. What its buttons do is said by the page."""

    def __init__(self) -> None:
        super().__init__("Address", FACTS, copies="address of the proxy")
        self.diagnosis = DiagnosisView()
        self._shown = ""
        self.column.addWidget(self.diagnosis)

    def _fill_head(self) -> None:
        self.sandbox = BadgeLabel("Sandbox", "accent")
        self.connect_tool = push_button("Connect a tool")
        self.test = push_button("Test connection")
        self.access = push_button("Access")
        permissions().require(self.access)
        self.warning = text_label("", "error", wraps=True)
        fill(self.head, self.sandbox, 1)
        for button in (self.connect_tool, self.test, self.access):
            self.head.addWidget(button)
        self.column.addWidget(self.warning)

    def show_row(self, row: ProxyRow | None) -> None:
        if row is None:
            self.hide()
            return
        if row.proxy.id != self._shown:
            self.diagnosis.clear()
        self._shown = row.proxy.id
        proxy = row.proxy
        self.sandbox.setVisible(proxy.sandbox)
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
        self.show_facts(proxy.name, row.address, dict(zip(FACTS, texts, strict=True)))
