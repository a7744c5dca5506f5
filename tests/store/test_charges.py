"""What budgets are charged stands in the transaction of the row; thresholds are told once a term."""

import json
from dataclasses import replace
from zoneinfo import ZoneInfo

from gateway_desktop.core.alert import AlertType
from gateway_desktop.core.budget import Budget, Mode, Period, Term, TermSum
from gateway_desktop.core.scope import Scope
from gateway_desktop.policies.budget import term_at
from gateway_desktop.store.models.alert import AlertRow
from gateway_desktop.store.models.budget import BudgetRow
from gateway_desktop.store.models.event import Event
from gateway_desktop.store.models.people import UserRow
from gateway_desktop.store.queries.budgets import budget_history, budgets_in_use, spent_now
from tests.makers import NOON_US, a_principal, a_record
from tests.store.conftest import Timeline

UTC = ZoneInfo("UTC")
DAY_US = 86_400_000_000


def add_budget(limit: int = 1000, scope: Scope = Scope.GATEWAY, subject: str = "") -> Budget:
    """Write down a budget."""
    values = {"scope": scope, "subject_id": subject, "period": Period.DAY, "mode": Mode.BLOCK}
    BudgetRow.insert(id="b", limit_nano=limit, created_us=0, **values).execute()
    return Budget("b", scope, subject, "all", Period.DAY, limit)


def spend(timeline: Timeline, term: Term, *amounts: int, at_us: int = NOON_US, **changes: object) -> None:
    records = [
        a_record(charges=(term,), charged_nano=amount, cost_nano=amount, **changes) for amount in amounts
    ]
    timeline.record(at_us, *records)


def alerts() -> list[str]:
    return [
        row.title
        for row in AlertRow.select().where(AlertRow.type == AlertType.BUDGET).order_by(AlertRow.title)
    ]


def test_what_is_spent_is_the_sum_of_the_rows_and_is_there_after_a_restart(timeline: Timeline) -> None:
    budget = add_budget()
    term = term_at(budget, NOON_US, UTC)
    spend(timeline, term, 7, 8, 9)
    spend(timeline, term, 100, target="gpt-5", principal=a_principal(actor="bo@example.com"))
    assert spent_now(timeline.database, UTC, NOON_US) == {term.key: (124, 4, 0)}
    history = budget_history(timeline.database, "b")
    assert [(one.spent_nano, one.requests, one.unknown) for one in history.terms] == [(124, 4, 0)]
    assert [(one.name, one.spent_nano, one.requests) for one in history.users] == [
        ("bo@example.com", 100, 1),
        ("ana@example.com", 24, 3),
    ]
    assert [one.name for one in history.models] == ["gpt-5", "gpt-5-mini"]
    assert sum(row.cost_nano or 0 for row in Event.select().where(Event.kind == "llm")) == 124


def test_each_threshold_is_one_alert_a_term_with_top_users_and_models(timeline: Timeline) -> None:
    term = term_at(add_budget(), NOON_US, UTC)
    spend(timeline, term, 499)
    assert alerts() == []
    spend(timeline, term, 1)
    spend(timeline, term, 1, 1)
    assert alerts() == ["Budget at 50%: whole gateway, day"]
    spend(timeline, term, 600)
    title = "Budget at {}%: whole gateway, day".format
    assert alerts() == [title(100), title(50), title(75), title(90)]
    found = AlertRow.get(AlertRow.title == title(100))
    assert "ana@example.com" in found.description
    assert "gpt-5-mini" in found.description
    assert all(row.times == 1 for row in AlertRow.select().where(AlertRow.type == AlertType.BUDGET))
    spend(timeline, term_at(term.budget, NOON_US + DAY_US, UTC), 501, at_us=NOON_US + DAY_US)
    assert len(alerts()) == 5


def test_a_threshold_of_its_own_is_told_once_and_more_urgently(timeline: Timeline) -> None:
    term = term_at(add_budget(), NOON_US, UTC)
    BudgetRow.update(warn_at=60).execute()
    term = replace(term, budget=replace(term.budget, warn_at=60))
    spend(timeline, term, 599)
    spend(timeline, term, 1)
    spend(timeline, term, 1)
    title = "Budget at {}%: whole gateway, day".format
    assert alerts() == [title(50), title(60)]
    found = {row.title: row.severity for row in AlertRow.select()}
    assert found[title(50)] < found[title(60)]


