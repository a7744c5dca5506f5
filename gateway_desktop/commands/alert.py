"""`alert`: what somebody must be told."""

import argparse
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.list_output import add_output_options, put_out
from gateway_desktop.commands.output import say, table, wants_json
from gateway_desktop.commands.session import session, wait
from gateway_desktop.commands.times import iso, since_until
from gateway_desktop.core.alert import OPEN, AlertState, AlertType, Dismissal
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.finding import Level
from gateway_desktop.core.plural import plural
from gateway_desktop.services.alerts import Alerts
from gateway_desktop.store.queries.alerts import (
    AlertDetail,
    AlertFilter,
    AlertItem,
    HistoryLine,
    alerts,
    detail,
)
from gateway_desktop.store.queries.paging import parse_filter

_ALL = 2**31
_EXPORTED = (
    "last_seen",
    "severity",
    "title",
    "type",
    "user",
    "proxy",
    "policy",
    "rule",
    "times",
    "first_seen",
    "state",
    "assignee",
    "id",
)


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done with alerts."""
    actions = Actions(parser, common)
    _add_list(actions.add("list", _list, "open alerts, the last seen first"))
    show = actions.add("show", _show, "one alert with evidence and history")
    show.add_argument("alert", metavar="ID", help="its id, or the start of it")
    for name, words in (("review", "start looking at alerts"), ("resolve", "say that they were seen to")):
        _add_ids(actions.add(name, _move, words))
    dismiss = actions.add("dismiss", _move, "say that nothing has to be done")
    _add_ids(dismiss)
    reasons = [str(each) for each in Dismissal]
    dismiss.add_argument("--reason", required=True, choices=reasons, help="why nothing has to be done")
    assign = actions.add("assign", _assign, "say who looks at them")
    assign.add_argument("alerts", nargs="+", metavar="ID", help="ids, or the starts of them")
    assign.add_argument("--to", required=True, metavar="NAME", help='"" for nobody')
    note = actions.add("note", _note, "add a note to their history")
    note.add_argument("alerts", nargs="+", metavar="ID", help="ids, or the starts of them")
    note.add_argument("--text", required=True, help="the note")


def _add_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="closed ones, too")
    for name, kind in (("severity", Level), ("state", AlertState), ("type", AlertType)):
        choices = [str(each) for each in kind]
        parser.add_argument(
            f"--{name}", choices=choices, action="append", default=[], help="repeat it for several"
        )
    parser.add_argument("--user", default="", metavar="TEXT", help="part of e-mail or name")
    parser.add_argument("--proxy", default="", metavar="NAME", help="through this proxy only")
    for name, words in (
        ("policy", "name of the policy"),
        ("rule", "name of the rule"),
        ("assignee", "who looks at them"),
        ("text", "part of title or description"),
        ("since", "last seen from then on: 2026-01-31 or 24h"),
        ("until", "last seen before that time"),
    ):
        parser.add_argument(f"--{name}", default="", metavar=name.upper(), help=words)
    parser.add_argument("--limit", type=int, metavar="N", help="500 if not given; files have all")
    add_output_options(parser)


def _add_ids(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("alerts", nargs="+", metavar="ID", help="ids, or the starts of them")
    parser.add_argument("--note", default="", help="why, for the history")


def _list(arguments: argparse.Namespace) -> int:
    asked = _asked(arguments)
    into_file = arguments.out or arguments.format
    limit = arguments.limit or (_ALL if into_file else 500)
    with session(arguments) as opened:
        rows = [_row(item) for item in opened.ask(alerts, asked, limit)]
        if into_file:
            return put_out(arguments, opened, ("Alerts", _words(asked)), rows, _EXPORTED)
    columns = ("id", "severity", "title", "type", "user", "proxy", "times", "last_seen", "state", "assignee")
    return table(arguments, rows, columns, "No alerts")


def _asked(arguments: argparse.Namespace) -> AlertFilter:
    states = tuple(map(AlertState, arguments.state))
    span = parse_filter("system", since_until(arguments))
    return AlertFilter(
        states=states or (() if arguments.all else OPEN),
        severities=tuple(map(Level, arguments.severity)),
        types=tuple(map(AlertType, arguments.type)),
        user=arguments.user,
        proxy=arguments.proxy,
        policy=arguments.policy,
        rule=arguments.rule,
        assignee=arguments.assignee,
        since_us=span.since_us,
        until_us=span.until_us,
        text=arguments.text,
    )


def _words(asked: AlertFilter) -> str:
    """Return the filter for a manifest."""
    return " ".join(f"{name}:{_said(value)}" for name, value in asdict(asked).items() if value)


def _said(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _row(item: AlertItem) -> dict[str, object]:
    return {
        "id": item.id,
        "severity": str(item.severity),
        "title": item.title,
        "type": str(item.type),
        "user": item.actor,
        "proxy": item.proxy,
        "policy": item.policy,
        "rule": item.rule,
        "times": item.times,
        "first_seen": iso(item.first_us),
        "last_seen": iso(item.last_us),
        "state": str(item.state),
        "assignee": item.assignee,
    }


def _show(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        found = opened.ask(detail, arguments.alert)
    if found is None:
        raise ConfigurationError("alert", f"there is none, or more than one, with id '{arguments.alert}'")
    return say(arguments, "\n".join(_lines(found)), _document(found) if wants_json(arguments) else None)


def _document(found: AlertDetail) -> dict[str, object]:
    document = {**_row(found.item), **asdict(found)}
    del document["item"]
    document["history"] = [{**asdict(line), "at": iso(line.at_us)} for line in found.history]
    return document


def _lines(found: AlertDetail) -> list[str]:
    item = found.item
    lines = [
        item.title,
        f"{item.severity} {item.type}, {item.state}, seen {plural(item.times, 'time')},"
        f" {iso(item.first_us)} to {iso(item.last_us)}",
        found.description,
    ]
    if item.policy:
        lines.append(f"Policy: {item.policy}")
    lines += [f"Evidence: {_evidence(one)}" for one in found.evidence]
    lines += [f"Exchange: {exchange}" for exchange in found.exchanges]
    if found.recommended:
        lines.append(f"Recommended: {found.recommended}")
    lines += [f"{iso(line.at_us)} {line.actor}: {_step(line)} {line.note}".rstrip() for line in found.history]
    return lines


def _step(line: HistoryLine) -> str:
    """Return what was done: `dismissed (duplicate)`, `assigned to bob`."""
    if line.what == "assigned":
        return f"assigned to {line.after or 'nobody'}"
    return f"dismissed ({line.what})" if line.what in tuple(Dismissal) else line.what


def _evidence(one: dict[str, object]) -> str:
    if "excerpt" in one:
        return f"{one['kind']} at {one['place']}: {one['excerpt']}"
    return ", ".join(f"{name}: {value}" for name, value in one.items())


def _move(arguments: argparse.Namespace) -> int:
    def work(service: Alerts) -> Future[None]:
        match arguments.action:
            case "review":
                return service.review(arguments.alerts, arguments.note)
            case "resolve":
                return service.resolve(arguments.alerts, arguments.note)
        return service.dismiss(arguments.alerts, arguments.reason, arguments.note)

    return _done(arguments, work)


def _assign(arguments: argparse.Namespace) -> int:
    return _done(arguments, lambda service: service.assign(arguments.alerts, arguments.to))


def _note(arguments: argparse.Namespace) -> int:
    return _done(arguments, lambda service: service.note(arguments.alerts, arguments.text))


def _done(arguments: argparse.Namespace, work: Callable[[Alerts], Future[None]]) -> int:
    with session(arguments) as opened:
        wait(work(opened.services.alerts))
    return say(arguments, f"{arguments.action}: {', '.join(arguments.alerts)}", {"alerts": arguments.alerts})
