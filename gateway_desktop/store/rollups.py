"""Rollups: the counts that cards, charts and lists read instead of a million rows.

They are added up per batch in Python and written in the batch's own transaction, keys sorted (on
PostgreSQL, upserts in random order deadlock). A row's hour and day are those of its id, the time it was
recorded: so a range of ids and a range of rollup buckets are the same thing, and views that mix the two
agree.
"""

import math
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from gateway_desktop.core.audit import Recorded
from gateway_desktop.store.rows import COLUMNS

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
SPAN_DAYS = 16
SPAN_US = SPAN_DAYS * DAY_US
_LOG_STEP = math.log(1.04)

_ID, _GW, _KIND, _OUTCOME, _PROXY = (COLUMNS.index(name) for name in ("id", "gw", "kind", "outcome", "proxy"))
_PRINCIPAL, _ACTOR, _NAME, _USER, _KEY, _GROUP, _APP, _TARGET, _METHOD = (
    COLUMNS.index(name)
    for name in (
        "principal_kind",
        "actor",
        "display_name",
        "user_id",
        "api_key_id",
        "grp",
        "app",
        "target",
        "method",
    )
)
_RISK, _IN, _OUT, _COST, _DURATION = (
    COLUMNS.index(name) for name in ("risk", "tokens_in", "tokens_out", "cost_nano", "duration_ms")
)

HOUR_COLUMNS = [
    "hour",
    "gw",
    "proxy",
    "kind",
    "target",
    "outcome",
    "n",
    "tin",
    "tout",
    "cost",
    "n_cost_unknown",
    "dur",
]
HOUR_ADDED = (
    " ON CONFLICT(hour, gw, proxy, kind, target, outcome) DO UPDATE SET n = n + excluded.n,"
    " tin = tin + excluded.tin, tout = tout + excluded.tout, cost = cost + excluded.cost,"
    " n_cost_unknown = n_cost_unknown + excluded.n_cost_unknown, dur = dur + excluded.dur"
)
DAY_COLUMNS = [
    "day",
    "gw",
    "user_id",
    "actor",
    "principal_kind",
    "grp",
    "api_key_id",
    "proxy",
    "kind",
    "n",
    "n_blocked",
    "n_failed",
    "tin",
    "tout",
    "cost",
    "n_cost_unknown",
    "max_risk",
    "last_id",
]
DAY_ADDED = (
    " ON CONFLICT(day, gw, user_id, actor, principal_kind, grp, api_key_id, proxy, kind) DO UPDATE SET"
    " n = n + excluded.n, n_blocked = n_blocked + excluded.n_blocked,"
    " n_failed = n_failed + excluded.n_failed,"
    " tin = tin + excluded.tin, tout = tout + excluded.tout, cost = cost + excluded.cost,"
    " n_cost_unknown = n_cost_unknown + excluded.n_cost_unknown,"
    " max_risk = CASE WHEN max_risk IS NULL OR excluded.max_risk > max_risk"
    " THEN excluded.max_risk ELSE max_risk END,"
    " last_id = excluded.last_id"
)
_KEY_COLUMNS = "user_id, actor, principal_kind, grp, api_key_id, proxy, kind"
_CLOSE_SPANS = (
    f"INSERT INTO roll_span_actor(span, gw, {_KEY_COLUMNS},"
    " n, n_blocked, n_failed, tin, tout, cost, n_cost_unknown, max_risk, last_id)"
    f" SELECT day / {SPAN_DAYS}, gw, {_KEY_COLUMNS}, sum(n), sum(n_blocked), sum(n_failed),"
    " sum(tin), sum(tout), sum(cost), sum(n_cost_unknown), max(max_risk), max(last_id) FROM roll_day_actor"
    f" WHERE gw = ? AND day >= ? AND day < ? GROUP BY day / {SPAN_DAYS}, gw, {_KEY_COLUMNS}"
)
LATENCY_COLUMNS = ("hour", "gw", "proxy", "kind", "bucket", "n")
LATENCY_ADDED = " ON CONFLICT(hour, gw, proxy, kind, bucket) DO UPDATE SET n = n + excluded.n"
SEEN_COLUMNS = ("kind", "field", "value", "label")
SEEN_ADDED = " ON CONFLICT DO NOTHING"


def bucket_of(duration_ms: int | None) -> int:
    """Return the latency bucket, 4% wide, of a duration."""
    return int(math.log(duration_ms) / _LOG_STEP) if duration_ms and duration_ms > 1 else 0