def test_what_was_told_stays_told_when_the_limit_is_raised_under_calls_on_their_way(
    timeline: Timeline,
) -> None:
    term = term_at(add_budget(), NOON_US, UTC)
    spend(timeline, term, 600)
    BudgetRow.update(limit_nano=10_000).execute()
    spend(timeline, term, 300)
    raised = replace(term, budget=replace(term.budget, limit_nano=10_000))
    spend(timeline, raised, 4_100)
    assert [row.times for row in AlertRow.select().where(AlertRow.type == AlertType.BUDGET)] == [1]


def test_the_chain_goes_on_after_the_events_that_tell_of_thresholds(timeline: Timeline) -> None:
    term = term_at(add_budget(), NOON_US, UTC)
    spend(timeline, term, 2000)
    spend(timeline, term, 1)
    numbers = [row.seq for row in Event.select().order_by(Event.id)]
    assert numbers == sorted(set(numbers))
    told = Event.get(Event.method == "budget threshold")
    assert json.loads(told.detail or "")["after"]["limit"] == "$0.000001"


def test_calls_of_unknown_cost_are_counted_beside_the_sum(timeline: Timeline) -> None:
    term = term_at(add_budget(), NOON_US, UTC)
    timeline.record(NOON_US, a_record(charges=(term,), charged_nano=5, cost_nano=None))
    use = budgets_in_use(timeline.database, UTC, NOON_US)[0]
    assert (use.now.spent_nano, use.now.requests, use.now.unknown) == (5, 1, 1)
    timeline.record(NOON_US, a_record(charges=(term,), charged_nano=4, settles=True, kept=False))
    history = budget_history(timeline.database, "b")
    assert [(one.spent_nano, one.requests, one.unknown) for one in history.terms] == [(9, 1, 0)]
    assert [(one.spent_nano, one.requests) for one in history.users] == [(9, 1)]


def test_without_audit_logging_budgets_are_charged_and_no_row_is_written(timeline: Timeline) -> None:
    term = term_at(add_budget(), NOON_US, UTC)
    timeline.record(NOON_US, a_record(charges=(term,), charged_nano=600, kept=False))
    assert spent_now(timeline.database, UTC, NOON_US) == {term.key: (600, 1, 0)}
    assert Event.select().where(Event.kind == "llm").count() == 0
    assert alerts() == ["Budget at 50%: whole gateway, day"]


def test_a_new_budget_begins_with_what_the_audit_says_was_spent_in_its_term(timeline: Timeline) -> None:
    timeline.record(NOON_US - DAY_US, a_record(cost_nano=1_000))
    timeline.record(
        NOON_US, a_record(cost_nano=40), a_record(cost_nano=None), a_record(cost_nano=2, kind="mcp")
    )
    timeline.record(NOON_US + 1, a_record(cost_nano=3, principal=a_principal(user_id="user-2")))
    names = {"email": "ana@example.com", "username": "ana", "display_name": "Ana", "role": "member"}
    UserRow.insert(id="user-1", created_us=0, **names).execute()
    add_budget(scope=Scope.USER, subject="user-1")
    budget = Budget("b", Scope.USER, "user-1", "ana@example.com", Period.DAY, 1000)
    term = term_at(budget, NOON_US, UTC)
    assert spent_now(timeline.database, UTC, NOON_US + 2) == {term.key: (40, 2, 1)}
    spend(timeline, replace(term, carried=TermSum(40, 2, 1)), 2)
    assert spent_now(timeline.database, UTC, NOON_US + 2) == {term.key: (42, 3, 1)}


def test_a_charge_to_a_budget_that_is_gone_leaves_nothing_behind(timeline: Timeline) -> None:
    term = term_at(add_budget(), NOON_US, UTC)
    BudgetRow.delete().execute()
    spend(timeline, term, 9)
    assert budget_history(timeline.database, "b").terms == ()
