"""Exceptions: what rules leave alone, for whom it was made and why, until when; and the way back."""

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox

from gateway_desktop.core.changes import Topic
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.policy import PolicyException
from gateway_desktop.store.queries.policies import exception_rows
from gateway_desktop.ui.boxes import fill, in_row
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.lists.list_page import ListPage
from gateway_desktop.ui.lists.row_actions import RowAction, RowActions
from gateway_desktop.ui.tables.column import Badge, Column
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.tables.typed_columns import until_column
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.dialog import Dialog
from gateway_desktop.ui.widgets.empty_state import EmptyState

NONE = ("No exceptions", "From an alert, a rule can leave one tool and one value alone for some days.")


def state(row: PolicyException) -> str:
    """Return active, expired or revoked."""
    if row.revoked_us is not None:
        return "revoked"
    return "active" if row.expires_us > now_us() else "expired"


COLUMNS: tuple[Column[PolicyException], ...] = (
    Column("rule", "Rule", lambda row: f"{row.policy}/{row.rule}", width=200, strong=True),
    Column("tool", "Tool", lambda row: row.tool or "any", width=128, tooltip=lambda row: row.tool),
    Column(
        "value",
        "Value",
        lambda row: f"{row.value[:12]}…" if row.value else "any",
        width=120,
        muted=True,
        spare=2,
    ),
    Column("reason", "Reason", stretch=True, tooltip=lambda row: row.reason),
    Column("owner", "Owner", width=144, muted=True, spare=1),
    until_column("expires", "Expires", lambda row: row.expires_us, width=96),
    Column(
        "state",
        "State",
        state,
        width=88,
        badge=lambda row: Badge(state(row).capitalize(), "accent" if state(row) == "active" else "low"),
    ),
)


class ExceptionsDialog(Dialog):
    """All exceptions of all policies; it follows what happens while it is open."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("Exceptions", width=1080)
        self._context = context
        self._rows: Sequence[PolicyException] = ()
        self.table = SimpleTable(COLUMNS, lambda row: row.id, context.state, "exceptions", "Exceptions")
        self.row_actions = RowActions(
            self.table,
            (
                RowAction(
                    "Revoke", self._revoke, lambda row: state(row) == "active", button=True, danger=True
                ),
            ),
            self,
        )
        self.ended = QCheckBox("Show ended ones")
        self.page = ListPage(self.table, EmptyState(*NONE))
        self.ended.toggled.connect(self._show)
        fill(self.body, in_row(1, self.page.search, self.ended, *self.row_actions.widgets()), (self.page, 1))
        self.setMinimumHeight(480)
        context.bridge.topic.connect(self._changed)
        self._ask()

    @Slot(object)
    def _changed(self, topic: Topic) -> None:
        if topic is Topic.CONFIGURATION:
            self._ask()

    def _ask(self) -> None:
        asked = self._context.ask(exception_rows, ended=True)
        when_done(self, asked, self._arrived, self.show_problem, slot="exceptions")

    def _arrived(self, rows: Sequence[PolicyException]) -> None:
        self._rows = rows
        self._show()

    @Slot()
    def _show(self) -> None:
        self.page.show_rows([row for row in self._rows if self.ended.isChecked() or state(row) == "active"])

    def _revoke(self, row: PolicyException) -> None:
        Confirmation(
            f"Revoke the exception from {row.policy}/{row.rule}?",
            "The rule holds again from the next request on.",
            "Revoke",
            lambda: self._context.services.policy_exceptions.revoke(row.id),
        ).open_over(self)
