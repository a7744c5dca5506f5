"""Why: the reasons of what was blocked, and of requests whose owner is not known, most frequent first."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from peewee import SQL, fn

from gateway_desktop.core.audit import Recorded
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import first, tuples
from gateway_desktop.store.models.event import Event, RollHourWhose
from gateway_desktop.store.queries.ranges import Span
from gateway_desktop.store.queries.rolled_up import of_groups, of_owners, whose
from gateway_desktop.store.queries.sums import KINDS, ActivityFilter

# Spelt out: SQLite takes a partial index only for what it can read, and a bound value it cannot.
_BLOCKED, _UNNAMED = SQL("outcome = 'blocked'"), SQL("actor = ''")
_ANY = SQL("(block_reason <> '' OR no_user_reason <> '')")
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
        one = of_groups(asked.group) if asked.user is None else of_owners([asked.user])
        known = whose(one, asked.span.opened())
        for reason, no_user, n in _summed([*known.conditions, *_narrowed(asked)]):
            blocked.update({reason: n} if reason else {})
            unattributed.update({no_user: n} if no_user else {})
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


def _summed(conditions: list[Any]) -> list[tuple[Any, ...]]:
    reasons = RollHourWhose.block_reason, RollHourWhose.no_user_reason
    query = RollHourWhose.select(*reasons, fn.SUM(RollHourWhose.n)).where(*conditions, _ANY)
    return tuples(query.group_by(*reasons))


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
