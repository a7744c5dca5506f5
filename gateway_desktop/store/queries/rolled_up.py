"""Which rollup answers a question about one tab, which of its hours, and what is left for the rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from peewee import fn

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import HOUR_US, SECOND_US
from gateway_desktop.store.models.base import first as first_row
from gateway_desktop.store.models.base import tuples
from gateway_desktop.store.models.event import Event, RollHour, RollHourWhose, Seen
from gateway_desktop.store.models.meta import GatewayRow
from gateway_desktop.store.queries.conditions import matching
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.queries.ranges import END_US, Divided, Span, divided
from gateway_desktop.store.whose import GROUP, OWNER

_MOST_NAMED = 5_000  # values in one statement
_STEPS_US = (HOUR_US, HOUR_US // 4, 10 * SECOND_US)  # no zone is off by less than a quarter


@dataclass(frozen=True, slots=True)
class Rolled:
    """A rollup, which of its rows are asked for, and the stretches of time that it does not know."""

    model: Any
    conditions: tuple[Any, ...]
    edges: tuple[Span, ...]


def rolled(asked: AuditFilter, kinds: Sequence[str], span: Span, starts: Sequence[int]) -> Rolled | None:
    """Return what answers for this span and these kinds, in buckets that begin at `starts`.

    None: only the rows can.
    """
    if rolled_up(asked):
        conditions = (*_hours(RollHour, span, starts), *_of(RollHour, asked, kinds))
        return Rolled(RollHour, conditions, torn_hours(span, starts))
    if not _knows_whose(asked) or (asked.user and not _alone(kinds, asked.user[1:])):
        return None
    one = of_owners([asked.user[1:]]) if asked.user else of_groups(asked.group)
    group = (matching(RollHourWhose.grp, asked.group),) if asked.user and asked.group else ()
    found = whose(one, span, starts)
    conditions = (*found.conditions, *_of(RollHourWhose, asked, kinds), *group)
    return Rolled(RollHourWhose, conditions, found.edges)


def of_owners(owners: Sequence[str]) -> tuple[Any, ...]:
    """Return the condition that a row of the rollup by owner and group is of one of these owners."""
    by_owner = RollHourWhose.field == OWNER
    return (by_owner, RollHourWhose.value.in_(owners)) if len(owners) <= _MOST_NAMED else (by_owner,)


def of_groups(group: str) -> tuple[Any, ...]:
    """Return the condition that a row of the rollup by owner and group is of this group; `*` is any text."""
    return RollHourWhose.field == GROUP, matching(RollHourWhose.value, group)


def whose(one: Sequence[Any], span: Span, starts: Sequence[int] = ()) -> Rolled:
    """Return what the rollup by owner and group knows of some of them."""
    waiting_us = _waiting_us()
    known = Span(span.since_us, max(span.since_us, min(span.until_us, waiting_us)))
    rest = Span(max(span.since_us, waiting_us), span.until_us)
    edges = torn_hours(known, starts) if known.since_us < known.until_us else ()
    return Rolled(
        RollHourWhose,
        (*one, *_hours(RollHourWhose, known, starts)),
        (*edges, rest) if rest.since_us < rest.until_us else edges,
    )


def rolled_up(asked: AuditFilter) -> bool:
    """Return whether nothing is asked that the hourly rollup without users does not know."""
    known = AuditFilter(
        tab=asked.tab,
        since_us=asked.since_us,
        until_us=asked.until_us,
        proxy=asked.proxy,
        target=asked.target,
        status=asked.status,
    )
    return asked == known and asked.tab != "system"


def torn_hours(span: Span, starts: Sequence[int]) -> tuple[Span, ...]:
    """Return what whole hours do not give: the edges, and hours in which a bucket begins (+05:30)."""
    edges = list(divided(span, HOUR_US).edges)
    for start in starts[1:]:
        hour = start // HOUR_US * HOUR_US
        whole = span.since_us <= hour and hour + HOUR_US <= span.until_us
        if start % HOUR_US and whole and Span(hour, hour + HOUR_US) not in edges:
            edges.append(Span(hour, hour + HOUR_US))
    return tuple(edges)


def in_hours(model: Any, asked: AuditFilter, parts: Divided) -> list[Any]:
    """Return which hours of a rollup are asked for, and of which proxy."""
    found = [model.hour >= parts.first, model.hour < parts.last, model.kind == asked.tab]
    return [*found, matching(model.proxy, asked.proxy)] if asked.proxy else found


def in_rollup(asked: AuditFilter) -> list[Any]:
    """Return what else the hourly rollup knows."""
    found = [matching(RollHour.target, asked.target)] if asked.target else []
    return [*found, RollHour.outcome.in_(sorted(asked.status))] if asked.status else found


def steps_of(starts: Sequence[int]) -> int:
    """Return by what ids are divided, so that no bucket begins within a step."""
    size = next((step for step in _STEPS_US if not any(start % step for start in starts[1:])), 1)
    return size << Recorded.GATEWAY_BITS


def _hours(model: Any, span: Span, starts: Sequence[int]) -> list[Any]:
    """Return the whole hours of a span, but for those in which a bucket begins."""
    parts = divided(span, HOUR_US)
    found = [model.hour >= parts.first, model.hour < parts.last]
    torn = sorted({start // HOUR_US for start in starts[1:] if start % HOUR_US})
    return [*found, model.hour.not_in(torn)] if torn else found


def _of(model: Any, asked: AuditFilter, kinds: Sequence[str]) -> list[Any]:
    """Return what besides the time is asked of a rollup."""
    found = [model.kind.in_(kinds)]
    found += [matching(model.proxy, asked.proxy)] if asked.proxy else []
    found += [matching(model.target, asked.target)] if asked.target else []
    return [*found, model.outcome.in_(sorted(asked.status))] if asked.status else found


def _knows_whose(asked: AuditFilter) -> bool:
    """Return whether the rollup of owners and groups knows all that is asked."""
    one = asked.user.startswith("=") if asked.user else bool(asked.group)
    return one and rolled_up(replace(asked, user="", group=""))


def _alone(kinds: Sequence[str], owner: str) -> bool:
    """Return whether all rows that stand under this name are this owner's, and not a namesake's."""
    others = Seen.select(Seen.value).where(
        Seen.kind.in_(kinds), Seen.field == OWNER, Seen.label == owner, Seen.value != owner
    )
    return first_row(others) is None


def _waiting_us() -> int:
    """Return when the hour begins of the first row that is not in the rollup of owners and groups."""
    waiting = END_US
    known = GatewayRow.select(GatewayRow.id, fn.COALESCE(GatewayRow.rolled_id, 0)).where(GatewayRow.id > 0)
    for gateway, rolled_id in tuples(known):
        row = first_row(Event.select(fn.MIN(Event.id)).where(Event.gw == gateway, Event.id > rolled_id))
        if row and row[0] is not None:
            waiting = min(waiting, Recorded.time_us(row[0]) // HOUR_US * HOUR_US)
    return waiting
