"""What the list of alerts shows, and the words for what is stored."""

from gateway_desktop.core.alert import AlertState, AlertType, Dismissal
from gateway_desktop.core.finding import Level
from gateway_desktop.store.queries.alerts import AlertItem
from gateway_desktop.ui.tables.column import Badge, Column
from gateway_desktop.ui.tables.typed_columns import ago_column, number_column
from gateway_desktop.ui.theme import Tone

SEVERITIES: dict[Level, Tone] = {
    Level.LOW: "low",
    Level.MEDIUM: "medium",
    Level.HIGH: "high",
    Level.CRITICAL: "critical",
}
STATES = {
    AlertState.NEW: "New",
    AlertState.REVIEW: "Under Review",
    AlertState.RESOLVED: "Resolved",
    AlertState.DISMISSED: "Dismissed",
}
STATE_TONES: dict[AlertState, Tone] = {
    AlertState.NEW: "high",
    AlertState.REVIEW: "medium",
    AlertState.RESOLVED: "success",
    AlertState.DISMISSED: "low",
}
TYPES = {
    AlertType.INJECTION: "Injection attempt",
    AlertType.POLICY: "Policy violation",
    AlertType.RATE_LIMIT: "Rate limit exceeded",
    AlertType.UNAUTHORIZED: "Unauthorized access",
    AlertType.SUSPICIOUS: "Suspicious pattern",
    AlertType.DATA_LEAK: "Data leak",
    AlertType.TOOL_CHANGED: "Tool changed",
    AlertType.BUDGET: "Budget",
}
REASONS = {
    Dismissal.FALSE_POSITIVE: "False positive",
    Dismissal.ACCEPTED_RISK: "Accepted risk",
    Dismissal.DUPLICATE: "Duplicate",
}


ALERT_COLUMNS: tuple[Column[AlertItem], ...] = (
    Column(
        "severity",
        "Severity",
        lambda row: row.severity.rank,
        lambda row: row.severity.capitalize(),
        width=76,
        badge=lambda row: Badge(row.severity.capitalize(), SEVERITIES[row.severity]),
    ),
    Column("title", "Title", width=320, strong=True, stretch=True, least=248),
    Column("type", "Type", lambda row: TYPES[row.type], width=152, muted=True, spare=3),
    Column("user", "User", lambda row: row.actor, width=144, tooltip=lambda row: row.display_name, spare=1),
    Column("proxy", "Proxy", width=76, muted=True, spare=2),
    Column("policy", "Policy", width=130, muted=True, spare=4),
    number_column("times", "Times", lambda row: row.times, width=64),
    ago_column("last_seen", "Last seen", lambda row: row.last_us, width=100),
    Column(
        "state",
        "Status",
        lambda row: list(STATES).index(row.state),
        lambda row: STATES[row.state],
        width=96,
        badge=lambda row: Badge(STATES[row.state], STATE_TONES[row.state]),
    ),
    Column("assignee", "Assignee", width=80, muted=True, spare=2),
)