def milliseconds_of(bucket: int) -> float:
    """Return the middle of a latency bucket."""
    return float(math.exp((bucket + 0.5) * _LOG_STEP))


def close_spans(connection: Any, gateway: int, first_open: int) -> None:
    """Add up the spans of days before this one, if they are not; ids only go up, so they are over."""
    row = connection.execute("SELECT closed_span FROM gateway WHERE id = ?", (gateway,)).fetchone()
    known = row[0] if row is not None and row[0] is not None else 0
    if known < first_open:
        days = (known * SPAN_DAYS, first_open * SPAN_DAYS)
        connection.execute(_CLOSE_SPANS, (gateway, *days))
        connection.execute("UPDATE gateway SET closed_span = ? WHERE id = ?", (first_open, gateway))


class Rollups:
    """What a batch of rows adds to the rollups; one instance per batch."""

    def __init__(self) -> None:
        self._hours: dict[tuple[Any, ...], list[int]] = {}
        self._days: dict[tuple[Any, ...], list[Any]] = {}
        self._latencies: dict[tuple[Any, ...], int] = {}

    def add(self, row: Sequence[Any]) -> None:
        """Count one row of an exchange."""
        event_id, gateway, kind, outcome, proxy = row[_ID], row[_GW], row[_KIND], row[_OUTCOME], row[_PROXY]
        at = Recorded.time_us(event_id)
        hour = at // HOUR_US
        tin, tout, cost = row[_IN] or 0, row[_OUT] or 0, row[_COST]
        unknown = 1 if cost is None else 0
        cost = cost or 0
        duration = row[_DURATION]
        at_hour = (hour, gateway, proxy, kind, row[_TARGET] or "", outcome)
        hours = self._hours.get(at_hour)
        if hours is None:
            self._hours[at_hour] = [1, tin, tout, cost, unknown, duration or 0]
        else:
            hours[0] += 1
            hours[1] += tin
            hours[2] += tout
            hours[3] += cost
            hours[4] += unknown
            hours[5] += duration or 0
        blocked = 1 if outcome == "blocked" else 0
        failed = 1 if outcome == "failed" else 0
        key = (
            at // DAY_US,
            gateway,
            row[_USER] or "",
            row[_ACTOR],
            row[_PRINCIPAL],
            row[_GROUP],
            row[_KEY] or "",
            proxy,
            kind,
        )
        days = self._days.get(key)
        risk = row[_RISK]
        if days is None:
            self._days[key] = [1, blocked, failed, tin, tout, cost, unknown, risk, event_id]
        else:
            days[0] += 1
            days[1] += blocked
            days[2] += failed
            days[3] += tin
            days[4] += tout
            days[5] += cost
            days[6] += unknown
            days[-1] = event_id
            if risk is not None and (days[-2] is None or risk > days[-2]):
                days[-2] = risk
        latency = (hour, gateway, proxy, kind, bucket_of(duration))
        self._latencies[latency] = self._latencies.get(latency, 0) + 1

    def first_span(self) -> int:
        """Return the span of days in which the earliest of the rows stands."""
        return min((key[0] for key in self._days), default=0) // SPAN_DAYS

    def hours(self) -> list[Sequence[Any]]:
        """Return what to add to `roll_hour`."""
        return [(*key, *self._hours[key]) for key in sorted(self._hours)]

    def days(self) -> list[Sequence[Any]]:
        """Return what to add to `roll_day_actor`."""
        return [(*key, *self._days[key]) for key in sorted(self._days)]

    def latencies(self) -> list[Sequence[Any]]:
        """Return what to add to `lat_hour`."""
        return [(*key, self._latencies[key]) for key in sorted(self._latencies)]


# All that `seen_values` looks at, in one go: mostly the same for thousands of rows.
seen_key = itemgetter(_KIND, _ACTOR, _NAME, _PROXY, _TARGET, _METHOD, _GROUP, _APP, _KEY, _USER)


def seen_values(row: Sequence[Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield what choices and parts of names are found by: kind, field, value, label."""
    kind, actor = row[_KIND], row[_ACTOR]
    yield kind, "actor", actor, row[_NAME]
    yield kind, "proxy", row[_PROXY], ""
    for field, place in (("target", _TARGET), ("method", _METHOD)):
        if row[place]:
            yield kind, field, row[place], ""
    # These have no index of their own: the label says whose rows to look through.
    for field, place in (("grp", _GROUP), ("app", _APP), ("key", _KEY), ("user", _USER)):
        if row[place]:
            yield kind, field, row[place], actor
