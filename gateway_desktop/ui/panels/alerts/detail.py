"""One alert in words: what happened, the evidence with its place marked, who, what to do, its history."""

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from gateway_desktop.core.alert import AlertState
from gateway_desktop.store.queries.alerts import AlertDetail, HistoryLine
from gateway_desktop.ui.display import local, moment
from gateway_desktop.ui.panels.alerts.columns import REASONS, STATES, TYPES
from gateway_desktop.ui.panels.alerts.proposals import tool_of
from gateway_desktop.ui.widgets.evidence import evidence, head, points, table

TextAt = Callable[[Mapping[str, Any]], str | None]  # the stored text in which a piece of evidence stands
_MOST_EXCHANGES = 5
_TARGETS = {"llm": "Model", "a2a": "Agent"}
_COMPARED = ("expected", "observed", "window")


def told(found: AlertDetail, text_at: TextAt) -> Iterable[str]:
    """Tell of one alert, as HTML; its links lead to exchanges (`exchange:...`)."""
    item = found.item
    yield f"<h3 style='margin:0 0 6px 0'>{escape(item.title)}</h3><p>{escape(found.description)}</p>"
    if found.evidence:
        yield head("Evidence")
        for one in found.evidence:
            yield _evidence(one, text_at(one))
    yield head("What and who")
    yield table(_facts(found))
    if contributions := found.details.get("contributions"):
        yield head(f"Risk score {found.risk if found.risk is not None else ''}")
        yield points(contributions, found.risk)
    if found.recommended:
        yield head("Recommended") + f"<p>{escape(found.recommended)}</p>"
    yield head("History")
    yield table(
        [
            (escape(moment(line.at_us)), f"{_done(line)} by {escape(line.actor)}{_note(line.note)}")
            for line in reversed(found.history)
        ]
    )


def _facts(found: AlertDetail) -> list[tuple[str, str]]:
    item, target, tool = found.item, str(found.details.get("target") or ""), tool_of(found)
    key = "OAuth" if found.client_id else "API key" if found.api_key_id else ""
    exchanges = ", ".join(
        f"<a href='exchange:{escape(one)}'>{escape(one[:18])}…</a>"
        for one in found.exchanges[:_MOST_EXCHANGES]
    )
    more = len(found.exchanges) - _MOST_EXCHANGES
    lines = [
        ("Type", TYPES[item.type]),
        ("Policy", escape(item.policy)),
        ("Rule", escape(item.rule)),
        ("User", " · ".join(escape(name) for name in dict.fromkeys((item.actor, item.display_name)) if name)),
        ("Known by", key),
        ("Group", escape(found.group)),
        ("Address", escape(found.address)),
        ("Proxy", escape(item.proxy)),
        (_TARGETS.get(found.kind, "Tool"), escape(target)),
        ("Tool", escape(tool if tool != target else "")),
        *((name.capitalize(), escape(str(found.details.get(name, "")))) for name in _COMPARED),
        ("Seen", escape(seen(item.times, item.first_us, item.last_us))),
        ("Requests", f"{exchanges}{f' and {more} more' if more > 0 else ''}"),
        ("Dismissed as", REASONS_OR_NOTHING.get(found.dismissal, "")),
    ]
    return [(name, value) for name, value in lines if value]


REASONS_OR_NOTHING = {str(reason): words for reason, words in REASONS.items()}


def seen(times: int, first_us: int, last_us: int) -> str:
    """Return how often something was seen, and when."""
    if times == 1:
        return f"once, {local(last_us)}"
    return f"{times:,} times, {local(first_us)} to {local(last_us)}"


def _evidence(one: Mapping[str, Any], text: str | None) -> str:
    if "excerpt" in one:
        return evidence(one, text)
    return table((escape(str(name)), escape(_plain(value))) for name, value in one.items())


def _plain(value: object) -> str:
    """Return what was noted as a person would write it: `description: Reads a file`."""
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_plain(part)}" for name, part in value.items())
    return str(value)


def _done(line: HistoryLine) -> str:
    """Return what was done: `Under Review`, `Dismissed (Duplicate)`, `Assigned to bob`."""
    if line.what == "assigned":
        return f"Assigned to {escape(line.after)}" if line.after else "Assigned to nobody"
    if line.what in REASONS_OR_NOTHING:
        return f"{STATES[AlertState.DISMISSED]} ({REASONS_OR_NOTHING[line.what]})"
    words = {str(state): name for state, name in STATES.items()}
    return escape(words.get(line.what, line.what.replace("_", " ").capitalize()))


def _note(note: str) -> str:
    return f": {escape(note)}" if note else ""
