"""Charges: what a batch of records costs the budgets they fall under, in the batch's own transaction.

Why here: what a budget says is spent and what the audit says it cost are on the disk together, or neither is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from gateway_desktop.alerting.rules.budget import THRESHOLD
from gateway_desktop.core.audit import AuditRecord, Category, Severity, SystemEvent
from gateway_desktop.core.budget import Budget, Term, TermKey
from gateway_desktop.core.money import dollars, rounded
from gateway_desktop.policies.budget import passed
from gateway_desktop.store.budget_rows import the_budget, top_shares
from gateway_desktop.store.database import Database
from gateway_desktop.store.rows import insert_sql
from gateway_desktop.store.system_events import write_system_event

_OPEN = (
    "INSERT INTO budget_term(budget_id, start_us, end_us, limit_nano, spent_nano, requests, n_unknown)"
    " VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_CHARGE = (
    "UPDATE budget_term SET limit_nano = ?, spent_nano = spent_nano + ?, requests = requests + ?,"
    " n_unknown = n_unknown + ? WHERE budget_id = ? AND start_us = ? RETURNING spent_nano, told"
)
_SHARE_COLUMNS = ("budget_id", "start_us", "kind", "name", "spent_nano", "requests")
_SHARED = (
    " ON CONFLICT(budget_id, start_us, kind, name) DO UPDATE SET"
    " spent_nano = budget_share.spent_nano + excluded.spent_nano,"
    " requests = budget_share.requests + excluded.requests"
)
_TOLD = "UPDATE budget_term SET told = ? WHERE budget_id = ? AND start_us = ?"
_CHARGED = "DELETE FROM budget_hold WHERE exchange_id = ANY(?)"  # is spent now, no longer set aside
_AT_ONCE = 32  # shares of one statement


@dataclass(slots=True)
class _Sum:
    term: Term
    spent: int = 0
    requests: int = 0
    unknown: int = 0
    spent_now: int = 0  # of the term, with what went before
    told: int = 100
    shares: dict[tuple[str, str], list[int]] = field(default_factory=dict)


class Charges:
    """What a batch adds to terms of budgets; one instance per batch."""

    def __init__(self, records: Sequence[AuditRecord]) -> None:
        self._sums: dict[TermKey, _Sum] = {}
        self._charged = sorted(record.exchange_id for record in records if record.charges)
        for record in records:
            for term in record.charges:
                self._add(term, record)

    def _add(self, term: Term, record: AuditRecord) -> None:
        found = self._sums.setdefault(term.key, _Sum(term))
        found.spent += record.charged_nano
        found.requests += not record.settles
        found.unknown += -1 if record.settles else record.cost_nano is None
        for part in (("user", record.principal.actor), ("model", record.target or "")):
            share = found.shares.setdefault(part, [0, 0])
            share[0] += record.charged_nano
            share[1] += not record.settles

    def write(self, database: Database) -> None:
        """Add what was spent, of budgets that are still there."""
        if self._charged and not isinstance(database.where, Path):
            database.raw().execute(_CHARGED, (self._charged,))
        shares: list[tuple[object, ...]] = []
        for key, one in sorted(self._sums.items(), key=lambda item: item[0]):
            charged = _charge(database, key, one)
            if charged is not None:
                one.spent_now, one.told = charged
                shares += ((*key, *part, *share) for part, share in sorted(one.shares.items()))
        for place in range(0, len(shares), _AT_ONCE):
            some = shares[place : place + _AT_ONCE]
            statement = insert_sql("budget_share", _SHARE_COLUMNS, len(some), _SHARED)
            database.execute_sql(statement, tuple(chain.from_iterable(some)))

    def tell(self, database: Database, now_us: int) -> bool:
        """Write a System event for each threshold that was passed, once; return whether any was."""
        told = False
        for _, one in sorted(self._sums.items(), key=lambda item: item[0]):
            if passed(one.spent_now, one.term.budget) > one.told:
                told = _tell(database, one, now_us) or told
        return told


def _charge(database: Database, key: TermKey, one: _Sum) -> tuple[int, int] | None:
    """Return what is spent now and what of it was told; None for a budget that is gone."""
    values = (one.term.budget.limit_nano, one.spent, one.requests, one.unknown, *key)
    row = database.execute_sql(_CHARGE, values).fetchone()
    if row is None and the_budget(key[0]) is not None:  # the first of this term
        begun = (one.term.end_us, one.term.budget.limit_nano, *one.term.carried)
        database.execute_sql(_OPEN, (*key, *begun))
        row = database.execute_sql(_CHARGE, values).fetchone()
    return (int(row[0]), int(row[1])) if row is not None else None


def _tell(database: Database, one: _Sum, now_us: int) -> bool:
    budget = the_budget(one.term.budget.id)  # as it is now: it may have been changed meanwhile
    reached = passed(one.spent_now, budget) if budget is not None else 0
    if budget is None or reached <= one.told:
        return False
    for threshold in budget.thresholds:
        if one.told < threshold <= reached:
            write_system_event(database, _event(budget, one.term, one.spent_now, threshold), now_us)
    database.execute_sql(_TOLD, (reached, *one.term.key))
    return True


def _event(budget: Budget, term: Term, spent: int, threshold: int) -> SystemEvent:
    users, models = (top_shares(term.key, kind) for kind in ("user", "model"))
    details = f"{rounded(spent)} of {rounded(budget.limit_nano)} is spent"
    for title, shares in (("Top users", users), ("Top models", models)):
        if shares:
            said = (f"{share.name or 'unattributed'} {rounded(share.spent_nano)}" for share in shares)
            details += f". {title}: {', '.join(said)}"
    after: dict[str, object] = {
        "threshold": threshold,
        "own": threshold == budget.warn_at,
        "budget": budget.named,
        "period": term.start_us,
        "spent": dollars(spent),
        "limit": dollars(budget.limit_nano),
        "top_users": {share.name: dollars(share.spent_nano) for share in users},
        "top_models": {share.name: dollars(share.spent_nano) for share in models},
    }
    severity = Severity.WARNING if threshold >= 90 or threshold == budget.warn_at else Severity.INFO
    return SystemEvent(
        Category.SECURITY, THRESHOLD, budget.named, severity=severity, after=after, details=details
    )
