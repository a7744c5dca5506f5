"""Budgets and their terms as they stand in the database."""

from dataclasses import dataclass

from gateway_desktop.core.budget import Budget, TermKey
from gateway_desktop.core.scope import Scope
from gateway_desktop.store.models.base import of_row
from gateway_desktop.store.models.budget import BudgetRow, BudgetShareRow, BudgetTermRow
from gateway_desktop.store.subject_rows import subject_name

TOP = 3


@dataclass(frozen=True, slots=True)
class Share:
    """What one user, or one model, has of a term."""

    name: str
    spent_nano: int
    requests: int


@dataclass(frozen=True, slots=True)
class TermUse:
    """One term of a budget, over or not, and what was spent of it."""

    start_us: int
    end_us: int
    limit_nano: int
    spent_nano: int
    requests: int
    unknown: int  # requests whose cost is not known
    reset_by: str = ""  # who began it by hand, and why
    reset_reason: str = ""


def budget_of(row: BudgetRow) -> Budget | None:
    """Return the budget of a row; None if whose it was is gone."""
    name = subject_name(Scope(row.scope), row.subject_id)
    return of_row(Budget, row, subject=name) if name else None


def the_budget(id: str) -> Budget | None:
    """Return one budget; None if it, or whose it was, is gone."""
    row = BudgetRow.get_or_none(BudgetRow.id == id)
    return budget_of(row) if row is not None else None


def use_of_row(row: BudgetTermRow) -> TermUse:
    """Return what a row says of a term."""
    return of_row(TermUse, row, unknown=row.n_unknown)


def top_shares(key: TermKey, kind: str, most: int = TOP) -> tuple[Share, ...]:
    """Return the users, or models, on which most was spent."""
    row = BudgetShareRow
    mine = row.select().where(row.budget_id == key[0], row.start_us == key[1], row.kind == kind)
    ordered = mine.order_by(row.spent_nano.desc(), row.name).limit(most)
    return tuple(of_row(Share, one) for one in ordered)
