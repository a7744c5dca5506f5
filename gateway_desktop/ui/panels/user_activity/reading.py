"""What the page reads in one go, so that cards, chart and table are of one moment."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from gateway_desktop.core.clock import HOUR_US
from gateway_desktop.store.queries.activity import (
    ActiveGroup,
    ActiveUser,
    ActivityChoices,
    Cards,
    choices,
    counted,
)
from gateway_desktop.store.queries.configuration import ProxyItem, proxy_rows, traffic_seen
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.queries.reasons import Reasons, first_us, reasons
from gateway_desktop.store.queries.sums import KINDS, ActivityFilter
from gateway_desktop.store.queries.usage import Bucket, series_of_kinds
from gateway_desktop.store.queries.usage_by_target import TargetSeries, by_target
from gateway_desktop.ui.charts.buckets import starts_of


@dataclass(frozen=True, slots=True)
class Activity:
    """Everything on the page."""

    cards: Cards
    users: tuple[ActiveUser, ...]
    groups: tuple[ActiveGroup, ...]
    reasons: Reasons
    buckets: tuple[Bucket, ...]
    until_us: int
    proxies: tuple[ProxyItem, ...]
    seen: bool  # any traffic, ever
    choices: ActivityChoices


@dataclass(frozen=True, slots=True)
class Models:
    """The models with most tokens, over time."""

    starts_us: tuple[int, ...]
    until_us: int
    series: tuple[TargetSeries, ...]


def activity(database: Any, asked: ActivityFilter, zone: tzinfo) -> Activity:
    """Read cards, users, chart and what explains an empty page; `asked` has an end."""
    assert asked.until_us is not None
    since = asked.since_us if asked.since_us is not None else first_us(database) or asked.until_us - HOUR_US
    starts = starts_of(since, asked.until_us, zone)
    kinds = (asked.kind,) if asked.kind else KINDS
    buckets = series_of_kinds(database, _rows_of(kinds[0], asked), kinds, starts)
    found = counted(database, asked)
    return Activity(
        cards=found.cards,
        users=found.users,
        groups=found.groups,
        reasons=reasons(database, asked),
        buckets=buckets,
        until_us=asked.until_us,
        proxies=proxy_rows(database),
        seen=traffic_seen(database),
        choices=choices(database),
    )


def models(database: Any, asked: ActivityFilter, zone: tzinfo) -> Models:
    """Read tokens and cost of models over time; other kinds of traffic have none."""
    assert asked.until_us is not None
    since = asked.since_us if asked.since_us is not None else first_us(database) or asked.until_us - HOUR_US
    starts = starts_of(since, asked.until_us, zone)
    found = by_target(database, _rows_of("llm", asked), starts, most=4) if asked.kind in ("", "llm") else ()
    return Models(starts, asked.until_us, found)


def _rows_of(kind: str, asked: ActivityFilter) -> AuditFilter:
    return AuditFilter(
        kind, asked.since_us, asked.until_us, proxy=asked.proxy, group=asked.group, user=exactly(asked.user)
    )


def exactly(owner: str | None) -> str:
    """Return how an audit filter asks for just this owner; "" is unattributed."""
    return "" if owner is None else f"={owner}"
