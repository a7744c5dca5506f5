"""The columns of Most Active Users and of one user's requests, models and keys."""

from typing import Any

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.money import dollars
from gateway_desktop.core.plural import plural
from gateway_desktop.store.queries.activity import ActiveGroup, ActiveUser
from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.store.queries.configuration import KeyItem
from gateway_desktop.store.queries.targets_used import TargetUse
from gateway_desktop.ui.display import cost, exact, number, until
from gateway_desktop.ui.outcomes import outcome_badge, refused
from gateway_desktop.ui.tables.column import Column
from gateway_desktop.ui.tables.typed_columns import (
    ago_column,
    duration_column,
    last_column,
    number_column,
    risk_column,
    tokens_column,
)

KINDS = {"api_key": "API key", "oauth": "OAuth", "anonymous": "Anonymous"}


def who(row: ActiveUser) -> str:
    """Return how an owner is called."""
    return "Unattributed" if row.unattributed else row.actor


def _name(row: ActiveUser) -> str:
    return row.display_name


def kinds(row: ActiveUser) -> str:
    """Return how the owner was known."""
    return ", ".join(KINDS.get(kind, kind) for kind in row.kinds)


def tokens_tip(row: ActiveUser) -> str:
    """Return both directions."""
    return f"{number(row.tokens_in)} in, {number(row.tokens_out)} out"


def cost_tip(nano: int, unknown: int) -> str:
    """Return a sum exactly, and say when it is only a lower bound."""
    requests = plural(unknown, "request is not in it: its cost is", "requests are not in it: their cost is")
    missing = f"\n{requests} unknown" if unknown else ""
    return dollars(nano) + missing


# Of rows that have a sum and how many requests are not in it.
_COSTS: Column[Any] = Column(
    "cost",
    "Cost",
    lambda row: row.cost_nano,
    display=lambda row: cost(row.cost_nano, unknown=row.cost_unknown),
    width=104,
    numeric=True,
    tooltip=lambda row: cost_tip(row.cost_nano, row.cost_unknown),
)

USER_COLUMNS: tuple[Column[ActiveUser], ...] = (
    Column("user", "User", who, width=152, stretch=True, least=152, strong=True, tooltip=_name),
    Column("group", "Group", lambda row: ", ".join(row.groups), width=112, muted=True, spare=3),
    Column("kind", "Kind", kinds, width=96, muted=True, spare=4),
    number_column("requests", "Requests", lambda row: row.requests, width=88),
    number_column("blocked", "Blocked", lambda row: row.blocked, width=80),
    tokens_column(lambda row: row.tokens_in + row.tokens_out, width=88, spare=2, tooltip=tokens_tip),
    _COSTS,
    risk_column("Highest risk", lambda row: row.max_risk, width=104),
    ago_column("last", "Last activity", lambda row: row.last_us, width=104, spare=1),
    Column("view", "", lambda _: "View", width=56, link=True, numeric=True),
)


GROUP_COLUMNS: tuple[Column[ActiveGroup], ...] = (
    Column("group", "Group", lambda row: row.group or "No group", stretch=True, strong=True),
    Column("users", "Users", width=80, numeric=True),
    number_column("requests", "Requests", lambda row: row.requests, width=96),
    number_column("blocked", "Blocked", lambda row: row.blocked, width=88),
    _COSTS,
    ago_column("last", "Last activity", lambda row: row.last_us, width=112),
    Column("view", "", lambda row: "Users" if row.group else "", width=64, link=True, numeric=True),
)


def trouble(row: AuditRow) -> str:
    """Say why a request did not succeed."""
    return row.error or (f"Blocked: {refused(row.block_reason)}" if row.block_reason else "")


RECENT_COLUMNS: tuple[Column[AuditRow], ...] = (
    ago_column("time", "Time", lambda row: row.started_us, width=104),
    Column("proxy", "Proxy", width=80, muted=True, spare=2),
    Column("method", "Method", lambda row: row.method or "", width=72, muted=True, spare=4),
    Column("model", "Model or tool", lambda row: row.target or "", stretch=True),
    Column("status", "Status", lambda row: row.outcome, width=88, badge=outcome_badge, tooltip=trouble),
    duration_column("duration", "Duration", lambda row: row.duration_ms, width=76, spare=3),
    risk_column("Risk", lambda row: row.risk, width=96, spare=1),
)

MODEL_COLUMNS: tuple[Column[TargetUse], ...] = (
    Column("model", "Model or tool", lambda row: row.target or "–", least=104, stretch=True),
    number_column("requests", "Requests", lambda row: row.requests, width=80),
    tokens_column(lambda row: row.tokens_in + row.tokens_out, width=72),
    _COSTS,
)


def _ends(row: KeyItem) -> str:
    """Say until when a key works, or worked."""
    at_us = row.key.expires_us
    if at_us is not None and at_us <= now_us():
        return f"Expired {exact(at_us)}"
    return f"Expires {until(at_us, now_us())}"


KEY_COLUMNS: tuple[Column[KeyItem], ...] = (
    Column(
        "key",
        "Key",
        lambda row: row.key.name or f"{row.key.prefix}…",
        stretch=True,
        tooltip=lambda row: f"{row.key.prefix}…",
    ),
    Column("group", "Group", width=80, muted=True),
    last_column("used", "Last used", lambda row: row.last_used_us, width=104),
    Column(
        "state",
        "State",
        lambda row: row.state(now_us()),
        display=lambda row: row.state(now_us()).capitalize(),
        width=104,
        muted=True,
        tooltip=_ends,
    ),
)

SECURITY_COLUMNS: tuple[Column[AuditRow], ...] = (
    ago_column("time", "Time", lambda row: row.started_us, width=104),
    Column("event", "Event", lambda row: row.method or "", stretch=True),
    Column("resource", "Resource", lambda row: row.target or "", width=112, muted=True),
)
