"""LLM Proxy: one row for each exchange with a model."""

from collections.abc import Callable
from operator import attrgetter

from gateway_desktop.store.queries.audit import AuditRow, Choices
from gateway_desktop.store.queries.paging import ACTIONS, STATUSES
from gateway_desktop.ui.display import UNKNOWN
from gateway_desktop.ui.outcomes import outcome_badge, refused
from gateway_desktop.ui.panels.audit_logs.kind import (
    Choice,
    LogKind,
    plain_options,
    state_options,
    user_options,
)
from gateway_desktop.ui.panels.audit_logs.times import Times
from gateway_desktop.ui.tables.choice import Option
from gateway_desktop.ui.tables.column import Column
from gateway_desktop.ui.tables.typed_columns import cost_column, duration_column, number_column, risk_column

RISKS = (
    Option(">=critical", "Critical"),
    Option(">=high", "High and above"),
    Option(">=medium", "Medium and above"),
    Option("low", "Low"),
    Option("none", "Not scanned"),
)
UNATTRIBUTED = "Unattributed"


def columns(times: Times, key_label: Callable[[str | None], str]) -> tuple[Column[AuditRow], ...]:
    """Return the columns of the tab, as they are delivered."""
    return (*_who(times), *_what(), *_how_it_ended(), *_hidden_at_first(key_label))


def _who(times: Times) -> tuple[Column[AuditRow], ...]:
    return (
        times.column(width=96),
        Column(
            "actor",
            "User",
            display=lambda row: row.actor or UNATTRIBUTED,
            width=168,
            stretch=True,
            least=160,
            filter="user",
            tooltip=_user_tooltip,
        ),
    )


def _what() -> tuple[Column[AuditRow], ...]:
    return (
        Column("proxy", "Proxy", width=96, muted=True, filter="proxy", spare=1),
        Column("target", "Model", width=150, stretch=True, filter="model", tooltip=_model_tooltip),
        _number("tokens_in", "Input", spare=3),
        _number("tokens_out", "Output", spare=4),
        cost_column("cost_nano", "Cost", lambda row: row.cost_nano, width=80, tooltip=_cost_tooltip),
        duration_column("duration_ms", "Duration", lambda row: row.duration_ms, width=78, spare=2),
        duration_column("ttft_ms", "First token", lambda row: row.ttft_ms, width=84, hidden=True),
    )


def _how_it_ended() -> tuple[Column[AuditRow], ...]:
    return (
        Column("outcome", "Status", width=92, badge=outcome_badge, filter="status", tooltip=_status_tooltip),
        risk_column("Risk", lambda row: row.risk, width=96),
    )


def _hidden_at_first(key_label: Callable[[str | None], str]) -> tuple[Column[AuditRow], ...]:
    return (
        hidden_column("grp", "Group", filter="group"),
        Column(
            "api_key_id",
            "Key",
            display=lambda row: key_label(row.api_key_id),
            width=150,
            muted=True,
            hidden=True,
            filter="key",
        ),
        hidden_column("session", "Session", filter="session"),
        hidden_column("app", "Client", filter="client"),
        hidden_column("claimed_user", "Claimed user"),
        _number("tokens_cached", "Cached", hidden=True),
        _number("tokens_reasoning", "Reasoning", hidden=True),
        hidden_column("service_tier", "Service tier"),
        hidden_column("cost_basis", "Cost basis"),
        hidden_column("finish", "Finish reason"),
        hidden_column("endpoint", "Endpoint"),
        hidden_column("client_ip", "Address", filter="address"),
    )


def _number(field: str, title: str, *, hidden: bool = False, spare: int = 0) -> Column[AuditRow]:
    return number_column(field, title, attrgetter(field), width=72, hidden=hidden, spare=spare)


def hidden_column(field: str, title: str, *, width: int = 130, filter: str = "") -> Column[AuditRow]:
    """Return a column that is shown when somebody wants it."""
    return Column(field, title, width=width, muted=True, hidden=True, filter=filter)


def _user_tooltip(row: AuditRow) -> str:
    if row.actor:
        return row.display_name if row.display_name != row.actor else ""
    return row.no_user_reason or ""


def _model_tooltip(row: AuditRow) -> str:
    answered = row.response_model
    return f"Answered by {answered}" if answered and answered != row.target else ""


def _cost_tooltip(row: AuditRow) -> str:
    if row.cost_nano is None:
        return "The cost is not known: no usage was reported, or the model has no known price"
    return f"${row.cost_nano / 1e9:.9f}".rstrip("0").rstrip(".") + f" ({row.cost_basis or UNKNOWN})"


def _status_tooltip(row: AuditRow) -> str:
    parts = (row.error, f"HTTP {row.http_status}" if row.http_status else "", refused(row.block_reason))
    return " · ".join(part for part in parts if part)


def _values(choices: Choices) -> dict[str, tuple[str, ...]]:
    return {
        "user": (*(actor for actor, _ in choices.users if actor), "none"),
        "proxy": choices.proxies,
        "model": choices.targets,
        "group": choices.groups,
        "client": choices.apps,
        "method": choices.methods,
        "status": STATUSES,
        "risk": (">=medium", ">=high", ">=critical", "none"),
        "action": ACTIONS,
        "reason": ("credential", "access", "rate_limit", "budget", "policy", "audit"),
        "cost": (">0.1", "unknown"),
        "duration": (">5s",),
        "tokens": (">10000",),
        "since": ("1h", "24h", "7d", "30d", "90d"),
    }


NAMES = (
    "user",
    "proxy",
    "model",
    "status",
    "risk",
    "group",
    "client",
    "method",
    "key",
    "session",
    "reason",
    "action",
    "cost",
    "tokens",
    "duration",
    "code",
    "address",
    "id",
    "since",
    "until",
)
LLM = LogKind(
    tab="llm",
    title="LLM Proxy",
    things="requests",
    columns=columns,
    choices=(
        Choice("user", "User", user_options),
        Choice("proxy", "Proxy", lambda choices: plain_options(choices.proxies)),
        Choice("status", "Status", lambda _: state_options(STATUSES), multiple=True),
        Choice("risk", "Risk level", lambda _: RISKS),
    ),
    names=NAMES,
    values=_values,
    hint="user:ana status:blocked,failed model:gpt* …",
    series=(("success", "accent"), ("abandoned", "low"), ("failed", "high"), ("blocked", "critical")),
    counts_tokens=True,
    rates_of="model",
    nothing=(
        "No requests yet",
        "Every call that a tool makes through the gateway is a row: user, model, tokens, cost, duration.",
        "Open Proxies",
    ),
)
