"""`activity`: who asked how often, what was blocked, what it cost; the numbers of the page User Activity."""

import argparse
import json

from gateway_desktop.commands.arguments import Actions, output_file
from gateway_desktop.commands.list_output import add_output_options, put_out
from gateway_desktop.commands.output import note, say
from gateway_desktop.commands.session import Session, session, wait
from gateway_desktop.commands.times import iso, since_until
from gateway_desktop.services.export_file import write_export
from gateway_desktop.services.month_report import month_report
from gateway_desktop.store.queries.activity import ActiveGroup, ActiveUser, groups, owner_named, users
from gateway_desktop.store.queries.paging import AuditFilter, parse_filter
from gateway_desktop.store.queries.spending import spending
from gateway_desktop.store.queries.sums import KINDS, ActivityFilter
from gateway_desktop.store.queries.usage import rates

USER_COLUMNS = (
    "user",
    "name",
    "groups",
    "kinds",
    "requests",
    "blocked",
    "failed",
    "tokens_in",
    "tokens_out",
    "cost_usd",
    "cost_unknown",
    "highest_risk",
    "last_activity",
    "owner",
)
GROUP_COLUMNS = ("group", "users", "requests", "blocked", "cost_usd", "cost_unknown", "last_activity")
MODEL_COLUMNS = ("model", "requests", "tokens", "cost_usd", "cost_unknown")
CALL_COLUMNS = ("calls", "success", "failed", "blocked", "abandoned")


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be listed."""
    actions = Actions(parser, common)
    for name, run, words in (
        ("users", _users, "the most active users first; each is the owner of keys and sign-ins"),
        ("groups", _groups, "the same requests by the group that was recorded"),
    ):
        listing = actions.add(name, run, words)
        _add_span(listing)
        listing.add_argument(
            "--user", metavar="EMAIL|NAME", help='or the `owner` of a row; "" is unattributed'
        )
        listing.add_argument("--group", default="", metavar="NAME", help="as it was recorded")
        listing.add_argument("--proxy", default="", metavar="NAME", help="through this proxy only")
        listing.add_argument(
            "--kind", default="", choices=("", *KINDS), metavar="llm|mcp|a2a", help="of this kind only"
        )
        add_output_options(listing)

    for name, run, words in (
        ("models", _models, "tokens and cost of each model, the dearest first"),
        ("tools", _tools, "how calls of each tool of MCP servers ended"),
        ("agents", _agents, "how calls of each agent ended"),
    ):
        listing = actions.add(name, run, words)
        _add_span(listing)
        listing.add_argument(
            "--filter", default="", metavar="Q", help="like in Audit Logs: 'user:ana proxy:openai'"
        )
        add_output_options(listing)

    report = actions.add(
        "report", _report, "a person's month as one HTML page", user="EMAIL|NAME", month="YYYY-MM"
    )
    report.add_argument("--out", required=True, metavar="FILE", help="a file that appears when it is whole")
    report.add_argument("--format", choices=["html"], default="html", help="the only one")
    report.add_argument("--progress", action="store_true", help=argparse.SUPPRESS)


def _add_span(listing: argparse.ArgumentParser) -> None:
    listing.add_argument("--since", default="7d", metavar="T", help="2026-01-31 or 24h; 7d if not given")
    listing.add_argument("--until", default="", metavar="T", help="before that time")


def _report(arguments: argparse.Namespace) -> int:
    path = output_file(arguments.out)
    with session(arguments) as opened:
        zone = wait(opened.services.settings.current()).team.zone
        page = opened.ask(month_report, arguments.user, arguments.month, zone)
        what = {"table": "the report of a month", "user": arguments.user, "month": arguments.month}
        manifest = write_export(path, iter([(1, page)]), what, lambda _rows: None)
        wait(opened.services.exports.note(manifest))
    if arguments.progress:
        note(json.dumps({"rows": 1, "of": 1}))
    return say(arguments, f"Wrote {arguments.out}", manifest)


def _users(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        rows = [_user(row) for row in opened.ask(users, _asked(arguments, opened))]
        return put_out(arguments, opened, ("User Activity", _words(arguments)), rows, USER_COLUMNS)


def _groups(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        rows = [_group(row) for row in opened.ask(groups, _asked(arguments, opened))]
        return put_out(arguments, opened, ("User Activity by group", _words(arguments)), rows, GROUP_COLUMNS)


def _models(arguments: argparse.Namespace) -> int:
    asked = _rows_asked(arguments, "llm")
    with session(arguments) as opened:
        rows = [
            {
                "model": spent.name,
                "requests": spent.requests,
                "tokens": spent.tokens,
                "cost_usd": spent.cost_nano / 1e9,
                "cost_unknown": spent.cost_unknown,
            }
            for spent in opened.ask(spending, asked).targets
        ]
        return put_out(arguments, opened, ("Models", str(asked)), rows, MODEL_COLUMNS)


def _tools(arguments: argparse.Namespace) -> int:
    return _called(arguments, "mcp", "tool")


def _agents(arguments: argparse.Namespace) -> int:
    return _called(arguments, "a2a", "agent")


def _called(arguments: argparse.Namespace, tab: str, what: str) -> int:
    asked = _rows_asked(arguments, tab)
    with session(arguments) as opened:
        rows = [
            {what: rate.name} | {name: getattr(rate, name) for name in CALL_COLUMNS}
            for rate in opened.ask(rates, asked).targets
        ]
        return put_out(arguments, opened, (f"{what}s".title(), str(asked)), rows, (what, *CALL_COLUMNS))


def _rows_asked(arguments: argparse.Namespace, tab: str) -> AuditFilter:
    return parse_filter(tab, f"{arguments.filter} {since_until(arguments)}")


def _asked(arguments: argparse.Namespace, opened: Session) -> ActivityFilter:
    span = parse_filter("llm", since_until(arguments))
    user = arguments.user
    if user:
        user = opened.ask(owner_named, user) or user
    return ActivityFilter(
        span.since_us, span.until_us, user, arguments.group, arguments.proxy, arguments.kind
    )


def _words(arguments: argparse.Namespace) -> str:
    names = ("since", "until", "user", "group", "proxy", "kind")
    return " ".join(f"{name}:{value}" for name in names if (value := getattr(arguments, name)))


def _user(row: ActiveUser) -> dict[str, object]:
    return {
        "user": "Unattributed" if row.unattributed else row.actor,
        "name": row.display_name,
        "groups": list(row.groups),
        "kinds": list(row.kinds),
        "requests": row.requests,
        "blocked": row.blocked,
        "failed": row.failed,
        "tokens_in": row.tokens_in,
        "tokens_out": row.tokens_out,
        "cost_usd": row.cost_nano / 1e9,
        "cost_unknown": row.cost_unknown,
        "highest_risk": row.max_risk,
        "last_activity": iso(row.last_us),
        "owner": row.owner,
    }


def _group(row: ActiveGroup) -> dict[str, object]:
    return {
        "group": row.group,
        "users": row.users,
        "requests": row.requests,
        "blocked": row.blocked,
        "cost_usd": row.cost_nano / 1e9,
        "cost_unknown": row.cost_unknown,
        "last_activity": iso(row.last_us),
    }
