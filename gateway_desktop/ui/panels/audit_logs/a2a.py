"""Agent2Agent: one row for each request to an agent, with its task and the state that was seen last."""

from collections.abc import Callable

from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.ui.panels.audit_logs import protocol_columns
from gateway_desktop.ui.panels.audit_logs.kind import LogKind
from gateway_desktop.ui.panels.audit_logs.llm import LLM, hidden_column
from gateway_desktop.ui.panels.audit_logs.times import Times
from gateway_desktop.ui.tables.column import Badge, Column
from gateway_desktop.ui.theme import Tone

STATES: dict[str, Tone] = {
    "completed": "success",
    "failed": "high",
    "rejected": "high",
    "input-required": "medium",
    "auth-required": "medium",
    "canceled": "low",
    "submitted": "low",
    "working": "low",
}


def columns(times: Times, key_label: Callable[[str | None], str]) -> tuple[Column[AuditRow], ...]:
    """Return the columns of the tab, as they are delivered."""
    own: tuple[Column[AuditRow], ...] = (
        Column("target", "Agent", width=118, filter="agent"),
        Column("method", "Method", width=172, filter="method", spare=5),
        Column("task", "Task", width=76, muted=True, tooltip=_task_tooltip, spare=6),
        Column("finish", "Task state", width=108, badge=state_badge),
    )
    hidden: tuple[Column[AuditRow], ...] = (
        hidden_column("context", "Context"),
        hidden_column("protocol_version", "Protocol"),
    )
    return protocol_columns.columns(times, key_label, own, hidden)


def state_badge(row: AuditRow) -> Badge | None:
    """Return the state of the task; nothing where there was none."""
    return Badge(row.finish.capitalize(), STATES.get(row.finish, "low")) if row.finish else None


def _task_tooltip(row: AuditRow) -> str:
    return " · ".join(part for part in (row.task, row.context and f"context {row.context}") if part)


A2A = LogKind(
    tab="a2a",
    title="Agent2Agent",
    things="requests",
    columns=columns,
    choices=protocol_columns.choices("agent", "Agent"),
    names=protocol_columns.names("agent"),
    values=lambda known: protocol_columns.values(known, "agent"),
    hint="user:ana agent:weather* method:SendMessage …",
    series=LLM.series,
    rates_of="agent",
    nothing=(
        "No requests yet",
        "Every request to an agent behind a proxy is a row here: user, agent, method, task and its state.",
        "Open Proxies",
    ),
)
