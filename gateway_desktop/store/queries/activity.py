"""Who did how much: cards, users, one user. All from the same sums, so that they agree to the last request.

A user is the owner: one row for all their keys and sign-ins, whatever their e-mail was at the time;
requests whose owner is not known are one row, *unattributed*, and count in totals but not in unique users.
A range is whole UTC days from the daily rollup and its edges from `event`.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from peewee import Case, Value, fn

from gateway_desktop.core.audit import Recorded
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import first as first_row
from gateway_desktop.store.models.base import tuples
from gateway_desktop.store.models.event import Event, RollDayActor, RollSpanActor, Seen
from gateway_desktop.store.models.meta import GatewayRow
from gateway_desktop.store.models.people import UserRow
from gateway_desktop.store.queries.ranges import Span, divided
from gateway_desktop.store.rollups import DAY_US, SPAN_DAYS

KINDS = ("llm", "mcp", "a2a")
UNATTRIBUTED = ""
_NO_DETAIL = (Value(""), Value(""))


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """Which exchanges: a range of the times at which they were recorded, and whose."""

    since_us: int | None = None
    until_us: int | None = None
    user: str | None = None  # an owner (`ActiveUser.owner`); "" is unattributed
    group: str = ""
    proxy: str = ""
    kind: str = ""

    @property
    def span(self) -> Span:
        """The range."""
        return Span.of(self.since_us, self.until_us)


@dataclass(frozen=True, slots=True)
class ActiveUser:
    """What one owner did in a range."""

    owner: str  # user id, or the actor where no account is known; "" is unattributed
    user_id: str
    actor: str  # e-mail or service name, as it was last
    display_name: str
    groups: tuple[str, ...]  # that were recorded, the latest first
    kinds: tuple[str, ...]  # api_key, oauth, anonymous
    requests: int
    blocked: int
    failed: int
    tokens_in: int
    tokens_out: int
    cost_nano: int
    cost_unknown: int
    max_risk: int | None
    last_us: int

    @property
    def unattributed(self) -> bool:
        """Whether this row stands for all whose owner is not known."""
        return self.owner == UNATTRIBUTED


@dataclass(frozen=True, slots=True)
class ActiveGroup:
    """What one group did in a range."""

    group: str
    users: int
    requests: int
    blocked: int
    cost_nano: int
    cost_unknown: int
    last_us: int


@dataclass(frozen=True, slots=True)
class Cards:
    """The numbers on top, and those of the period before."""

    unique_users: int
    requests: int
    blocked: int
    cost_nano: int
    cost_unknown: int
    unattributed: int  # requests without a known owner
    previous: "Cards | None" = None


def cards(_database: Database, asked: ActivityFilter) -> Cards:
    """Return the cards; they are the sums of `users`."""
    until = time.time_ns() // 1000 if asked.until_us is None else asked.until_us
    before = Span.of(asked.since_us, until).before()
    previous = None
    if before is not None:
        earlier = replace(asked, since_us=before.since_us, until_us=before.until_us)
        previous = _added_up(_sums(earlier, by_owner=True))
    return replace(_added_up(_sums(asked, by_owner=True)), previous=previous)


@dataclass(frozen=True, slots=True)
class ActivityChoices:
    """What the filters of User Activity offer: all that rows have ever had."""

    users: tuple[tuple[str, str], ...]  # owner, and the name their newest account or rows have
    groups: tuple[str, ...]
    proxies: tuple[str, ...]


def choices(_database: Database) -> ActivityChoices:
    """Return what the filters offer, in the order of the names."""
    found: dict[str, dict[str, str]] = {"user": {}, "grp": {}, "proxy": {}, "actor": {}}
    rows = Seen.select(Seen.field, Seen.value, Seen.label).where(
        Seen.kind.in_(KINDS), Seen.field.in_(list(found))
    )
    for field, value, label in tuples(rows):
        if value:
            found[field][value] = label
    accounts = {row.id: row.email or row.username for row in UserRow.select() if row.id in found["user"]}
    named = set(found["user"].values())
    owners = found["user"] | {actor: actor for actor in found["actor"] if actor not in named} | accounts
    return ActivityChoices(
        users=tuple(sorted(owners.items(), key=lambda one: one[1].casefold())),
        groups=tuple(sorted(found["grp"])),
        proxies=tuple(sorted(found["proxy"])),
    )


def users(_database: Database, asked: ActivityFilter) -> tuple[ActiveUser, ...]:
    """Return all who did something in the range, who asked most first."""
    owners: dict[str, list[_Sum]] = {}
    for found in _sums(asked):
        owners.setdefault(found.owner, []).append(found)
    names = _names(owners)
    rows = [_active(owner, found, names) for owner, found in owners.items()]
    return tuple(sorted(rows, key=lambda row: (-row.requests, row.actor)))


def groups(_database: Database, asked: ActivityFilter) -> tuple[ActiveGroup, ...]:
    """Return the same sums by the group that was recorded."""
    found: dict[str, list[_Sum]] = {}
    for one in _sums(asked):
        found.setdefault(one.grp, []).append(one)
    rows = [
        ActiveGroup(
            group=group,
            users=len({one.owner for one in sums if one.owner}),
            requests=sum(one.n for one in sums),
            blocked=sum(one.blocked for one in sums),
            cost_nano=sum(one.cost for one in sums),
            cost_unknown=sum(one.cost_unknown for one in sums),
            last_us=Recorded.time_us(max(one.last_id for one in sums)),
        )
        for group, sums in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.requests, row.group)))


# ---- the sums that everything is made of


@dataclass(frozen=True, slots=True)
class _Sum:
    user_id: str
    actor: str
    principal_kind: str
    grp: str
    n: int
    blocked: int
    failed: int
    tin: int
    tout: int
    cost: int
    cost_unknown: int
    max_risk: int | None
    last_id: int

    @property
    def owner(self) -> str:
        return self.user_id or self.actor


def _sums(asked: ActivityFilter, *, by_owner: bool = False) -> list[_Sum]:
    """Return the sums by owner, group and kind of credential; for cards by owner alone, a third faster."""
    parts = divided(asked.span.opened(), DAY_US)
    found = []
    for model, within in _rollups(parts.first, parts.last):
        found += _rolled_up(model, within, asked, () if by_owner else (model.principal_kind, model.grp))
    for edge in parts.edges:
        found += _from_rows(asked, edge, () if by_owner else (Event.principal_kind, Event.grp))
    return found


def _rollups(first: int, last: int) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Yield which rollups to read for these days, and what of each: spans that are over, days around them."""
    first_span = -(-first // SPAN_DAYS)
    last_span = min(last // SPAN_DAYS, _closed_span())
    if first_span >= last_span:
        yield RollDayActor, (RollDayActor.day >= first, RollDayActor.day < last)
        return
    yield RollDayActor, (RollDayActor.day >= first, RollDayActor.day < first_span * SPAN_DAYS)
    yield RollSpanActor, (RollSpanActor.span >= first_span, RollSpanActor.span < last_span)
    yield RollDayActor, (RollDayActor.day >= last_span * SPAN_DAYS, RollDayActor.day < last)


def _closed_span() -> int:
    """Return the first span of days that is not added up; gateways without exchanges do not count."""
    row = first_row(
        GatewayRow.select(fn.MIN(GatewayRow.closed_span)).where(GatewayRow.closed_span.is_null(False))
    )
    return int(row[0]) if row and row[0] is not None else 0


def _rolled_up(model: Any, within: Sequence[Any], asked: ActivityFilter, detail: Sequence[Any]) -> list[_Sum]:
    summed = (
        model.n,
        model.n_blocked,
        model.n_failed,
        model.tin,
        model.tout,
        model.cost,
        model.n_cost_unknown,
    )
    query = model.select(
        model.user_id,
        model.actor,
        *(detail or _NO_DETAIL),
        *(fn.SUM(field) for field in summed),
        fn.MAX(model.max_risk),
        fn.MAX(model.last_id),
    ).where(*within, *_asked_of(model, asked))
    return [_Sum(*row) for row in tuples(query.group_by(model.user_id, model.actor, *detail))]


def _from_rows(asked: ActivityFilter, edge: Span, detail: Sequence[Any]) -> list[_Sum]:
    low, high = edge.ids

    def number(condition: Any) -> Any:
        return fn.SUM(Case(None, ((condition, 1),), 0))

    def total(field: Any) -> Any:
        return fn.COALESCE(fn.SUM(field), 0)

    owner = fn.COALESCE(Event.user_id, "")
    query = Event.select(
        owner,
        Event.actor,
        *(detail or _NO_DETAIL),
        fn.COUNT(Event.id),
        number(Event.outcome == "blocked"),
        number(Event.outcome == "failed"),
        total(Event.tokens_in),
        total(Event.tokens_out),
        total(Event.cost_nano),
        number(Event.cost_nano.is_null()),
        fn.MAX(Event.risk),
        fn.MAX(Event.id),
    ).where(Event.id >= low, Event.id < high, *_asked_of(Event, asked))
    return [_Sum(*row) for row in tuples(query.group_by(owner, Event.actor, *detail))]


def _asked_of(model: Any, asked: ActivityFilter) -> list[Any]:
    """Return what is asked besides the range; written so that SQLite walks the range and no other index."""
    kind = model.kind.concat("")
    found = [kind == asked.kind if asked.kind else kind.in_(KINDS)]
    if asked.user is not None:
        owned = fn.COALESCE(fn.NULLIF(model.user_id, ""), model.actor)
        found.append(owned == asked.user)
    if asked.group:
        found.append(model.grp.concat("") == asked.group)
    if asked.proxy:
        found.append(model.proxy.concat("") == asked.proxy)
    return found


def _added_up(sums: Sequence[_Sum]) -> Cards:
    return Cards(
        unique_users=len({one.owner for one in sums if one.owner}),
        requests=sum(one.n for one in sums),
        blocked=sum(one.blocked for one in sums),
        cost_nano=sum(one.cost for one in sums),
        cost_unknown=sum(one.cost_unknown for one in sums),
        unattributed=sum(one.n for one in sums if not one.owner),
    )


def _active(owner: str, sums: list[_Sum], names: dict[str, str]) -> ActiveUser:
    latest = sorted(sums, key=lambda one: -one.last_id)
    risks = [one.max_risk for one in sums if one.max_risk is not None]
    return ActiveUser(
        owner=owner,
        user_id=latest[0].user_id,
        actor=latest[0].actor,
        display_name=names.get(owner, ""),
        groups=tuple(dict.fromkeys(one.grp for one in latest if one.grp)),
        kinds=tuple(sorted({one.principal_kind for one in sums})),
        requests=sum(one.n for one in sums),
        blocked=sum(one.blocked for one in sums),
        failed=sum(one.failed for one in sums),
        tokens_in=sum(one.tin for one in sums),
        tokens_out=sum(one.tout for one in sums),
        cost_nano=sum(one.cost for one in sums),
        cost_unknown=sum(one.cost_unknown for one in sums),
        max_risk=max(risks, default=None),
        last_us=Recorded.time_us(latest[0].last_id),
    )


def _names(owners: dict[str, list[_Sum]]) -> dict[str, str]:
    """Return how the owners are called now, or were when they were seen."""
    actors = {one.actor: owner for owner, sums in owners.items() for one in sums}
    seen = Seen.select(Seen.value, Seen.label).where(Seen.kind.in_(KINDS), Seen.field == "actor")
    names = {actors[actor]: label for actor, label in tuples(seen) if actor in actors and label}
    accounts = tuples(UserRow.select(UserRow.id, UserRow.display_name))
    return names | {user_id: name for user_id, name in accounts if user_id in owners and name}
