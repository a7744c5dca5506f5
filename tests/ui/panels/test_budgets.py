"""Budgets: added, changed, reset with a reason, removed; what is spent is seen, and who spent it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QApplication, QLabel

from gateway_desktop.core.budget import Budget, Mode, Period
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.money import DOLLAR
from gateway_desktop.core.scope import Scope
from gateway_desktop.policies.budget import term_at
from gateway_desktop.services.budgets import Wanted
from gateway_desktop.store.queries.budgets import budget_rows
from gateway_desktop.ui.forms.editors import Editor
from gateway_desktop.ui.panels.budgets.columns import state, whose
from gateway_desktop.ui.panels.budgets.dialogs import BudgetDialog, ResetDialog
from gateway_desktop.ui.panels.budgets.panel import Budgets
from gateway_desktop.ui.widgets.confirm import Confirmation
from tests.makers import a_record
from tests.ui.panels.conftest import Hand


def stored(hand: Hand) -> Sequence[Budget]:
    return hand.opened.reader.submit(budget_rows).result()


def a_budget(hand: Hand, dollars: int = 10, mode: Mode = Mode.BLOCK) -> Budget:
    wanted = Wanted(dollars * DOLLAR, mode)
    return hand.opened.services.budgets.set(Scope.GATEWAY, "", Period.MONTH, wanted).result()


def said(dialog: BudgetDialog) -> str:
    """Return what a dialog says, problems included."""
    return " ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def spend(hand: Hand, budget: Budget, dollars: float) -> None:
    now = now_us()
    nano = round(dollars * DOLLAR)
    record = a_record(charges=(term_at(budget, now, None),), charged_nano=nano, cost_nano=nano)
    hand.opened.write(record)


def test_an_empty_page_says_what_budgets_are_for_and_leads_to_the_first(hand: Hand) -> None:
    page = hand.open(Budgets)
    assert page.page.empty.title.text() == "No budgets yet"
    dialog = hand.opens(page.page.empty.button, page, BudgetDialog)
    hand.fill(dialog.form, limit="12.50")
    hand.closes(dialog.action, page, BudgetDialog)
    (budget,) = stored(hand)
    assert (budget.named, budget.limit_nano, budget.mode) == ("group team, month", 12_500_000_000, Mode.BLOCK)
    hand.until(lambda: len(page.table.rows()) == 1)
    assert hand.events()[0] == "budget set"


def test_a_budget_of_the_whole_gateway_asks_for_nobody(hand: Hand) -> None:
    page = hand.open(Budgets)
    dialog = hand.opens(page.add_button, page, BudgetDialog)
    dialog.scope.choose(Scope.GATEWAY)
    dialog.period.choose(Period.DAY)
    dialog.mode.choose(Mode.WARN)
    assert not dialog.form.shown("subject")
    hand.fill(dialog.form, limit="much")
    hand.press(dialog.action)
    assert "amount in dollars" in dialog.form.error("limit")
    hand.fill(dialog.form, limit="$3")
    hand.closes(dialog.action, page, BudgetDialog)
    (budget,) = stored(hand)
    assert (budget.named, budget.mode) == ("whole gateway, day", Mode.WARN)


def test_what_is_spent_is_shown_with_its_users_models_and_how_it_stands(hand: Hand) -> None:
    budget = a_budget(hand)
    page = hand.open(Budgets)
    spend(hand, budget, 9.5)
    hand.until(lambda: page.table.rows()[0].now.spent_nano > 0)
    row = page.table.rows()[0]
    assert (whose(row), state(row)[0]) == ("Whole gateway", "Nearly spent")
    hand.until(lambda: "ana@example.com" in page.text.toPlainText())
    assert "gpt-5-mini" in page.text.toPlainText()
    spend(hand, budget, 1)
    hand.until(lambda: state(page.table.rows()[0])[0] == "Spent")
    dialog = hand.opens(page.row_actions.buttons["Edit"], page, BudgetDialog)
    assert dialog.form.value("limit") == "10.00"
    hand.fill(dialog.form, limit="100")
    hand.closes(dialog.action, page, BudgetDialog)
    assert hand.events()[0] == "budget changed"


def test_a_budget_warns_at_a_threshold_of_its_own(hand: Hand) -> None:
    budget = a_budget(hand)
    page = hand.open(Budgets)
    spend(hand, budget, 7)
    hand.until(lambda: bool(page.table.rows()) and page.table.rows()[0].now.spent_nano > 0)
    before = state(page.table.rows()[0])[0]
    dialog = hand.opens(page.row_actions.buttons["Edit"], page, BudgetDialog)
    assert dialog.form.value("warn_at") == 0
    dialog.form.set_values({"warn_at": 65})
    hand.closes(dialog.action, page, BudgetDialog)
    assert [one.warn_at for one in stored(hand)] == [65]
    hand.until(lambda: state(page.table.rows()[0])[0] == "Nearly spent")
    assert before != "Nearly spent"


def test_all_fields_of_a_dialog_go_with_it(hand: Hand) -> None:
    a_budget(hand)
    page = hand.open(Budgets)
    hand.until(lambda: bool(page.table.rows()))
    dialog = hand.opens(page.row_actions.buttons["Edit"], page, BudgetDialog)
    alone = [each for each in QApplication.topLevelWidgets() if isinstance(each, Editor)]
    assert alone == []  # they would crash Qt at the next change of theme
    dialog.reject()


def test_a_reset_needs_a_reason_and_keeps_the_history(hand: Hand) -> None:
    spend(hand, a_budget(hand), 10)
    page = hand.open(Budgets)
    hand.until(lambda: bool(page.table.rows()))
    dialog = hand.opens(page.row_actions.buttons["Reset…"], page, ResetDialog)
    hand.press(dialog.action)
    assert "Say why" in dialog.form.error("reason")
    hand.fill(dialog.form, reason="a load test")
    hand.closes(dialog.action, page, ResetDialog)
    hand.until(lambda: "a load test" in page.text.toPlainText())
    assert "$10.00" in page.text.toPlainText()
    assert ":00:00" not in page.text.toPlainText()
    assert page.table.rows()[0].now.spent_nano == 0
    assert hand.events()[0] == "budget reset"


def test_adding_a_budget_never_changes_another(hand: Hand) -> None:
    before = a_budget(hand, 10, Mode.WARN)
    page = hand.open(Budgets)
    dialog = hand.opens(page.add_button, page, BudgetDialog)
    dialog.scope.choose(Scope.GATEWAY)
    hand.fill(dialog.form, limit="5")
    hand.press(dialog.action)
    hand.until(lambda: "There is a budget of whole gateway, month already" in said(dialog))
    assert list(stored(hand)) == [before]
    dialog.period.choose(Period.DAY)
    hand.closes(dialog.action, page, BudgetDialog)
    assert len(stored(hand)) == 2


def test_a_removed_budget_is_gone_and_its_changes_can_be_read(hand: Hand) -> None:
    a_budget(hand)
    page = hand.open(Budgets)
    hand.until(lambda: bool(page.table.rows()))
    row = page.table.rows()[0]
    page.row_actions.run(page.row_actions.named("Show changes"))
    assert hand.went_to == [("audit_logs", {"tab": "system", "filter": 'resource:"whole gateway, month"'})]
    page.row_actions.run(page.row_actions.named("Remove…"))
    hand.closes(hand.dialog(page, Confirmation).action, page, Confirmation)
    assert row.budget not in stored(hand)
    assert hand.events()[0] == "budget removed"


def test_what_is_hardly_any_is_told_too(hand: Hand) -> None:
    spend(hand, a_budget(hand), 0.00001)
    page = hand.open(Budgets)
    hand.until(lambda: "<$0.0001" in page.text.toPlainText())
    assert page.text.toPlainText().count("<$0.0001") == 3  # of the term, its user and its model
