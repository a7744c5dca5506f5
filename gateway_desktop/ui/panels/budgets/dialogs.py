"""Add or change a budget; reset it, with a reason."""

from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import Slot

from gateway_desktop.core.budget import Budget, Mode, Period
from gateway_desktop.core.money import nano_of, plain
from gateway_desktop.core.scope import Scope
from gateway_desktop.services.budgets import Budgets, Wanted
from gateway_desktop.store.queries.subjects import Subjects
from gateway_desktop.ui.forms.editors import ChoiceEditor, NumberEditor, TextEditor
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.panels.budgets.columns import MODES, PERIODS
from gateway_desktop.ui.widgets.dialog import Dialog

SCOPES = (
    (Scope.GROUP, "A group"),
    (Scope.USER, "A user"),
    (Scope.KEY, "An API key"),
    (Scope.PROXY, "A proxy"),
    (Scope.GATEWAY, "The whole gateway"),
)


class BudgetDialog(Dialog):
    """Whose, for which period, how much, and what happens then; the first two only of a new one."""

    def __init__(self, budgets: Budgets, subjects: Subjects, budget: Budget | None = None) -> None:
        title = "Add budget" if budget is None else f"Edit the budget of {budget.named}"
        super().__init__(title, "Add budget" if budget is None else "Save", width=480)
        self._budgets = budgets
        self._subjects = subjects
        self._budget = budget
        self.mode = ChoiceEditor(list(MODES.items()))
        if budget is None:  # a field in no form outlives the dialog, and crashes Qt when the theme changes
            self.scope = ChoiceEditor(SCOPES)
            self.subject = ChoiceEditor()
            self.period = ChoiceEditor([(period, f"A {words.lower()}") for period, words in PERIODS.items()])
            self.period.set_value(Period.MONTH)
        form = self.add_form(*self._entries(new=budget is None))
        if budget is None:
            self.scope.changed.connect(self._show_subjects)
            self._show_subjects()
        else:
            form.set_values(
                {"limit": plain(budget.limit_nano), "mode": budget.mode, "warn_at": budget.warn_at}
            )
        self.do(self._save)

    def _entries(self, *, new: bool) -> tuple[Entry, ...]:
        amount = (
            Entry("limit", "Dollars", TextEditor("100.00"), "Models' prices are in US dollars."),
            Entry(
                "mode", "When spent", self.mode, "At 50, 75, 90 and 100% an alert tells of it, either way."
            ),
            Entry(
                "warn_at",
                "Warn also at",
                NumberEditor(0, 99, "%", "none"),
                "A threshold of its own, told as urgently.",
            ),
        )
        if not new:
            return amount
        days = "Begins in the team's time zone; what was spent in it before the budget was made counts."
        return (
            Entry("scope", "Whose", self.scope),
            Entry("subject", "Which", self.subject),
            Entry("period", "For", self.period, days),
            *amount,
        )

    @Slot()
    def _show_subjects(self) -> None:
        scope = Scope(self.scope.value())
        self.subject.set_choices(self._subjects.get(scope, ()))
        self.form.show_entry("subject", scope is not Scope.GATEWAY)

    def _save(self) -> "Future[Any]":
        limit = nano_of(self.form.value("limit"), "limit")
        wanted = Wanted(limit, Mode(self.mode.value()), self.form.value("warn_at"))
        if self._budget is not None:
            return self._budgets.set(*whom(self._budget), wanted)
        scope, named = Scope(self.scope.value()), ""
        if scope is not Scope.GATEWAY:
            named = str(self.subject.value() or "")
        return self._budgets.set(scope, named, Period(self.period.value()), wanted, new=True)


class ResetDialog(Dialog):
    """Why a budget starts anew before its time."""

    def __init__(self, budgets: Budgets, budget: Budget) -> None:
        super().__init__(f"Reset the budget of {budget.named}?", "Reset", width=480)
        self.add_text("What was spent until now counts no longer. It stays in the history, with your reason.")
        form = self.add_form(Entry("reason", "Reason", TextEditor("a load test, not their work")))
        self.do(lambda: budgets.reset(*whom(budget), form.value("reason")))


def whom(budget: Budget) -> tuple[Scope, str, Period]:
    """Return what the services find a budget by."""
    return budget.scope, budget.subject_id, budget.period
