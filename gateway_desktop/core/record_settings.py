"""Settings of what is written down, for how long, and who else is told."""

from dataclasses import dataclass

from gateway_desktop.core.setting import days, setting


@dataclass(frozen=True, slots=True)
class Audit:
    """Logging"""

    enabled: bool = setting(
        True,
        "Audit logging",
        help="Off stops new rows and payloads of exchanges and nothing else; System events go on.",
    )
    wait_for_commit: bool = setting(
        True,
        "Answer only what is written down",
        help="The end of every answer waits until its row is on disk (about half a millisecond).",
    )
    when_unwritable: str = setting(
        "refuse",
        "When the audit cannot be written",
        help="What passes unrecorded is not counted by limits and budgets either, where a team's database is "
        "away.",
        choices=("refuse", "pass"),
    )
    payload_kb: int = setting(
        256,
        "Stored text per exchange",
        help="New text only; head and tail are kept beyond it.",
        minimum=1,
        maximum=65536,
        unit="KB",
    )


@dataclass(frozen=True, slots=True)
class Retention:
    """Retention"""

    llm_days: int = days(365, "Keep LLM requests", "Whole days in UTC; counts of whole days stay.")
    mcp_days: int = days(365, "Keep MCP requests")
    a2a_days: int = days(365, "Keep Agent2Agent requests")
    system_days: int = days(0, "Keep System events")
    texts_days: int = days(90, "Keep stored texts", "Of requests and answers; the rows stay.")
    max_mb: int = setting(
        0,
        "Largest database",
        help="Of SQLite. Beyond it the oldest days of requests go, but for the last two.",
        minimum=0,
        maximum=10_000_000,
        unit="MB",
        zero="no limit",
    )
    low_disk_mb: int = setting(
        1024,
        "Warn of a full disk below",
        help="Of what is free on the disk with the data folder. It is a System event, and stands on "
        "Observability.",
        minimum=0,
        maximum=1_000_000,
        unit="MB",
        zero="never",
    )


@dataclass(frozen=True, slots=True)
class Telemetry:
    """Traces and metrics"""

    endpoint: str = setting(
        "",
        "OTLP collector",
        help="https://collector.example.com:4318 gets traces and metrics. Empty: none. A credential goes "
        "into the environment variable OTEL_EXPORTER_OTLP_HEADERS.",
    )
    traces: bool = setting(
        True,
        "Traces",
        help="A span for each request, and one for its call upstream, which "
        "MCP servers find in _meta of requests (SEP-414).",
    )
    metrics: bool = setting(True, "Metrics", help="Durations and tokens by operation, provider and model.")
