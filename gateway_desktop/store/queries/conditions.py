"""AuditFilter to SQL, so that one index carries the question whatever else is asked.

One condition, the *driver*, is left as it is; all others are written so that no index fits them (`column ||
''`), since without statistics the planner would sooner or later sort a million rows to use the wrong one. A
driver with several values is asked once per value: each answer comes in order and stops at the page's end.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from peewee import OP, SQL, Expression, Field, NodeList, Value, fn

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import DAY_US
from gateway_desktop.store.models.base import tuples
from gateway_desktop.store.models.event import Event, Seen
from gateway_desktop.store.models.people import ApiKeyRow
from gateway_desktop.store.queries.paging import NOT_SCANNED, RISK_LEVELS, UNKNOWN, AuditFilter, Comparison

MOST_ALTERNATIVES = 60  # values of a driver; beyond it they are so common that walking by time is as good
_LARGEST = 2**63 - 1  # that a column holds


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A filter in SQL: rows match `residual` and one of the `alternatives`, which exclude each other."""

    alternatives: tuple[tuple[Any, ...], ...]
    residual: tuple[Any, ...]
    lowest: int  # first id of the range
    highest: int | None  # first id after it

    @property
    def empty(self) -> bool:
        """Whether nothing can match: no such user, model, ..."""
        return not self.alternatives


def narrow(asked: AuditFilter) -> Narrowed:
    """Return the filter in SQL."""
    kind = Event.kind == asked.tab
    residual: list[Any] = _plain_conditions(asked)
    driver: tuple[tuple[Any, ...], ...] | None = None
    for field, values, extra in _selective(asked):
        if driver is None and len(values) <= MOST_ALTERNATIVES:
            driver = tuple((kind, field == value, *extra) for value in values)
        else:
            residual.append(hidden(field).in_(values))
    low = 0 if asked.since_us is None else Recorded.first_id(asked.since_us)
    high = None if asked.until_us is None else Recorded.first_id(asked.until_us)
    if asked.exchange:
        first, end = exchange_ids(asked.exchange)
        low, high = max(low, first), end if high is None else min(high, end)
        residual.append(Event.exchange_id == asked.exchange)
    if driver is None:
        driver = ((kind, *_risk_driver(asked)),)
    return Narrowed(alternatives=driver, residual=tuple(residual), lowest=low, highest=high)


def matching(field: Field, asked: str) -> Any:
    """Return the condition that a wildcard, or an exact value, asks for."""
    if "*" not in asked and "?" not in asked:
        return field == asked
    escaped = asked.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    pattern = escaped.replace("*", "%").replace("?", "_")
    return Expression(field, OP.ILIKE, NodeList((Value(pattern, converter=False), SQL("ESCAPE '\\'"))))


def actors_like(tab: str, user: str) -> list[str]:
    """Return the actors of a tab's rows whose e-mail or name contains the text, or is the one after '='.

    After '=' may also stand the id of an account: then all names under which its rows stand.
    """
    if user.startswith("="):
        owned = Seen.select(Seen.label).where(
            Seen.kind == tab, Seen.field == "user", Seen.value == user[1:], Seen.value != ""
        )
        return sorted({user[1:], *(row[0] for row in tuples(owned))})
    query = Seen.select(Seen.value).distinct().where(Seen.kind == tab, Seen.field == "actor")
    return [row[0] for row in tuples(query.where(Seen.value.contains(user) | Seen.label.contains(user)))]


def _selective(asked: AuditFilter) -> list[tuple[Field, list[str], tuple[Any, ...]]]:
    """Return what an index can carry, the most selective first: column, values, what proves it right."""
    found: list[tuple[Field, list[str], tuple[Any, ...]]] = []
    if asked.session:
        found.append((Event.session, [asked.session], ()))
    actors = _actors(asked)
    if actors is not None:
        found.append((Event.actor, actors, ()))
    if asked.target:
        found.append((Event.target, _values(asked.tab, "target", asked.target), ()))
    statuses = sorted(set(asked.status))
    if statuses and "success" not in statuses:
        found.append((Event.outcome, statuses, (SQL("outcome <> 'success'"),)))
    if asked.policy_action not in ("", "none"):
        found.append((Event.policy_action, [asked.policy_action], (SQL("policy_action <> 'none'"),)))
    if asked.proxy:
        found.append((Event.proxy, _values(asked.tab, "proxy", asked.proxy), ()))
    return found


def _values(tab: str, field: str, asked: str) -> list[str]:
    """Return the values that a wildcard means, of those that ever stood in this column."""
    if "*" not in asked and "?" not in asked:
        return [asked]
    query = Seen.select(Seen.value).where(Seen.kind == tab, Seen.field == field, matching(Seen.value, asked))
    return sorted({row[0] for row in tuples(query)})


def _actors(asked: AuditFilter) -> list[str] | None:
    """Return whose rows can match user, group, key and application; None if nothing of that is asked."""
    found: set[str] | None = set(actors_like(asked.tab, asked.user)) if asked.user else None
    for field, condition in (
        ("grp", matching(Seen.value, asked.group) if asked.group else None),
        ("key", Seen.value.in_(key_ids(asked.key)) if asked.key else None),
        ("app", Seen.value.contains(asked.app) if asked.app else None),
    ):
        if condition is not None:
            query = Seen.select(Seen.label).where(Seen.kind == asked.tab, Seen.field == field, condition)
            owners = {row[0] for row in tuples(query)}
            found = owners if found is None else found & owners
    return None if found is None else sorted(found)


