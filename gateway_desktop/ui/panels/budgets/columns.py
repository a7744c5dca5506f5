"""The columns of budgets, and how a budget stands."""

from gateway_desktop.core.budget import Mode, Period
from gateway_desktop.core.money import dollars
from gateway_desktop.core.plural import plural
from gateway_desktop.core.scope import Scope
from gateway_desktop.store.queries.budgets import BudgetUse
from gateway_desktop.ui.display import cost, percent
from gateway_desktop.ui.tables.column import Badge, Bar, Column
from gateway_desktop.ui.tables.typed_columns import badge_column, cost_column, number_column, until_column

PERIODS = {Period.DAY: "Day", Period.WEEK: "Week", Period.MONTH: "Month"}
MODES = {Mode.BLOCK: "Refuse calls", Mode.WARN: "Only tell"}
_NEAR = 90  # per cent, unless the budget warns earlier


def whose(row: BudgetUse) -> str:
    """Return whose budget it is: Group lab, Whole gateway."""
    scope = row.budget.scope
    return "Whole gateway" if scope is Scope.GATEWAY else f"{scope.capitalize()} {row.budget.subject}"


def state(row: BudgetUse) -> Badge:
    """Return how it stands."""
    if row.share >= 1:
        return Badge("Spent", "critical") if row.budget.mode is Mode.BLOCK else Badge("Exceeded", "high")
    if row.share * 100 >= min(_NEAR, row.budget.warn_at or _NEAR):
        return Badge("Nearly spent", "high")
    lasts = row.forecast_nano <= row.budget.limit_nano
    return Badge("Lasts", "success") if lasts else Badge("Will not last", "medium")


def _why(row: BudgetUse) -> str:
    ends = f"{cost(row.forecast_nano)} at the end if it goes on like this"
    if row.share >= 1 and row.budget.mode is Mode.BLOCK:
        return "Calls are refused (402) until it starts anew, is raised or is reset"
    return f"{dollars(row.now.spent_nano)} spent; {ends}"


def _spent_tip(row: BudgetUse) -> str:
    unknown = f", {plural(row.now.unknown, 'of unknown cost', 'of unknown cost')}" if row.now.unknown else ""
    return f"{dollars(row.now.spent_nano)} in {plural(row.now.requests, 'request')}{unknown}"


BUDGET_COLUMNS: tuple[Column[BudgetUse], ...] = (
    Column("whose", "Budget", whose, stretch=True, strong=True),
    Column("period", "Period", lambda row: PERIODS[row.budget.period], width=72, muted=True),
    Column(
        "used",
        "Used",
        lambda row: row.share,
        display=lambda row: percent(row.now.spent_nano, row.budget.limit_nano),
        width=168,
        bar=lambda row: Bar(row.share, state(row).tone, width=80),
        tooltip=_spent_tip,
    ),
    Column(
        "spent",
        "Spent",
        lambda row: row.now.spent_nano,
        display=lambda row: cost(row.now.spent_nano, unknown=row.now.unknown),
        width=104,
        numeric=True,
        tooltip=_spent_tip,
    ),
    cost_column("limit", "Limit", lambda row: row.budget.limit_nano, width=104),
    cost_column(
        "forecast",
        "Forecast",
        lambda row: row.forecast_nano,
        width=104,
        muted=True,
        tooltip=lambda _: "At the end of the period, if it goes on as until now",
        spare=3,
    ),
    number_column("requests", "Requests", lambda row: row.now.requests, width=80, hidden=True),
    Column(
        "warn_at",
        "Warns at",
        lambda row: row.budget.warn_at,
        display=lambda row: f"{row.budget.warn_at}%" if row.budget.warn_at else "–",
        width=80,
        numeric=True,
        hidden=True,
        tooltip=lambda _: "Beside 50, 75, 90 and 100%",
    ),
    Column("mode", "When spent", lambda row: MODES[row.budget.mode], width=104, muted=True, spare=1),
    until_column("anew", "Starts anew", lambda row: row.now.end_us, width=96, spare=2),
    badge_column("state", "State", state, width=104, tooltip=_why),
)
