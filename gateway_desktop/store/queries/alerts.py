"""Alerts: rows by filter, one with its history, how many there are."""

import json
from dataclasses import dataclass, fields
from typing import Any

from gateway_desktop.core.alert import AlertState, AlertType
from gateway_desktop.core.finding import Level
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.alert import AlertHistoryRow, AlertRow
from gateway_desktop.store.models.base import of_row

LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts; an empty field asks for nothing."""

    states: tuple[AlertState, ...] = ()
    severities: tuple[Level, ...] = ()
    types: tuple[AlertType, ...] = ()
    user: str = ""  # part of e-mail or name
    proxy: str = ""
    policy: str = ""  # name of the policy
    rule: str = ""
    assignee: str = ""
    since_us: int | None = None  # last seen
    until_us: int | None = None  # not included
    text: str = ""  # part of title or description


@dataclass(frozen=True, slots=True)
class AlertItem:
    """One alert as lists show it. Times in microseconds since 1970 UTC."""

    id: str
    severity: Level
    title: str
    type: AlertType
    state: AlertState
    user_id: str
    actor: str
    display_name: str
    proxy: str
    policy: str
    rule: str
    times: int
    first_us: int
    last_us: int
    assignee: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that was done with an alert."""

    at_us: int
    actor: str
    what: str
    before: str
    after: str
    note: str


@dataclass(frozen=True, slots=True)
class AlertDetail:
    """All that is known of an alert."""

    item: AlertItem
    description: str
    recommended: str
    remedy: str
    group: str
    api_key_id: str
    client_id: str
    session: str
    address: str
    kind: str  # tab of the audit where its exchanges stand; "system" for none
    exchanges: tuple[str, ...]  # ids, the newest first
    risk: int | None
    dismissal: str
    evidence: tuple[dict[str, Any], ...]
    details: dict[str, Any]
    history: tuple[HistoryLine, ...]


_ITEM = tuple(getattr(AlertRow, field.name) for field in fields(AlertItem))


def alerts(_database: Database, asked: AlertFilter, limit: int = 500) -> tuple[AlertItem, ...]:
    """Return alerts, the last seen first."""
    query = AlertRow.select(*_ITEM).order_by(AlertRow.last_us.desc(), AlertRow.id.desc()).limit(limit)
    for condition in _conditions(asked):
        query = query.where(condition)
    return tuple(map(_item, query))


def count(_database: Database, asked: AlertFilter) -> int:
    """Return how many alerts match."""
    query = AlertRow.select()
    for condition in _conditions(asked):
        query = query.where(condition)
    found: int = query.count()
    return found


def detail(_database: Database, alert_id: str) -> AlertDetail | None:
    """Return one alert by its id, or by the start of it if that is enough."""
    row: Any = AlertRow.get_or_none(AlertRow.id == alert_id)
    if row is None:
        found = list(AlertRow.select().where(AlertRow.id.startswith(alert_id)).limit(2)) if alert_id else []
        if len(found) != 1:
            return None
        row = found[0]
    history = AlertHistoryRow.select().where(AlertHistoryRow.alert_id == row.id).order_by(AlertHistoryRow.n)
    return of_row(
        AlertDetail,
        row,
        item=_item(row),
        group=row.grp,
        exchanges=json.loads(row.exchanges),
        evidence=json.loads(row.evidence),
        details=json.loads(row.details),
        history=[of_row(HistoryLine, line) for line in history],
    )


def _item(row: AlertRow) -> AlertItem:
    return of_row(AlertItem, row, severity=LEVELS[row.severity])


def _conditions(asked: AlertFilter) -> list[Any]:
    found = [
        column.in_(values)
        for column, values in (
            (AlertRow.state, [str(state) for state in asked.states]),
            (AlertRow.severity, [level.rank for level in asked.severities]),
            (AlertRow.type, [str(one) for one in asked.types]),
            (AlertRow.proxy, [asked.proxy] if asked.proxy else []),
            (AlertRow.rule, [asked.rule] if asked.rule else []),
            (AlertRow.assignee, [asked.assignee] if asked.assignee else []),
        )
        if values
    ]
    if asked.user:
        found.append(AlertRow.actor.contains(asked.user) | AlertRow.display_name.contains(asked.user))
    if asked.policy:
        found.append(AlertRow.policy.startswith(f"{asked.policy}@"))
    if asked.since_us is not None:
        found.append(AlertRow.last_us >= asked.since_us)
    if asked.until_us is not None:
        found.append(AlertRow.last_us < asked.until_us)
    if asked.text:
        found.append(AlertRow.title.contains(asked.text) | AlertRow.description.contains(asked.text))
    return found
