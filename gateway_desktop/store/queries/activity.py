"""Who did how much: cards, users, one user. All from the same sums, so that they agree to the last request.

A user is the owner: one row for all their keys and sign-ins, whatever their e-mail was at the time;
requests whose owner is not known are one row, *unattributed*, and count in totals but not in unique users.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import DAY_US, now_us
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import first, tuples
from gateway_desktop.store.models.event import RollDayActor, Seen
from gateway_desktop.store.models.people import UserRow
from gateway_desktop.store.queries.gaps import switched_off
from gateway_desktop.store.queries.ranges import Span
from gateway_desktop.store.queries.reasons import first_us
from gateway_desktop.store.queries.sums import KINDS, UNATTRIBUTED, ActivityFilter, Sum, sums


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
    """The numbers on top, and those of the period before, if all of it was recorded."""

    unique_users: int
    requests: int
    blocked: int
    cost_nano: int
    cost_unknown: int
    unattributed: int  # requests without a known owner
    previous: "Cards | None" = None


@dataclass(frozen=True, slots=True)
class Counted:
    """All that is made of the same sums."""

    cards: Cards
    users: tuple[ActiveUser, ...]
    groups: tuple[ActiveGroup, ...]


def counted(database: Database, asked: ActivityFilter) -> Counted:
    """Return cards, users and groups, added up once."""
    found = sums(asked)
    return Counted(_cards(database, asked, found), _users(found), _groups(found))


def cards(database: Database, asked: ActivityFilter) -> Cards:
    """Return the cards; they are the sums of `users`."""
    return _cards(database, asked, sums(asked, by_owner=True))


def users(_database: Database, asked: ActivityFilter) -> tuple[ActiveUser, ...]:
    """Return all who did something in the range, who asked most first."""
    return _users(sums(asked))


def groups(_database: Database, asked: ActivityFilter) -> tuple[ActiveGroup, ...]:
    """Return the same sums by the group that was recorded."""
    return _groups(sums(asked))


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


def owner_named(database: Database, who: str) -> str | None:
    """Return the owner of exchanges with this e-mail address, name or id; None if there is none."""
    called = who.casefold()
    found = choices(database).users
    return next((owner for owner, name in found if who == owner or called == name.casefold()), None)


def _cards(database: Database, asked: ActivityFilter, found: Sequence[Sum]) -> Cards:
    until = now_us() if asked.until_us is None else asked.until_us
    before = Span.of(asked.since_us, until).before()
    previous = None
    if before is not None and _recorded(database, before):
        earlier = replace(asked, since_us=before.since_us, until_us=before.until_us)
        previous = _added_up(sums(earlier, by_owner=True))
    return replace(_added_up(found), previous=previous)


def _recorded(database: Database, span: Span) -> bool:
    """Return whether all of a span was recorded: traffic began before, and logging was not off in it."""
    days = RollDayActor.select(RollDayActor.day).where(RollDayActor.day < span.since_us // DAY_US)
    began_us = 0 if first(days.limit(1)) else first_us(database)  # the sums outlive the rows
    if began_us is None or began_us > span.since_us:
        return False
    return not switched_off(database, span.since_us, span.until_us)


def _users(sums: Sequence[Sum]) -> tuple[ActiveUser, ...]:
    owners: dict[str, list[Sum]] = {}
    for found in sums:
        owners.setdefault(found.owner, []).append(found)
    names = _names(owners)
    rows = [_active(owner, found, names) for owner, found in owners.items()]
    return tuple(sorted(rows, key=lambda row: (-row.requests, row.actor)))


def _groups(every: Sequence[Sum]) -> tuple[ActiveGroup, ...]:
    found: dict[str, list[Sum]] = {}
    for one in every:
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


def _added_up(sums: Sequence[Sum]) -> Cards:
    return Cards(
        unique_users=len({one.owner for one in sums if one.owner}),
        requests=sum(one.n for one in sums),
        blocked=sum(one.blocked for one in sums),
        cost_nano=sum(one.cost for one in sums),
        cost_unknown=sum(one.cost_unknown for one in sums),
        unattributed=sum(one.n for one in sums if not one.owner),
    )


def _active(owner: str, sums: list[Sum], names: dict[str, str]) -> ActiveUser:
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


def _names(owners: dict[str, list[Sum]]) -> dict[str, str]:
    """Return how the owners are called now, or were when they were seen."""
    actors = {one.actor: owner for owner, sums in owners.items() for one in sums}
    seen = Seen.select(Seen.value, Seen.label).where(Seen.kind.in_(KINDS), Seen.field == "actor")
    names = {actors[actor]: label for actor, label in tuples(seen) if actor in actors and label}
    accounts = tuples(UserRow.select(UserRow.id, UserRow.display_name))
    return names | {user_id: name for user_id, name in accounts if user_id in owners and name}
