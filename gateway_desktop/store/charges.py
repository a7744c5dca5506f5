"""Charges: what a batch of records costs the budgets they fall under, in the batch's own transaction.

Why here: what a budget says is spent and what the audit says it cost are on the disk together, or neither is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway_desktop.alerting.rules.budget import THRESHOLD
from gateway_desktop.core.audit import AuditRecord, Category, Severity, SystemEvent
from gateway_desktop.core.budget import THRESHOLDS, Budget, Term, TermKey
from gateway_desktop.core.money import dollars, rounded
from gateway_desktop.policies.budget import passed
from gateway_desktop.store.budget_rows import Share, the_budget, top_shares
from gateway_desktop.store.database import Database
from gateway_desktop.store.system_events import write_system_event

_OPEN = (
    "INSERT INTO budget_term(budget_id, start_us, end_us, limit_nano, spent_nano)"
    " VALUES(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_CHARGE = (
    "UPDATE budget_term SET limit_nano = ?, spent_nano = spent_nano + ?,"
    " requests = requests + ?, n_unknown = n_unknown + ? WHERE budget_id = ? AND start_us = ?"
)
_SHARE = (
    "INSERT INTO budget_share(budget_id, start_us, kind, name, spent_nano, requests)"
    " VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(budget_id, start_us, kind, name) DO UPDATE SET"
    " spent_nano = budget_share.spent_nano + excluded.spent_nano,"
    " requests = budget_share.requests + excluded.requests"
)
_TOLD = "UPDATE budget_term SET told = ? WHERE budget_id = ? AND start_us = ?"


@dataclass(slots=True)
class _Sum:
    term: Term
    spent: int = 0
    requests: int = 0
    unknown: int = 0
    shares: dict[tuple[str, str], list[int]] = field(default_factory=dict)


class Charges:
    """What a batch adds to terms of budgets; one instance per batch."""

    def __init__(self, records: Sequence[AuditRecord]) -> None:
        self._sums: dict[TermKey, _Sum] = {}
        for record in records:
            for term in record.charges:
                self._add(term, record)

    def _add(self, term: Term, record: AuditRecord) -> None:
        found = self._sums.setdefault(term.key, _Sum(term))
        found.spent += record.charged_nano
        found.requests += 1
        found.unknown += record.cost_nano is None
        for part in (("user", record.principal.actor), ("model", record.target or "")):
            share = found.shares.setdefault(part, [0, 0])
            share[0] += record.charged_nano
            share[1] += 1

    def write(self, database: Database) -> None:
        """Add what was spent, of budgets that are still there."""
        self._sums = {key: one for key, one in self._sums.items() if the_budget(key[0]) is not None}
        for key, one in self._in_order():
            begun = (one.term.end_us, one.term.budget.limit_nano, one.term.carried_nano)
            database.execute_sql(_OPEN, (*key, *begun))
            sums = (one.term.budget.limit_nano, one.spent, one.requests, one.unknown)
            database.execute_sql(_CHARGE, (*sums, *key))
            for part, share in sorted(one.shares.items()):
                database.execute_sql(_SHARE, (*key, *part, *share))

    def _in_order(self) -> list[tuple[TermKey, _Sum]]:
        return sorted(self._sums.items(), key=lambda item: item[0])

    def tell(self, database: Database, now_us: int) -> bool:
        """Write a System event for each threshold that was passed; return whether any was."""
        told = [tell_thresholds(database, one.term, now_us) for _, one in self._in_order()]
        return any(told)


def tell_thresholds(database: Database, term: Term, now_us: int) -> bool:
    """Write what must be told of a term, each threshold once; return whether something was."""
    row = database.execute_sql(
        "SELECT spent_nano, told FROM budget_term WHERE budget_id = ? AND start_us = ?", term.key
    ).fetchone()
    budget = the_budget(term.budget.id)  # as it is now: it may have been changed, or be gone
    if row is None or budget is None:
        return False
    spent, told = row
    reached = passed(spent, budget.limit_nano)
    if reached <= told:
        return False
    for threshold in THRESHOLDS:
        if told < threshold <= reached:
            write_system_event(database, _event(budget, term, spent, threshold), now_us)
    database.execute_sql(_TOLD, (reached, *term.key))
    return True


def _event(budget: Budget, term: Term, spent: int, threshold: int) -> SystemEvent:
    users, models = (top_shares(term.key, kind) for kind in ("user", "model"))
    details = f"{rounded(spent)} of {rounded(budget.limit_nano)} is spent"
    for title, shares in (("Top users", users), ("Top models", models)):
        if shares:
            details += f". {title}: {', '.join(_said(share) for share in shares)}"
    after: dict[str, object] = {
        "threshold": threshold,
        "budget": budget.named,
        "period": term.start_us,
        "spent": dollars(spent),
        "limit": dollars(budget.limit_nano),
        "top_users": {share.name: dollars(share.spent_nano) for share in users},
        "top_models": {share.name: dollars(share.spent_nano) for share in models},
    }
    severity = Severity.WARNING if threshold >= 90 else Severity.INFO
    return SystemEvent(
        Category.SECURITY, THRESHOLD, budget.named, severity=severity, after=after, details=details
    )


def _said(share: Share) -> str:
    return f"{share.name or 'unattributed'} {rounded(share.spent_nano)}"
