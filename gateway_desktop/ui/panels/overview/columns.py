"""The columns of recent requests and of recent trouble."""

from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.ui.outcomes import outcome_badge, refused
from gateway_desktop.ui.tables.column import Column
from gateway_desktop.ui.tables.typed_columns import ago_column, cost_column, duration_column, number_column


def reason(row: AuditRow) -> str:
    """Return what went wrong."""
    if row.block_reason:
        return f"Refused: {row.no_user_reason or row.error or refused(row.block_reason)}"
    return row.error or (f"HTTP {row.http_status}" if row.http_status else "")


def cost_of(row: AuditRow) -> int | None:
    """Return what a model's answer cost; tools and agents have no price."""
    return row.cost_nano if row.kind == "llm" else None


TIME: Column[AuditRow] = ago_column("time", "Time", lambda row: row.started_us, width=104)
STATUS: Column[AuditRow] = Column(
    "status", "Status", lambda row: row.outcome, width=80, badge=outcome_badge, tooltip=reason
)
USER: Column[AuditRow] = Column("user", "User", lambda row: row.actor or "Unattributed", stretch=True)
PROXY: Column[AuditRow] = Column("proxy", "Proxy", width=88, muted=True)

LATEST_COLUMNS: tuple[Column[AuditRow], ...] = (
    TIME,
    USER,
    PROXY,
    Column("model", "Model or tool", lambda row: row.target or row.method or "", stretch=True),
    number_column("input", "Input", lambda row: row.tokens_in, width=72, spare=2),
    number_column("output", "Output", lambda row: row.tokens_out, width=68, spare=3),
    cost_column("cost", "Cost", cost_of, width=80),
    duration_column("duration", "Duration", lambda row: row.duration_ms, width=76, spare=1),
    STATUS,
)
TROUBLE_COLUMNS: tuple[Column[AuditRow], ...] = (
    TIME,
    STATUS,
    Column("user", "User", lambda row: row.actor or "Unattributed", width=184),
    PROXY,
    Column("reason", "What went wrong", reason, stretch=True, tooltip=reason),
)
