"""What one owner used in a range: models, tools and agents, and through which proxies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Case, fn

from gateway_desktop.store.models.base import tuples
from gateway_desktop.store.models.event import Event, RollHourWhose
from gateway_desktop.store.queries.ranges import Span
from gateway_desktop.store.queries.rolled_up import of_owners, whose
from gateway_desktop.store.queries.sums import KINDS, ActivityFilter

_ENDED = ("blocked", "failed", "success")  # outcomes that are counted by themselves


@dataclass(frozen=True, slots=True)
class TargetUse:
    """How much of one model, tool or agent."""

    kind: str
    target: str
    requests: int
    blocked: int
    failed: int
    success: int
    tokens_in: int
    tokens_out: int
    cost_nano: int
    cost_unknown: int


@dataclass(frozen=True, slots=True)
class Used:
    """What, most used first, and through what."""

    targets: tuple[TargetUse, ...]
    proxies: tuple[str, ...]


def targets_used(owner: str, actors: Sequence[str], asked: ActivityFilter) -> Used:
    """Return what an owner, whose rows stand under these names, used in a range."""
    found: dict[tuple[str, str], list[int]] = {}
    proxies: set[str] = set()
    for kind, target, proxy, *sums in _sums(owner, actors, asked):
        known = found.setdefault((kind, target), [0] * len(sums))
        found[kind, target] = [a + b for a, b in zip(known, sums, strict=True)]
        proxies.add(proxy)
    uses = [TargetUse(kind, target, *sums) for (kind, target), sums in found.items()]
    return Used(
        tuple(sorted(uses, key=lambda use: (-use.requests, use.kind, use.target))), tuple(sorted(proxies))
    )


def owned_by(owner: str) -> Any:
    """Return the condition that a row of `event` is this owner's."""
    return fn.COALESCE(fn.NULLIF(Event.user_id, ""), Event.actor) == owner


def _sums(owner: str, actors: Sequence[str], asked: ActivityFilter) -> Iterator[tuple[Any, ...]]:
    """Yield kind, target, proxy and what they add up to: whole hours from their rollup, then the rest."""
    known, table = whose(of_owners([owner]), asked.span.opened()), RollHourWhose
    sums = [fn.SUM(field) for field in (table.tin, table.tout, table.cost, table.n_cost_unknown)]
    ended = [fn.SUM(Case(None, ((table.outcome == outcome, table.n),), 0)) for outcome in _ENDED]
    query = table.select(table.kind, table.target, table.proxy, fn.SUM(table.n), *ended, *sums)
    query = query.where(*known.conditions, *_narrowed(table, asked))
    yield from tuples(query.group_by(table.kind, table.target, table.proxy))
    for edge in known.edges:
        for kind in (asked.kind,) if asked.kind else KINDS:
            for actor in actors:
                yield from _of_rows(owner, actor, kind, edge, asked)


def _of_rows(owner: str, actor: str, kind: str, edge: Span, asked: ActivityFilter) -> list[tuple[Any, ...]]:
    low, high = edge.ids
    target = fn.COALESCE(Event.target, "")
    ended = [fn.SUM(Case(None, ((Event.outcome == outcome, 1),), 0)) for outcome in _ENDED]
    unknown = fn.SUM(Case(None, ((Event.cost_nano.is_null(), 1),), 0))
    sums = [fn.COALESCE(fn.SUM(field), 0) for field in (Event.tokens_in, Event.tokens_out, Event.cost_nano)]
    query = Event.select(Event.kind, target, Event.proxy, fn.COUNT(Event.id), *ended, *sums, unknown).where(
        Event.kind == kind,
        Event.actor == actor,
        owned_by(owner),
        Event.id >= low,
        Event.id < high,
        *_narrowed(Event, asked),
    )
    return tuples(query.group_by(Event.kind, target, Event.proxy))


def _narrowed(table: Any, asked: ActivityFilter) -> list[Any]:
    """Return what else is asked, written so that no other index fits it."""
    return [
        column.concat("") == value
        for column, value in ((table.kind, asked.kind), (table.proxy, asked.proxy), (table.grp, asked.group))
        if value
    ]
