"""Rollups: the counts that cards, charts and lists read instead of a million rows.

They are added up per batch in Python and written in the batch's own transaction, keys sorted (on
PostgreSQL, upserts in random order deadlock). A row's hour and day are those of its id, the time it was
recorded: so a range of ids and a range of rollup buckets are the same thing, and views that mix the two
agree.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import DAY_US, HOUR_US
from gateway_desktop.core.latency import bucket_of
from gateway_desktop.store.models.base import columns_of
from gateway_desktop.store.models.event import LatencyHour, RollDayActor, RollHour, Seen
from gateway_desktop.store.rows import COLUMNS

SPAN_DAYS = 16
SPAN_US = SPAN_DAYS * DAY_US

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

_in_common = itemgetter(
    _GW, _KIND, _PROXY, _TARGET, _OUTCOME, _USER, _ACTOR, _PRINCIPAL, _GROUP, _KEY
)  # all that any rollup tells apart


def _added(table: str, *columns: str) -> str:
    return ", ".join(f"{column} = {table}.{column} + excluded.{column}" for column in columns)


HOUR_COLUMNS = columns_of(RollHour)
HOUR_ADDED = (
    " ON CONFLICT(hour, gw, proxy, kind, target, outcome) DO UPDATE SET"
    f" {_added('roll_hour', 'n', 'tin', 'tout', 'cost', 'n_cost_unknown', 'dur')}"
)
DAY_COLUMNS = columns_of(RollDayActor)
DAY_ADDED = (
    " ON CONFLICT(day, gw, user_id, actor, principal_kind, grp, api_key_id, proxy, kind) DO UPDATE SET"
    f" {_added('roll_day_actor', 'n', 'n_blocked', 'n_failed', 'tin', 'tout', 'cost', 'n_cost_unknown')},"
    " max_risk = CASE WHEN roll_day_actor.max_risk IS NULL"
    " OR excluded.max_risk > roll_day_actor.max_risk THEN excluded.max_risk ELSE roll_day_actor.max_risk END,"
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
LATENCY_COLUMNS = columns_of(LatencyHour)
LATENCY_ADDED = " ON CONFLICT(hour, gw, proxy, kind, bucket) DO UPDATE SET n = lat_hour.n + excluded.n"
SEEN_COLUMNS = columns_of(Seen)
SEEN_ADDED = " ON CONFLICT DO NOTHING"


def close_spans(connection: Any, gateway: int, first_open: int) -> None:
    """Add up the spans of days before this one, if they are not; ids only go up, so they are over."""
    row = connection.execute("SELECT closed_span FROM gateway WHERE id = ?", (gateway,)).fetchone()
    known = row[0] if row is not None and row[0] is not None else 0
    if known < first_open:
        days = (known * SPAN_DAYS, first_open * SPAN_DAYS)
        connection.execute(_CLOSE_SPANS, (gateway, *days))
        connection.execute("UPDATE gateway SET closed_span = ? WHERE id = ?", (first_open, gateway))


class Rollups:
    """What a batch of rows adds to the rollups; one instance per batch.

    Rows that differ in nothing any rollup knows, as most of a batch do, are counted together first.
    """

    def __init__(self) -> None:
        self._alike: dict[tuple[int, tuple[Any, ...]], _Counts] = {}  # by hour, and what rows have in common

    def add(self, row: Sequence[Any]) -> None:
        """Count one row of an exchange."""
        event_id, cost, duration, risk = row[_ID], row[_COST], row[_DURATION] or 0, row[_RISK]
        key = (Recorded.time_us(event_id) // HOUR_US, _in_common(row))
        counts = self._alike.get(key)
        if counts is None:
            counts = self._alike[key] = _Counts()
        counts.n += 1
        counts.tokens_in += row[_IN] or 0
        counts.tokens_out += row[_OUT] or 0
        if cost is None:
            counts.cost_unknown += 1
        else:
            counts.cost += cost
        counts.durations.append(duration)
        if risk is not None and (counts.risk is None or risk > counts.risk):
            counts.risk = risk
        counts.last_id = event_id

    def first_span(self) -> int:
        """Return the span of days in which the earliest of the rows stands."""
        return min((hour for hour, _ in self._alike), default=0) // (24 * SPAN_DAYS)

    def hours(self) -> list[Sequence[Any]]:
        """Return what to add to `roll_hour`."""
        sums: dict[tuple[Any, ...], list[int]] = {}
        for (hour, (gateway, kind, proxy, target, outcome, *_)), counts in self._alike.items():
            added = counts.sums(sum(counts.durations))
            _sum(sums, (hour, gateway, proxy, kind, target or "", outcome), added)
        return [(*key, *sums[key]) for key in sorted(sums)]

    def days(self) -> list[Sequence[Any]]:
        """Return what to add to `roll_day_actor`."""
        sums: dict[tuple[Any, ...], list[int]] = {}
        rest: dict[tuple[Any, ...], tuple[int | None, int]] = {}
        for (hour, common), counts in self._alike.items():
            gateway, kind, proxy, _, outcome, user, actor, principal, group, key_id = common
            key = (hour // 24, gateway, user or "", actor, principal, group, key_id or "", proxy, kind)
            n, *others = counts.sums()
            blocked, failed = n * (outcome == "blocked"), n * (outcome == "failed")
            _sum(sums, key, [n, blocked, failed, *others])
            risk, last_id = rest.get(key, (None, 0))
            risks = [one for one in (risk, counts.risk) if one is not None]
            rest[key] = (max(risks, default=None), max(last_id, counts.last_id))
        return [(*key, *sums[key], *rest[key]) for key in sorted(sums)]

    def latencies(self) -> list[Sequence[Any]]:
        """Return what to add to `lat_hour`."""
        sums: Counter[tuple[Any, ...]] = Counter()
        for (hour, (gateway, kind, proxy, *_)), counts in self._alike.items():
            for duration in counts.durations:
                sums[hour, gateway, proxy, kind, bucket_of(duration)] += 1
        return [(*key, sums[key]) for key in sorted(sums)]


class _Counts:
    """What is counted of rows that are alike."""

    __slots__ = ("cost", "cost_unknown", "durations", "last_id", "n", "risk", "tokens_in", "tokens_out")

    def __init__(self) -> None:
        self.n = self.tokens_in = self.tokens_out = self.cost = self.cost_unknown = self.last_id = 0
        self.durations: list[int] = []
        self.risk: int | None = None

    def sums(self, *more: int) -> list[int]:
        return [self.n, self.tokens_in, self.tokens_out, self.cost, self.cost_unknown, *more]


def _sum(sums: dict[tuple[Any, ...], list[int]], key: tuple[Any, ...], added: list[int]) -> None:
    known = sums.get(key)
    sums[key] = added if known is None else [one + other for one, other in zip(known, added, strict=True)]


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
