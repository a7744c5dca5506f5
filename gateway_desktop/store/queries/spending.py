"""Tokens and cost per user and per model of a filter: from rollups where they know enough, else from rows."""

from collections.abc import Iterable
from dataclasses import dataclass

from peewee import Case, Value, fn

from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import tuples
from gateway_desktop.store.models.event import Event
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.queries.ranges import Span, in_range
from gateway_desktop.store.queries.rolled_up import rolled, rolled_up
from gateway_desktop.store.queries.sums import ActivityFilter, sums

Found = tuple[str, str, int, int, int, int]  # actor, target, requests, tokens, cost, of unknown cost


@dataclass(frozen=True, slots=True)
class Spent:
    """What the requests of one user, or to one model, add up to."""

    name: str  # "": nobody, or nothing, that has a name
    requests: int
    tokens: int  # in and out
    cost_nano: int
    cost_unknown: int  # requests that are not in the cost


@dataclass(frozen=True, slots=True)
class Spending:
    """The same requests twice: by who asked, and by what was asked; the dearest first."""

    users: tuple[Spent, ...]
    targets: tuple[Spent, ...]


def spending(_database: Database, asked: AuditFilter) -> Spending:
    """Return what the rows of a filter cost, per user and per model."""
    span = Span.of(asked.since_us, asked.until_us).opened()
    known = rolled(asked, (asked.tab,), span, ())
    by_hour = rolled_up(asked)  # by a rollup without users
    if known is None or (by_hour and (asked.target or asked.status or set(asked.proxy) & set("*?"))):
        found = list(_of_rows(asked))
        return Spending(_ranked(found, 0), _ranked(found, 1))
    table = known.model
    values = [fn.SUM(one) for one in (table.n, table.tin + table.tout, table.cost, table.n_cost_unknown)]
    actor = Value("") if by_hour else table.actor
    query = table.select(actor, table.target, *values).where(*known.conditions)
    found = tuples(query.group_by(*([] if by_hour else [actor]), table.target))
    for edge in known.edges:
        found += _of_rows(edge.cut(asked))
    users = found
    if by_hour:
        whole = ActivityFilter(asked.since_us, asked.until_us, proxy=asked.proxy, kind=asked.tab)
        users = [
            (one.actor, "", one.n, one.tin + one.tout, one.cost, one.cost_unknown)
            for one in sums(whole, by_owner=True)
        ]
    return Spending(_ranked(users, 0), _ranked(found, 1))


def _of_rows(asked: AuditFilter) -> Iterable[Found]:
    tokens = fn.SUM(fn.COALESCE(Event.tokens_in, 0) + fn.COALESCE(Event.tokens_out, 0))
    cost = fn.COALESCE(fn.SUM(Event.cost_nano), 0)
    unknown = fn.SUM(Case(None, ((Event.cost_nano.is_null(), 1),), 0))
    for matching in in_range(asked):
        query = Event.select(Event.actor, Event.target, fn.COUNT(Event.id), tokens, cost, unknown)
        query = query.where(*matching)
        yield from tuples(query.group_by(Event.actor, Event.target))


def _ranked(found: Iterable[Found], place: int) -> tuple[Spent, ...]:
    added: dict[str, list[int]] = {}
    for row in found:
        name = str(row[place] or "")
        added[name] = [a + b for a, b in zip(added.get(name, (0, 0, 0, 0)), row[2:], strict=True)]
    spent = (Spent(name, *values) for name, values in added.items())
    return tuple(sorted(spent, key=lambda one: (-one.cost_nano, -one.tokens, one.name)))
