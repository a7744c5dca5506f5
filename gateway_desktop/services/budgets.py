"""Budgets of groups, users, keys, proxies and the whole gateway."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.budget import Budget, Mode, Period, Term
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.money import dollars
from gateway_desktop.core.scope import Scope
from gateway_desktop.core.settings import Settings
from gateway_desktop.policies.budget import passed, term_at
from gateway_desktop.services.administration import Administration, Change, Service, transaction
from gateway_desktop.services.lookup import subject_id
from gateway_desktop.store.budget_rows import TermUse, the_budget
from gateway_desktop.store.models.base import values_of
from gateway_desktop.store.models.budget import BudgetRow, BudgetShareRow, BudgetTermRow
from gateway_desktop.store.queries.budgets import use_of
from gateway_desktop.store.queries.configuration import setting_rows

_MOST_WARN_AT = 99
Layered = Callable[[Mapping[str, str]], Settings]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a budget shall be; None leaves it as it is."""

    limit_nano: int | None = None
    mode: Mode | None = None
    warn_at: int | None = None  # per cent; 0: at no threshold of its own


class Budgets(Service):
    """Set, reset and remove them; a subject has at most one for each kind of period."""

    def __init__(self, administration: Administration, settings: Layered) -> None:
        super().__init__(administration)
        self._settings = settings

    def set(
        self, scope: Scope, named: str, period: Period, wanted: Wanted, *, new: bool = False
    ) -> Future[Budget]:
        """Make a budget or change it, unless it shall be `new`; raise ConfigurationError for a bad one."""
        if wanted.limit_nano is not None and wanted.limit_nano < 1:
            raise ConfigurationError("limit", "more than nothing; a budget of nothing is no access")
        if wanted.warn_at is not None and not 0 <= wanted.warn_at <= _MOST_WARN_AT:
            raise ConfigurationError("warn_at", f"1 to {_MOST_WARN_AT} per cent, or 0 for none")

        def work(change: Change) -> Budget:
            subject = subject_id(scope, named)
            row = _row(scope, subject, period)
            before = _values(row) if row is not None else None
            if row is not None and new:
                made = _made(row)
                raise ConfigurationError(
                    "period", f"there is a budget of {made.named} already; edit that one"
                )
            if row is None:
                if wanted.limit_nano is None:
                    raise ConfigurationError("limit", "say how much may be spent")
                row = BudgetRow(id=new_id(), scope=scope, subject_id=subject, period=period, mode=Mode.BLOCK)
                row.created_us = change.now_us
            row.limit_nano = wanted.limit_nano or row.limit_nano
            row.mode = wanted.mode or row.mode
            row.warn_at = row.warn_at if wanted.warn_at is None else wanted.warn_at
            row.save(force_insert=before is None)
            budget = _made(row)
            self._begin(change, budget)
            event = "budget set" if before is None else "budget changed"
            _record(change, event, budget, before=before, after=_values(row))
            return budget

        return self._administration.change(work)

    def reset(self, scope: Scope, named: str, period: Period, reason: str) -> Future[Budget]:
        """Let what was spent in this term count no longer; it stays in the history, with the reason."""
        if not reason.strip():
            raise ConfigurationError("reason", "say why; it stays in the history")

        def work(change: Change) -> Budget:
            row = _existing(scope, named, period)
            former = self._begin(change, _made(row))
            ended = BudgetTermRow
            ended.update(end_us=change.now_us).where(
                ended.budget_id == row.id, ended.start_us == former.start_us
            ).execute()
            row.reset_us = change.now_us
            row.save()
            budget = _made(row)
            term = self._term(change, budget)
            by = self._administration.actor.actor
            began = TermUse(term.start_us, term.end_us, budget.limit_nano, 0, 0, 0, by, reason.strip())
            _write(term, began)
            before: dict[str, object] = {"spent": dollars(former.spent_nano)}
            after: dict[str, object] = {"spent": dollars(0), "reason": reason.strip()}
            _record(change, "budget reset", budget, before=before, after=after)
            return budget

        return self._administration.change(work)

    @transaction()
    def remove(self, change: Change, scope: Scope, named: str, period: Period) -> Budget:
        """Let the subject spend without this budget; its history goes with it."""
        row = _existing(scope, named, period)
        budget = _made(row)
        for model in (BudgetTermRow, BudgetShareRow):
            model.delete().where(model.budget_id == row.id).execute()
        row.delete_instance()
        _record(change, "budget removed", budget, before=_values(row))
        return budget

    def _term(self, change: Change, budget: Budget) -> Term:
        zone = self._settings(setting_rows(change.database)).team.zone
        return term_at(budget, change.now_us, zone)

    def _begin(self, change: Change, budget: Budget) -> TermUse:
        """Write down what is spent by now; thresholds that it has passed already are not told again."""
        term = self._term(change, budget)
        use = replace(use_of(term), limit_nano=budget.limit_nano)
        _write(term, use)
        return use


def _write(term: Term, use: TermUse) -> None:
    row = BudgetTermRow
    row.delete().where(row.budget_id == term.budget.id, row.start_us == use.start_us).execute()
    values = values_of(use)
    values["n_unknown"] = values.pop("unknown")
    row.insert(budget_id=term.budget.id, told=passed(use.spent_nano, term.budget), **values).execute()


def _record(
    change: Change,
    event: str,
    budget: Budget,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    proxy = budget.subject if budget.scope is Scope.PROXY else ""
    change.record(
        SystemEvent(Category.SECURITY, event, budget.named, before=before, after=after, proxy=proxy)
    )


def _row(scope: Scope, subject: str, period: Period) -> BudgetRow | None:
    mine = (BudgetRow.scope == scope) & (BudgetRow.subject_id == subject) & (BudgetRow.period == period)
    row: BudgetRow | None = BudgetRow.get_or_none(mine)
    return row


def _existing(scope: Scope, named: str, period: Period) -> BudgetRow:
    row = _row(scope, subject_id(scope, named), period)
    if row is None:
        whose = f"{scope} '{named}'" if named else "whole gateway"
        raise ConfigurationError("budget", f"the {whose} has no budget for a {period}")
    return row


def _made(row: BudgetRow) -> Budget:
    budget = the_budget(row.id)
    assert budget is not None  # its subject was just looked up
    return budget


def _values(row: BudgetRow) -> dict[str, object]:
    return {
        "limit": dollars(row.limit_nano),
        "period": str(row.period),
        "mode": str(row.mode),
        "warn_at": row.warn_at,
    }
