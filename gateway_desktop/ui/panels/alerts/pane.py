"""The chosen alert in full, and below it what can be done about what it tells of."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtWidgets import QWidget

from gateway_desktop.store.queries.alerts import AlertDetail
from gateway_desktop.store.queries.audit import AuditDetail
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.panels.alerts.detail import told
from gateway_desktop.ui.panels.alerts.dialogs import ExceptionDialog
from gateway_desktop.ui.panels.alerts.proposals import rule_for
from gateway_desktop.ui.panels.alerts.remedies import apply, least_of, words_of
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.theme import GAP
from gateway_desktop.ui.widgets.flow import Flow
from gateway_desktop.ui.widgets.text_pane import TextPane


class AlertPane(QWidget):
    """Hidden without an alert; `all_wanted` for all of its user or rule."""

    all_wanted = Signal(dict)  # what the filter shall ask for

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self.shown: AlertDetail | None = None
        self.exchange: AuditDetail | None = None
        self.text = TextPane("Details of the alert", told)
        self.remedy = push_button("", self._apply_remedy, kind="primary")
        self.exception = push_button("Make an exception", self._make_exception)
        self.rule = push_button("Make a rule", self._make_rule)
        self.of_user = push_button("All by this user", self._all_of_user)
        self.of_rule = push_button("All of this rule", self._all_of_rule)
        permissions().require(self.exception, self.rule)
        below = Flow()
        below.add(self.remedy, self.exception, self.rule, self.of_user, self.of_rule)
        in_column((self.text, 1), below, of=self, margins=(0, 0, 0, GAP), gap=GAP)
        self.text.anchorClicked.connect(self._open_exchange)
        self.hide()

    def show_alert(self, found: AlertDetail | None) -> None:
        self.setVisible(found is not None)
        if found is None:
            self.shown = None
            return
        if self.shown is None or self.shown.item.id != found.item.id:
            self.exchange = None
        self.shown = found
        self.text.show_text(found.item.id, found, self._text_at)
        offered = words_of(found)
        self.remedy.setVisible(bool(offered))
        self.remedy.setText(offered)
        permissions().fit(self.remedy, least_of(found))
        self.exception.setVisible(bool(found.item.policy and found.evidence))
        self.rule.setVisible(rule_for(found) is not None)
        self.of_user.setVisible(bool(found.item.actor))

    def show_exchange(self, found: AuditDetail | None) -> None:
        """Mark the evidence in the texts of the exchange that it came from."""
        self.exchange = found
        self.text.draw()

    def _text_at(self, evidence: Mapping[str, Any]) -> str | None:
        """Return the stored text in which a piece of evidence stands, where its places can be trusted."""
        if self.exchange is None:
            return None
        direction = "response" if evidence.get("direction") == "answer" else "request"
        start, end = int(evidence.get("start", 0)), int(evidence.get("end", 0))
        for part in self.exchange.parts:
            if (part.direction, part.place) == (direction, evidence.get("place")) and part.text is not None:
                # What was masked before it was stored has moved what follows.
                same = part.text[start:end][:40].strip()
                return part.text if same and same in str(evidence.get("excerpt", "")) else None
        return None

    # -- doing

    @Slot()
    def _make_exception(self) -> None:
        if self.shown is not None:
            policy, _, rest = self.shown.item.policy.partition("@")
            add = self._context.services.policy_exceptions.add
            ExceptionDialog(policy, rest.partition("/")[2], self.shown.evidence[0], add).open_over(self)

    @Slot()
    def _make_rule(self) -> None:
        rule = rule_for(self.shown) if self.shown is not None else None
        if self.shown is not None and rule is not None:
            self._context.open_page("policies", rule=rule, proxy=self.shown.item.proxy)

    @Slot()
    def _apply_remedy(self) -> None:
        if self.shown is not None:
            apply(self.shown, self._context, self)

    @Slot()
    def _all_of_user(self) -> None:
        if self.shown is not None:
            self.all_wanted.emit({"user": self.shown.item.actor})

    @Slot()
    def _all_of_rule(self) -> None:
        if self.shown is not None:
            self.all_wanted.emit({"rule": self.shown.item.rule})

    @Slot(QUrl)
    def _open_exchange(self, link: QUrl) -> None:
        kind = self.shown.kind if self.shown is not None else ""
        exchange = link.toString().removeprefix("exchange:")
        self._context.open_page("audit_logs", tab=kind or "llm", filter=f"id:{exchange}")
