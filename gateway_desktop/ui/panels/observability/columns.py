"""The columns of the lists of Observability."""

from datetime import datetime
from operator import attrgetter

from gateway_desktop.core.clock import microseconds, now_us
from gateway_desktop.core.figures import PolicyFigures, ProxyFigures, QueryFigures
from gateway_desktop.core.sink import MOST_COUNTED, SinkState
from gateway_desktop.services.log_lines import LogLine
from gateway_desktop.ui.display import ago, duration, exact, few, moment, number, percent, short_number
from gateway_desktop.ui.outcomes import sink_state
from gateway_desktop.ui.tables.column import Badge, Column
from gateway_desktop.ui.tables.typed_columns import (
    KINDS,
    ago_column,
    badge_column,
    duration_column,
    number_column,
)
from gateway_desktop.ui.theme import Tone

_LEVELS: dict[str, Tone] = {"WARNING": "medium", "ERROR": "critical", "CRITICAL": "critical"}


def errors(row: ProxyFigures) -> str:
    """Return how many failed, and which share that is."""
    return f"{number(row.failed)} ({percent(row.failed, row.requests)})" if row.failed else "0"


def upstream(row: ProxyFigures) -> Badge | None:
    """Return how the upstream answers: the worst class that it answered with in the last hour."""
    if row.last_error:
        return Badge("Failing", "high")
    worst = max(row.upstream, default="")
    return Badge(worst, "medium" if worst >= "4" else "success") if worst else None


def upstream_tip(row: ProxyFigures) -> str:
    """Return all answers of the last hour, or what is wrong."""
    told = ", ".join(f"{n:,} × {kind}" for kind, n in row.upstream.items())
    return row.last_error or told or "Nobody asked in the last hour"


def _milliseconds(name: str, title: str, tip: str, *, spare: int = 0) -> Column[ProxyFigures]:
    return duration_column(name, title, attrgetter(name), width=88, spare=spare, tooltip=lambda _: tip)


PROXY_COLUMNS: tuple[Column[ProxyFigures], ...] = (
    Column("proxy", "Proxy", stretch=True, strong=True),
    Column("kind", "Kind", lambda row: KINDS.get(row.kind, row.kind), width=92, muted=True, spare=1),
    Column("active", "In flight", width=72, numeric=True),
    Column(
        "rate",
        "A minute",
        lambda row: row.per_minute,
        display=lambda row: few(row.per_minute),
        width=76,
        numeric=True,
        spare=2,
        tooltip=lambda _: "Requests a minute, of the last five",
    ),
    number_column("requests", "Last hour", lambda row: row.requests, width=80),
    Column("failed", "Errors", display=errors, width=96, numeric=True),
    number_column("blocked", "Blocked", lambda row: row.blocked, width=72),
    _milliseconds("p50_ms", "p50", "Half of the last hour's requests took no longer"),
    _milliseconds("p95_ms", "p95", "95% of the last hour's requests took no longer"),
    _milliseconds("p99_ms", "p99", "99% of the last hour's requests took no longer", spare=3),
    _milliseconds("first_p50_ms", "First token", "Half of the answers began within this time", spare=4),
    Column(
        "upstream",
        "Upstream",
        lambda row: "Failing" if row.last_error else max(row.upstream, default=""),
        width=88,
        badge=upstream,
        tooltip=upstream_tip,
    ),
)

POLICY_COLUMNS: tuple[Column[PolicyFigures], ...] = (
    Column("policy", "Policy", stretch=True, strong=True),
    number_column(
        "evaluations",
        "Evaluated",
        lambda row: row.evaluations,
        width=104,
        tooltip=lambda _: (
            "How often it was asked since the gateway started: where there was something to judge"
        ),
    ),
    number_column("matches", "Matched", lambda row: row.matches, width=104),
    Column(
        "share",
        "Share",
        lambda row: row.matches / row.evaluations if row.evaluations else 0.0,
        display=lambda row: percent(row.matches, row.evaluations) if row.evaluations else "–",
        width=88,
        numeric=True,
        muted=True,
    ),
    Column(
        "mean",
        "Time each",
        lambda row: row.total_ms / row.evaluations if row.evaluations else 0.0,
        display=lambda row: f"{row.total_ms / row.evaluations * 1000:,.0f} µs" if row.evaluations else "–",
        width=104,
        numeric=True,
    ),
    duration_column("total", "Time in all", lambda row: row.total_ms, width=104),
)

SINK_COLUMNS: tuple[Column[SinkState], ...] = (
    Column("name", "Sink", lambda row: row.sink.name, width=136, strong=True),
    Column("kind", "Kind", lambda row: str(row.sink.kind), width=88, muted=True, spare=1),
    Column("address", "Address", lambda row: row.sink.shown, stretch=True, muted=True),
    Column("records", "Records", lambda row: ", ".join(sorted(row.sink.records)), width=152, muted=True),
    Column(
        "waiting",
        "Waiting",
        display=lambda row: f"{MOST_COUNTED:,}+" if row.waiting >= MOST_COUNTED else number(row.waiting),
        width=80,
        numeric=True,
    ),
    Column(
        "lag",
        "Behind",
        lambda row: row.oldest_us or 0,
        display=lambda row: duration((now_us() - row.oldest_us) / 1000) if row.oldest_us else "–",
        width=96,
        numeric=True,
        tooltip=lambda row: f"Since {exact(row.oldest_us)}" if row.oldest_us else "It has everything",
    ),
    badge_column(
        "state",
        "State",
        sink_state,
        width=88,
        tooltip=lambda row: row.problem or f"Last delivered {ago(row.delivered_us, now_us())}",
    ),
)

QUERY_COLUMNS: tuple[Column[QueryFigures], ...] = (
    Column("name", "Query of the database", stretch=True),
    duration_column(
        "slowest", "Slowest", lambda row: row.slowest_ms, width=96, tooltip=lambda row: exact(row.slowest_us)
    ),
    ago_column("when", "When", lambda row: row.slowest_us, width=104, tooltip=None),
    duration_column("mean", "On average", lambda row: row.total_ms / row.times, width=104),
    Column("times", "Asked", display=lambda row: short_number(row.times), width=88, numeric=True),
)


def _written_us(row: LogLine) -> int:
    """Return when a line was written, which the file says in UTC; 0 for what is no time."""
    try:
        return microseconds(datetime.fromisoformat(row.time))
    except ValueError:
        return 0


LOG_COLUMNS: tuple[Column[LogLine], ...] = (
    Column(
        "time",
        "Time",
        display=lambda row: moment(_written_us(row))[11:],
        width=104,
        muted=True,
        tooltip=lambda row: exact(_written_us(row)),
    ),
    Column(
        "level", "Level", width=88, badge=lambda row: Badge(row.level.title(), _LEVELS.get(row.level, "low"))
    ),
    Column(
        "source", "Source", lambda row: row.source.removeprefix("gateway_desktop."), width=168, muted=True
    ),
    Column(
        "message",
        "Message",
        lambda row: row.message.splitlines()[0] if row.message else "",
        stretch=True,
        tooltip=lambda row: row.message,
    ),
)