def key_ids(asked: str) -> list[str]:
    """Return the ids of the keys that start like this, or have this id."""
    rows = ApiKeyRow.select(ApiKeyRow.id).where(
        (ApiKeyRow.id == asked) | (fn.SUBSTR(ApiKeyRow.prefix, 1, len(asked)) == asked[:12])
    )
    return [row[0] for row in tuples(rows)] or [asked]


def exchange_ids(exchange_id: str) -> tuple[int, int]:
    """Return between which ids the row of an exchange stands: from its start (a UUIDv7 tells) to a day on."""
    try:
        started_us = (uuid.UUID(exchange_id).int >> 80) * 1000
    except ValueError:
        return 0, 0
    return Recorded.first_id(started_us), Recorded.first_id(started_us + DAY_US)


def _plain_conditions(asked: AuditFilter) -> list[Any]:
    """Return the conditions that no index carries, or that narrow what a driver has found."""
    found: list[Any] = []
    if "success" in asked.status:
        found.append(hidden(Event.outcome).in_(sorted(set(asked.status))))
    if asked.policy_action == "none":
        found.append(hidden(Event.policy_action) == "none")
    if asked.user.startswith("=") and len(asked.user) > 1:  # the account's rows, not a namesake's
        name = asked.user[1:]
        found.append((hidden(Event.actor) == name) | (fn.COALESCE(Event.user_id, "") == name))
    if asked.key:
        found.append(Event.api_key_id.in_(key_ids(asked.key)))
    if asked.app:
        found.append(Event.app.contains(asked.app))
    for field, value in (
        (Event.block_reason, asked.reason),
        (Event.method, asked.method),
        (Event.category, asked.category),
        (Event.severity, asked.severity),
        (Event.client_ip, asked.address),
        (Event.grp, asked.group),
    ):
        found += [matching(field, value)] if value else []
    if asked.code:
        found.append(
            Event.http_status == (int(asked.code) if asked.code.isdecimal() and len(asked.code) < 9 else -1)
        )
    return found + _left_out(asked) + _numeric(asked) + _textual(asked)


_COLUMNS: dict[str, Field] = {
    "proxy": Event.proxy,
    "group": Event.grp,
    "target": Event.target,
    "status": Event.outcome,
    "policy_action": Event.policy_action,
    "reason": Event.block_reason,
    "session": Event.session,
    "method": Event.method,
    "category": Event.category,
    "severity": Event.severity,
    "address": Event.client_ip,
}


def _left_out(asked: AuditFilter) -> list[Any]:
    """Return what keeps out the rows that somebody excluded; a row without the value stays."""
    found: list[Any] = []
    for name, value in asked.excluded:
        match name:
            case "user":
                found.append(hidden(Event.actor).not_in(actors_like(asked.tab, value)))
            case "key":
                found.append(Event.api_key_id.is_null() | Event.api_key_id.not_in(key_ids(value)))
            case "app":
                found.append(Event.app.is_null() | ~Event.app.contains(value))
            case _:
                column = _COLUMNS[name]
                found.append(column.is_null() | ~matching(column, value))
    return found


def _numeric(asked: AuditFilter) -> list[Any]:
    found: list[Any] = []
    if asked.cost == UNKNOWN:
        found.append(Event.cost_nano.is_null())
    elif asked.cost is not None:
        found.append(_compared(Event.cost_nano, asked.cost, 1e9))
    if asked.tokens is not None:
        total = fn.COALESCE(Event.tokens_in, 0) + fn.COALESCE(Event.tokens_out, 0)
        found.append(_compared(total, asked.tokens, 1))
    if asked.duration is not None:
        found.append(_compared(Event.duration_ms, asked.duration, 1000))
    if asked.risk is not None:
        low, high = risk_range(asked.risk)
        found.append(Event.risk.is_null() if high < 0 else Event.risk.between(low, high))
    return found


def _textual(asked: AuditFilter) -> list[Any]:
    if not asked.text:
        return []
    fields = (
        Event.target,
        Event.error,
        Event.actor,
        Event.display_name,
        Event.app,
        Event.method,
        Event.detail,
    )
    more = (
        Event.proxy,
        Event.session,
        Event.claimed_user,
        Event.response_model,
        Event.endpoint,
        Event.client_ip,
    )
    found = fields[0].contains(asked.text)
    for field in (*fields[1:], *more):
        found |= field.contains(asked.text)
    return [found]


def _compared(value: Any, comparison: Comparison, scale: float) -> Any:
    operator, number = comparison
    wanted = round(min(number * scale, _LARGEST))
    match operator:
        case ">":
            return value > wanted
        case ">=":
            return value >= wanted
        case "<":
            return value < wanted
        case "<=":
            return value <= wanted
        case _:
            return value == wanted


def risk_range(asked: tuple[str, str]) -> tuple[int, int]:
    """Return the lowest and highest score that is asked for; (0, -1) stands for *not scanned*."""
    operator, level = asked
    if level == NOT_SCANNED:
        return 0, -1
    low, high = RISK_LEVELS[level] if level in RISK_LEVELS else (int(level), int(level))
    match operator:
        case ">":
            return high + 1, 100
        case ">=":
            return low, 100
        case "<":
            return (0, low - 1) if low else (1, 0)  # nothing is less than 0
        case "<=":
            return 0, high
        case _:
            return low, high


def _risk_driver(asked: AuditFilter) -> tuple[Any, ...]:
    """Return what lets SQLite use an index that holds only rows with a (high) risk."""
    if asked.risk is None or asked.risk[1] == NOT_SCANNED:
        return ()
    return (SQL("risk >= 50"),) if risk_range(asked.risk)[0] >= 50 else (SQL("risk IS NOT NULL"),)


def hidden(field: Field) -> Any:
    """Return the text column in a form that no index fits."""
    return field.concat("")
