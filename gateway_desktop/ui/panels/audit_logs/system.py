"""System: one row for each thing that a person or the system did."""

from collections.abc import Callable

from gateway_desktop.core.audit import Category, Severity
from gateway_desktop.store.queries.audit import AuditRow, Choices
from gateway_desktop.store.queries.paging import SYSTEM_STATUSES
from gateway_desktop.ui.outcomes import outcome_badge
from gateway_desktop.ui.panels.audit_logs.kind import (
    Choice,
    LogKind,
    plain_options,
    state_options,
    user_options,
)
from gateway_desktop.ui.panels.audit_logs.times import Times
from gateway_desktop.ui.tables.column import Badge, Column
from gateway_desktop.ui.theme import Tone

SEVERITY_TONES: dict[str, Tone] = {"info": "low", "warning": "medium", "critical": "critical"}


def columns(times: Times, _key_label: Callable[[str | None], str]) -> tuple[Column[AuditRow], ...]:
    """Return the columns of the tab."""
    return (
        times.column(width=88),
        Column("category", "Category", width=130, muted=True, filter="category", spare=2),
        Column("method", "Event", width=124, filter="event"),
        Column("severity", "Severity", width=80, badge=severity_badge, filter="severity"),
        Column("actor", "Actor", width=132, filter="user"),
        Column("target", "Resource", width=146, filter="resource"),
        Column("outcome", "Result", width=82, badge=outcome_badge, filter="status", spare=1),
        Column("details", "Details", width=180, stretch=True, muted=True, tooltip=lambda row: row.details),
        Column("client_ip", "Address", width=96, muted=True, filter="address", spare=3),
    )


def severity_badge(row: AuditRow) -> Badge:
    """Return the severity of an event in its colour."""
    severity = row.severity or "info"
    return Badge(severity.capitalize(), SEVERITY_TONES.get(severity, "low"))


def _values(choices: Choices) -> dict[str, tuple[str, ...]]:
    return {
        "user": tuple(actor for actor, _ in choices.users if actor),
        "event": choices.methods,
        "resource": choices.targets,
        "category": tuple(Category),
        "severity": tuple(Severity),
        "status": SYSTEM_STATUSES,
        "proxy": choices.proxies,
        "since": ("1h", "24h", "7d", "30d", "90d"),
    }


NAMES = ("user", "event", "category", "severity", "resource", "status", "proxy", "address", "since", "until")
SYSTEM = LogKind(
    tab="system",
    title="System",
    things="events",
    columns=columns,
    choices=(
        Choice("category", "Category", lambda _: plain_options(tuple(Category))),
        Choice("event", "Event", lambda choices: plain_options(choices.methods)),
        Choice("severity", "Severity", lambda _: state_options(tuple(Severity))),
        Choice("user", "Actor", user_options),
    ),
    names=NAMES,
    values=_values,
    hint='category:Authentication severity:critical event:"key created" …',
    series=(("success", "accent"), ("failed", "high")),
    nothing=("No events yet", "Everything that a person or the system changes is a row here.", ""),
)
