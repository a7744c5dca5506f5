"""Why: the reasons of what was blocked, and of requests whose owner is not known, most frequent first."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from peewee import SQL, fn

from gateway_desktop.core.audit import Recorded
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import first, tuples
from gateway_desktop.store.models.event import Event, RollHourWhose
from gateway_desktop.store.queries.activity import KINDS, ActivityFilter
from gateway_desktop.store.queries.ranges import Span
from gateway_desktop.store.queries.rolled_up import whose
from gateway_desktop.store.whose import GROUP, OWNER

# Spelt out: SQLite takes a partial index only for what it can read, and a bound value it cannot.
_BLOCKED, _UNNAMED, _TOLD = SQL("outcome = 'blocked'"), SQL("actor = ''"), SQL("no_user_reason <> ''")
Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Reasons:
    """Reasons and how often each."""

    blocked: Counts  # credential, access, ...
    unattributed: Counts  # sentences


def reasons(_database: Database, asked: ActivityFilter) -> Reasons:
    """Return the reasons within a range."""
    blocked: Counter[str] = Counter()
    unattributed: Counter[str] = Counter()
    spans: tuple[Span, ...] = (asked.span,)
    if asked.user is not None or asked.group:
        whom = (GROUP, asked.group) if asked.user is None else (OWNER, asked.user)
        known = whose(*whom, asked.span.opened())
        within = [*known.conditions, *_narrowed(asked)]
        blocked.update(_summed(RollHourWhose.block_reason, [*within, _BLOCKED]))
        unattributed.update(_summed(RollHourWhose.no_user_reason, [*within, _TOLD]))
        spans = known.edges
    for kind in (asked.kind,) if asked.kind else KINDS:
        for span in spans:
            within = _within(kind, asked, span)
            blocked.update(_counted(Event.block_reason, [*within, _BLOCKED]))
            unattributed.update(_counted(Event.no_user_reason, [*within, _UNNAMED]))
    return Reasons(tuple(blocked.most_common()), tuple(unattributed.most_common()))


def first_us(_database: Database) -> int | None:
    """Return when the first exchange was recorded; None before that."""
    found = [
        row[0]
        for kind in KINDS
        if (row := first(Event.select(fn.MIN(Event.id)).where(Event.kind == kind))) and row[0] is not None
    ]
    return Recorded.time_us(min(found)) if found else None


def _narrowed(asked: ActivityFilter) -> list[Any]:
    table = RollHourWhose
    fields = ((table.kind, asked.kind), (table.proxy, asked.proxy))
    grouped = [table.grp == asked.group] if asked.user is not None and asked.group else []
    return [*grouped, *(field.concat("") == value for field, value in fields if value)]


def _summed(field: Any, conditions: list[Any]) -> dict[str, int]:
    query = RollHourWhose.select(field, fn.SUM(RollHourWhose.n)).where(*conditions)
    return dict(tuples(query.group_by(field)))


def _within(kind: str, asked: ActivityFilter, span: Span) -> list[Any]:
    low, high = span.ids
    # The sum keeps SQLite from walking the range, in which most rows are neither.
    found = [Event.kind == kind, Event.id + 0 >= low, Event.id + 0 < high]
    if asked.user is not None:
        found.append(fn.COALESCE(fn.NULLIF(Event.user_id, ""), Event.actor) == asked.user)
    if asked.group:
        found.append(Event.grp == asked.group)
    if asked.proxy:
        # Not by the proxy's index: the partial index of the outcome, or that of the actor, is narrower.
        found.append(Event.proxy.concat("") == asked.proxy)
    return found


def _counted(field: Any, conditions: list[Any]) -> dict[str, int]:
    found = tuples(Event.select(field, fn.COUNT(Event.id)).where(*conditions).group_by(field))
    return {reason or "": n for reason, n in found}
