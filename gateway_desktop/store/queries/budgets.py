"""Budgets, what is spent of them, and who and what it was spent on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from peewee import Case, fn

from gateway_desktop.core.budget import Budget, Period, Term, TermKey, TermSum
from gateway_desktop.core.clock import DAY_US
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.scope import Scope
from gateway_desktop.policies.budget import forecast, term_at
from gateway_desktop.store.budget_rows import Share, TermUse, budget_of, top_shares, use_of_row
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import first
from gateway_desktop.store.models.budget import BudgetRow, BudgetTermRow
from gateway_desktop.store.models.event import Event, RollDayActor
from gateway_desktop.store.queries.ranges import Span, divided

_MOST_TERMS = 60


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """A budget in its present term."""

    budget: Budget
    now: TermUse
    forecast_nano: int

    @property
    def share(self) -> float:
        """How much of it is spent, 1.0 being all."""
        return self.now.spent_nano / self.budget.limit_nano


@dataclass(frozen=True, slots=True)
class History:
    """The terms of a budget, the newest first, and the most expensive users and models of the newest."""

    terms: tuple[TermUse, ...]
    users: tuple[Share, ...]
    models: tuple[Share, ...]


def budget_rows(_database: Database) -> tuple[Budget, ...]:
    """Return the budgets of all that exists, by what they are of, the name and the period."""
    found = [budget for row in BudgetRow.select() if (budget := budget_of(row)) is not None]
    order = list(Period)
    return tuple(sorted(found, key=lambda one: (one.scope, one.subject.lower(), order.index(one.period))))


def budgets_by_subject(database: Database) -> dict[tuple[Scope, str], tuple[Budget, ...]]:
    """Return the same by whose they are."""
    found: dict[tuple[Scope, str], tuple[Budget, ...]] = {}
    for budget in budget_rows(database):
        key = (budget.scope, budget.subject_id)
        found[key] = (*found.get(key, ()), budget)
    return found


def spent_now(database: Database, zone: tzinfo | None, now_us: int) -> Mapping[TermKey, TermSum]:
    """Return what is spent of the present term of every budget."""
    terms = [term_at(budget, now_us, zone) for budget in budget_rows(database)]
    uses = ((term.key, use_of(term)) for term in terms)
    return {key: TermSum(use.spent_nano, use.requests, use.unknown) for key, use in uses}


def budgets_in_use(database: Database, zone: tzinfo | None, now_us: int) -> tuple[BudgetUse, ...]:
    """Return all budgets with what is spent of them, and where that leads."""
    found = []
    for budget in budget_rows(database):
        term = term_at(budget, now_us, zone)
        use = use_of(term)
        found.append(BudgetUse(budget, use, forecast(use.spent_nano, term, now_us)))
    return tuple(found)


def budget_history(_database: Database, budget_id: str) -> History:
    """Return the newest terms of a budget in which something was spent or that were begun by hand."""
    mine = BudgetTermRow.select().where(BudgetTermRow.budget_id == budget_id)
    terms = tuple(use_of_row(row) for row in mine.order_by(BudgetTermRow.start_us.desc()).limit(_MOST_TERMS))
    if not terms:
        return History((), (), ())
    key = (budget_id, terms[0].start_us)
    return History(terms, top_shares(key, "user", 10), top_shares(key, "model", 10))


def use_of(term: Term) -> TermUse:
    """Return what was spent of a term; of one that nothing was charged to yet, what the audit says."""
    row = BudgetTermRow.get_or_none(
        (BudgetTermRow.budget_id == term.budget.id) & (BudgetTermRow.start_us == term.start_us)
    )
    if row is not None:
        return use_of_row(row)
    return TermUse(term.start_us, term.end_us, term.budget.limit_nano, *_audited(term))


def _audited(term: Term) -> tuple[int, int, int]:
    """Return cost, requests and those of unknown cost that were recorded since a term began.

    For a budget that is new, or whose days became those of another zone. One that goes on where the term
    before ended has all its charges in its own row: what the audit recorded after midnight may be older.
    """
    budget = term.budget
    before = (BudgetTermRow.budget_id == budget.id) & (BudgetTermRow.end_us == term.start_us)
    if BudgetTermRow.get_or_none(before) is not None:
        return 0, 0, 0
    parts = divided(Span(term.start_us, term.end_us).opened(), DAY_US)
    day, row = RollDayActor, Event
    counts = (day.cost, day.n - day.n_blocked, day.n_cost_unknown)
    sums = _sums(day, budget, counts, day.day >= parts.first, day.day < parts.last)
    of_rows = (row.cost_nano, _one(row.outcome != "blocked"), _one(row.cost_nano.is_null()))
    for edge in parts.edges:
        low, high = edge.ids
        more = _sums(row, budget, of_rows, row.id >= low, row.id < high)
        sums = (sums[0] + more[0], sums[1] + more[1], sums[2] + more[2])
    return sums


def _sums(model: Any, budget: Budget, fields: tuple[Any, ...], *within: Any) -> tuple[int, int, int]:
    query = model.select(*(fn.COALESCE(fn.SUM(field), 0) for field in fields))
    row = first(query.where(*within, model.kind == Kind.LLM.value, *_of(model, budget)))
    spent, requests, unknown = row or (0, 0, 0)
    return int(spent), int(requests), int(unknown)


def _one(condition: Any) -> Any:
    return Case(None, ((condition, 1),), 0)


def _of(model: Any, budget: Budget) -> tuple[Any, ...]:
    match budget.scope:
        case Scope.GATEWAY:
            return ()
        case Scope.USER:
            return (model.user_id == budget.subject_id,)
        case Scope.KEY:
            return (model.api_key_id == budget.subject_id,)
        case Scope.GROUP:
            return (model.grp == budget.subject,)
        case Scope.PROXY:
            return (model.proxy == budget.subject,)
