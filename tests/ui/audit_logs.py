"""Audit Logs before a real store: what is recorded there, and what is shown then."""

from pytestqt.qtbot import QtBot

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.panels.audit_logs.panel import KINDS, AuditLogs
from gateway_desktop.ui.panels.audit_logs.tab import LogTab
from tests.makers import a_principal
from tests.ui.conftest import Opened, Until

BEA = a_principal(user_id="user-2", actor="bea@example.com", display_name="Bea", api_key_id="key-2")


class Logs:
    """The page, not shown yet, and what stands behind it."""

    def __init__(
        self, context: UiContext, opened: Opened, qtbot: QtBot, until: Until, size: tuple[int, int]
    ) -> None:
        self.opened = opened
        self.qtbot = qtbot
        self.until = until
        self.page = AuditLogs(context)
        qtbot.addWidget(self.page)
        self.page.resize(*size)

    def shown(self, *records: AuditRecord, tab: str = "llm") -> LogTab:
        """Write the records, and return the tab once it shows what there is."""
        if records:
            self.opened.write(*records)
        self.page.bar.setCurrentIndex([kind.tab for kind in KINDS].index(tab))
        with self.qtbot.waitSignal(self.page.current.table.shown):
            self.page.show()
        return self.page.current
