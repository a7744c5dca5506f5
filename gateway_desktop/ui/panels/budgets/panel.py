"""Budgets: what may be spent in a day, week or month, what is, and where it leads."""

from collections.abc import Sequence

from PySide6.QtCore import Slot

from gateway_desktop.core.changes import Topic
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.scope import Scope
from gateway_desktop.store.queries.budgets import BudgetUse, History, budget_history, budgets_in_use
from gateway_desktop.store.queries.subjects import Subjects, subjects_there_are
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.export_dialog import ExportDialog, Listing
from gateway_desktop.ui.lists.list_panel import ListPanel
from gateway_desktop.ui.lists.row_actions import RowAction
from gateway_desktop.ui.panels.budgets.columns import BUDGET_COLUMNS
from gateway_desktop.ui.panels.budgets.detail import told
from gateway_desktop.ui.panels.budgets.dialogs import BudgetDialog, ResetDialog, whom
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.text_pane import TextPane

NONE_YET = (
    "No budgets yet",
    "A budget bounds what a group, user, key, proxy or the whole gateway may spend in a day, week or month.",
)


class Budgets(ListPanel[BudgetUse]):
    """All budgets; below them the history of the chosen one."""

    name = "budgets"
    title = "Budgets"
    group = "Access & Identity"
    icon = "budget"
    throttled = (Topic.AUDIT, 2000)

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, BUDGET_COLUMNS, lambda row: row.budget.id)
        self._budgets = context.services.budgets
        self._subjects: Subjects | None = None
        self._wanted: dict[str, object] | None = None
        self.add_button = self.adding("Add budget", self.open_add, NONE_YET)
        self.text = TextPane("History of the budget", told)
        self.put_buttons(self.add_button)
        self.put_over(self.text, (400, 260))
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(self._change)

    def _actions(self) -> tuple[RowAction[BudgetUse], ...]:
        return (
            RowAction("Edit", self._change, button=True),
            RowAction("Reset…", self._reset, button=True),
            RowAction("Show requests", self._show_requests, least=None),
            RowAction("Show changes", self._show_changes, least=None),
            RowAction("Export all…", lambda _: self.export(), least=None),
            RowAction("Remove…", self._remove, danger=True),
        )

    def refresh(self) -> None:
        self.load("subjects", subjects_there_are, ok=self._set_subjects)
        self.load("budgets", budgets_in_use, self.context.settings.team.zone, now_us(), ok=self._show)

    def open_with(self, **wanted: object) -> None:
        """Choose the budget that an alert names (`budget`), or begin to add one (`add`)."""
        self._wanted = wanted
        self._open_wanted()

    def export(self) -> bool:
        listing = Listing(("budget", "list"), len(self.table.rows()))
        ExportDialog(self.context, "budgets", self.title, "", listing).open_over(self)
        return True

    def _set_subjects(self, subjects: Subjects) -> None:
        self._subjects = subjects

    def _show(self, rows: Sequence[BudgetUse]) -> None:
        self.show_rows(rows)
        self._open_wanted()
        self._choose(self.table.current())

    def _open_wanted(self) -> None:
        if self._wanted is None or self._subjects is None:
            return
        wanted, self._wanted = self._wanted, None
        if wanted.get("add"):
            self.open_add()
        for row in self.table.rows():
            if row.budget.named == wanted.get("budget"):
                self.table.select(row.budget.id)

    @Slot(object)
    def _choose(self, row: BudgetUse | None) -> None:
        self.text.setVisible(row is not None)
        if row is not None:
            self.load("history", budget_history, row.budget.id, ok=self._show_history)

    def _show_history(self, history: History) -> None:
        row = self.table.current()
        if row is not None:
            self.text.show_text(row.budget.id, row, history, self.context.zone)

    @Slot()
    def open_add(self) -> None:
        if self._subjects is not None:
            dialog = BudgetDialog(self._budgets, self._subjects)
            dialog.then(lambda budget: self.table.select(budget.id)).open_over(self)

    def _change(self, row: BudgetUse) -> None:
        BudgetDialog(self._budgets, self._subjects or {}, row.budget).open_over(self)

    def _reset(self, row: BudgetUse) -> None:
        ResetDialog(self._budgets, row.budget).open_over(self)

    def _remove(self, row: BudgetUse) -> None:
        Confirmation(
            f"Remove the budget of {row.budget.named}?",
            "Calls are bounded by it no longer, and its history goes with it. The audit keeps every cost.",
            "Remove",
            lambda: self._budgets.remove(*whom(row.budget)),
        ).open_over(self)

    def _show_requests(self, row: BudgetUse) -> None:
        words = {Scope.USER: "user", Scope.GROUP: "group", Scope.KEY: "key", Scope.PROXY: "proxy"}
        budget = row.budget
        asked = f'{words[budget.scope]}:"{budget.subject}"' if budget.scope in words else ""
        self.context.open_page("audit_logs", filter=asked)

    def _show_changes(self, row: BudgetUse) -> None:
        self.context.open_page("audit_logs", tab="system", filter=f'resource:"{row.budget.named}"')
