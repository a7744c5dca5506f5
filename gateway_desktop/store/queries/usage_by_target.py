"""Tokens and cost over time, by model (or tool, or agent): from the hourly rollup, its edges from rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import SQL, fn

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import HOUR_US
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import tuples
from gateway_desktop.store.models.event import Event
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.queries.ranges import charted, in_range, place_of
from gateway_desktop.store.queries.rolled_up import rolled, steps_of

Found = tuple[int, str, int, int]  # when, target, tokens, cost


@dataclass(frozen=True, slots=True)
class TargetSeries:
    """One model over time: a value for each bucket."""

    target: str  # "" for all that have no name, or are not among the most used
    tokens: tuple[int, ...]  # in and out
    cost_nano: tuple[int, ...]  # what is known of it


def by_target(
    _database: Database, asked: AuditFilter, starts: Sequence[int], most: int = 5
) -> tuple[TargetSeries, ...]:
    """Return the targets with most tokens, and then all others as one, in buckets that begin at `starts`."""
    tokens: dict[str, list[int]] = {}
    costs: dict[str, list[int]] = {}
    for at_us, target, spent, cost in _found(asked, starts) if starts else ():
        place = place_of(starts, at_us)
        tokens.setdefault(target, [0] * len(starts))[place] += spent
        costs.setdefault(target, [0] * len(starts))[place] += cost
    named = sorted((one for one in tokens if one), key=lambda one: (-sum(tokens[one]), -sum(costs[one]), one))
    found = [TargetSeries(one, tuple(tokens[one]), tuple(costs[one])) for one in named[:most]]
    others = [*named[most:], *(one for one in tokens if not one)]
    if others:
        found.append(TargetSeries("", _sums(tokens, others), _sums(costs, others)))
    return tuple(found)


def _sums(values: dict[str, list[int]], names: Iterable[str]) -> tuple[int, ...]:
    return tuple(sum(each) for each in zip(*(values[name] for name in names), strict=True))


def _found(asked: AuditFilter, starts: Sequence[int]) -> Iterable[Found]:
    span = charted(asked, starts)
    known = rolled(asked, (asked.tab,), span, starts)
    if known is None:
        yield from _of_rows(span.cut(asked), starts)
        return
    table = known.model
    query = table.select(table.hour, table.target, fn.SUM(table.tin + table.tout), fn.SUM(table.cost))
    query = query.where(*known.conditions).group_by(table.hour, table.target)
    for hour, target, spent, cost in tuples(query):
        yield hour * HOUR_US, target, spent, cost
    for edge in known.edges:
        yield from _of_rows(edge.cut(asked), starts)


def _of_rows(asked: AuditFilter, starts: Sequence[int]) -> Iterable[Found]:
    steps = steps_of(starts)
    step: Any = (Event.id / steps).alias("step")
    target: Any = fn.COALESCE(Event.target, "").alias("named")
    tokens = fn.SUM(fn.COALESCE(Event.tokens_in, 0) + fn.COALESCE(Event.tokens_out, 0))
    for matching in in_range(asked):
        query = Event.select(step, target, tokens, fn.COALESCE(fn.SUM(Event.cost_nano), 0)).where(*matching)
        for number, name, spent, cost in tuples(query.group_by(SQL("step"), SQL("named"))):
            yield Recorded.time_us(number * steps), name, spent, cost
