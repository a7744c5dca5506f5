"""`budget`: how much groups, users, keys, proxies and the whole gateway may spend."""

import argparse
from datetime import tzinfo

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.list_output import add_output_options, put_out
from gateway_desktop.commands.output import say, table
from gateway_desktop.commands.session import Session, session, wait
from gateway_desktop.core.budget import Budget, Mode, Period
from gateway_desktop.core.clock import datetime_of, now_us
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.money import dollars, nano_of
from gateway_desktop.core.scope import Scope
from gateway_desktop.services.budgets import Wanted
from gateway_desktop.store.queries.budgets import BudgetUse, budgets_in_use

_COLUMNS = (
    "budget",
    "period",
    "limit",
    "used",
    "percent",
    "requests",
    "unknown",
    "forecast",
    "mode",
    "warn_at",
    "starts_anew",
)
_WARN_AT = "a threshold of its own, beside 50, 75, 90 and 100; 0 for none"
_SUBJECT = "name of the group or proxy, e-mail address of the user, start of the key; none for the gateway"


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done with budgets."""
    actions = Actions(parser, common)
    change = actions.add("set", _set, "make or change a budget")
    _add_subject(change)
    change.add_argument("--limit", metavar="DOLLARS", help="how much may be spent in each period")
    change.add_argument("--mode", choices=[str(mode) for mode in Mode], help="when it is spent; block")
    change.add_argument("--warn-at", type=int, metavar="PERCENT", help=_WARN_AT)
    shown = actions.add("list", _list, "all budgets, used, and where that leads")
    add_output_options(shown)
    reset = actions.add("reset", _reset, "let what was spent count no longer")
    _add_subject(reset)
    reset.add_argument("--reason", required=True, help="why; it stays in the history")
    remove = actions.add("remove", _remove, "let somebody spend without this budget")
    _add_subject(remove)


def _add_subject(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scope", choices=[str(scope) for scope in Scope], help="whose budget")
    parser.add_argument("name", metavar="NAME", nargs="?", default="", help=_SUBJECT)
    periods = [str(period) for period in Period]
    parser.add_argument("--period", choices=periods, default=str(Period.MONTH), help="month, if not said")


def _set(arguments: argparse.Namespace) -> int:
    limit = nano_of(arguments.limit, "limit") if arguments.limit is not None else None
    wanted = Wanted(limit, Mode(arguments.mode) if arguments.mode else None, arguments.warn_at)
    with session(arguments) as opened:
        made = wait(opened.services.budgets.set(*_subject(arguments), wanted))
        return say(
            arguments, f"The budget of {made.named.rpartition(',')[0]}: {_words(made)}", _one(opened, made)
        )


def _list(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        zone = _zone(opened)
        found = opened.ask(budgets_in_use, zone, now_us())
        rows = [_row(use, zone) for use in found]
        if not rows and arguments.out is None:
            return table(arguments, rows, _COLUMNS, "No budgets")
        return put_out(arguments, opened, ("Budgets", ""), rows, _COLUMNS)


def _reset(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        made = wait(opened.services.budgets.reset(*_subject(arguments), arguments.reason))
        return say(arguments, f"The budget of {made.named} starts anew now", _one(opened, made))


def _remove(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        removed = wait(opened.services.budgets.remove(*_subject(arguments)))
    return say(arguments, f"The budget of {removed.named} is removed", {"budget": removed.named})


def _subject(arguments: argparse.Namespace) -> tuple[Scope, str, Period]:
    scope = Scope(arguments.scope)
    if bool(arguments.name) is (scope is Scope.GATEWAY):
        raise ConfigurationError("name", "say whose budget" if scope is not Scope.GATEWAY else "it has none")
    return scope, arguments.name, Period(arguments.period)


def _words(budget: Budget) -> str:
    then = "calls are refused" if budget.mode is Mode.BLOCK else "it is only told"
    warned = f"; it warns at {budget.warn_at}%" if budget.warn_at else ""
    return f"{dollars(budget.limit_nano)} a {budget.period}{warned}; once it is spent, {then}"


def _zone(opened: Session) -> tzinfo | None:
    return wait(opened.services.settings.current()).team.zone


def _one(opened: Session, budget: Budget) -> dict[str, object]:
    zone = _zone(opened)
    found = opened.ask(budgets_in_use, zone, now_us())
    return _row(next(use for use in found if use.budget.id == budget.id), zone)


def _row(use: BudgetUse, zone: tzinfo | None) -> dict[str, object]:
    budget, now = use.budget, use.now
    anew = datetime_of(now.end_us, zone)
    return {
        "budget": budget.named.rpartition(",")[0],
        "period": str(budget.period),
        "limit": dollars(budget.limit_nano),
        "used": dollars(now.spent_nano),
        "percent": f"{use.share:.0%}",
        "requests": now.requests,
        "unknown": now.unknown,
        "forecast": dollars(use.forecast_nano),
        "mode": str(budget.mode),
        "warn_at": f"{budget.warn_at}%" if budget.warn_at else "",
        "starts_anew": anew.isoformat(timespec="minutes"),
        "limit_usd": budget.limit_nano / 1e9,
        "used_usd": now.spent_nano / 1e9,
        "forecast_usd": use.forecast_nano / 1e9,
        "used_percent": round(use.share * 100, 2),
        "warn_at_percent": budget.warn_at or None,
    }
