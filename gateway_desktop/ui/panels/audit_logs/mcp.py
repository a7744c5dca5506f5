"""MCP Proxy: one row for each call of a tool, a resource or a prompt, and what else is said."""

from collections.abc import Callable

from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.ui.display import size
from gateway_desktop.ui.panels.audit_logs import protocol_columns
from gateway_desktop.ui.panels.audit_logs.kind import LogKind
from gateway_desktop.ui.panels.audit_logs.llm import LLM, hidden_column
from gateway_desktop.ui.panels.audit_logs.times import Times
from gateway_desktop.ui.tables.column import Column


def columns(times: Times, key_label: Callable[[str | None], str]) -> tuple[Column[AuditRow], ...]:
    """Return the columns of the tab, as they are delivered."""
    own: tuple[Column[AuditRow], ...] = (
        Column("method", "Method", width=150, filter="method", spare=5),
        Column("target", "Tool or resource", width=190, filter="tool"),
    )
    hidden: tuple[Column[AuditRow], ...] = (
        hidden_column("server", "Server"),
        hidden_column("protocol_version", "Protocol"),
        hidden_column("parameters", "Parameters", width=240),
        Column(
            "response_bytes",
            "Response size",
            display=lambda row: size(row.response_bytes),
            width=96,
            numeric=True,
            hidden=True,
        ),
    )
    return protocol_columns.columns(times, key_label, own, hidden)


MCP = LogKind(
    tab="mcp",
    title="MCP Proxy",
    things="calls",
    columns=columns,
    choices=protocol_columns.choices("tool", "Tool or resource"),
    names=protocol_columns.names("tool"),
    values=lambda known: protocol_columns.values(known, "tool"),
    hint="user:ana tool:search* status:failed …",
    series=LLM.series,
    rates_of="tool",
    nothing=(
        "No calls yet",
        "Every call of a tool, a resource or a prompt through an MCP proxy is a row here.",
        "Open Proxies",
    ),
)
