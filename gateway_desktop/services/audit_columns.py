"""The columns of each tab of the audit, in their order, once: for the window and for exports."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AuditColumn:
    """One column: the row's field, its title, and whether the window hides it at first."""

    key: str  # a field of store.queries.audit.AuditRow
    title: str
    hidden: bool = False
    unit: str = ""  # of the exported numbers

    @property
    def export_title(self) -> str:
        """The title in an export, where a cell has no room for its unit."""
        return f"{self.title} ({self.unit})" if self.unit else self.title


def _hidden(*columns: tuple[str, str]) -> tuple[AuditColumn, ...]:
    return tuple(AuditColumn(key, title, hidden=True) for key, title in columns)


_TIME = AuditColumn("started_us", "Time", unit="UTC")
_USER = AuditColumn("actor", "User")
_PROXY = AuditColumn("proxy", "Proxy")
_DURATION = AuditColumn("duration_ms", "Duration", unit="ms")
_STATUS = AuditColumn("outcome", "Status")
_RISK = AuditColumn("risk", "Risk")

_WHO = _hidden(
    ("display_name", "Name"),
    ("grp", "Group"),
    ("principal_kind", "Kind"),
    ("api_key_id", "Key"),
    ("session", "Session"),
    ("app", "Client"),
    ("claimed_user", "Claimed user"),
    ("no_user_reason", "Why no user"),
)
_HOW = _hidden(
    ("block_reason", "Blocked by"),
    ("policy_action", "Policy action"),
    ("policy", "Policy"),
    ("http_status", "HTTP status"),
    ("error", "Error"),
    ("client_ip", "Address"),
    ("request_bytes", "Request bytes"),
    ("response_bytes", "Response bytes"),
    ("exchange_id", "Exchange"),
    ("id", "Id"),
)

COLUMNS: dict[str, tuple[AuditColumn, ...]] = {
    "llm": (
        _TIME,
        _USER,
        _PROXY,
        AuditColumn("target", "Model"),
        AuditColumn("tokens_in", "Input tokens"),
        AuditColumn("tokens_out", "Output tokens"),
        AuditColumn("cost_nano", "Cost", unit="USD"),
        _DURATION,
        AuditColumn("ttft_ms", "Time to first token", hidden=True, unit="ms"),
        _STATUS,
        _RISK,
        *_WHO,
        *_hidden(
            ("tokens_cached", "Cached tokens"),
            ("tokens_cache_write", "Cache written"),
            ("tokens_reasoning", "Reasoning tokens"),
            ("service_tier", "Service tier"),
            ("cost_basis", "Cost basis"),
            ("finish", "Finish reason"),
            ("endpoint", "Endpoint"),
            ("method", "Operation"),
            ("provider", "Provider"),
            ("response_model", "Answering model"),
        ),
        *_HOW,
    ),
    "mcp": (
        _TIME,
        _USER,
        _PROXY,
        AuditColumn("method", "Method"),
        AuditColumn("target", "Tool or resource"),
        _DURATION,
        _STATUS,
        _RISK,
        *_WHO,
        *_hidden(
            ("server", "Server"),
            ("protocol_version", "Protocol version"),
            ("parameters", "Parameters"),
            ("endpoint", "Endpoint"),
        ),
        *_HOW,
    ),
    "a2a": (
        _TIME,
        _USER,
        _PROXY,
        AuditColumn("target", "Agent"),
        AuditColumn("method", "Method"),
        AuditColumn("task", "Task"),
        AuditColumn("finish", "Task state"),
        _DURATION,
        _STATUS,
        _RISK,
        *_WHO,
        *_hidden(("context", "Context"), ("protocol_version", "Protocol version"), ("endpoint", "Endpoint")),
        *_HOW,
    ),
    "system": (
        _TIME,
        AuditColumn("category", "Category"),
        AuditColumn("method", "Event"),
        AuditColumn("severity", "Severity"),
        AuditColumn("actor", "Actor"),
        AuditColumn("target", "Resource"),
        AuditColumn("outcome", "Result"),
        AuditColumn("details", "Details"),
        AuditColumn("client_ip", "Address"),
        *_hidden(("proxy", "Proxy"), ("principal_kind", "Kind"), ("id", "Id")),
    ),
}
