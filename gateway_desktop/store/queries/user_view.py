"""One user: who they are, what they did, with what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from peewee import Case, fn

from gateway_desktop.core.audit import Recorded
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import first, tuples
from gateway_desktop.store.models.event import Event, Seen
from gateway_desktop.store.queries.activity import KINDS, ActiveUser, ActivityFilter, users
from gateway_desktop.store.queries.audit import AuditRow, rows_with_ids
from gateway_desktop.store.queries.configuration import KeyItem, UserItem, key_rows, user_rows
from gateway_desktop.store.queries.oauth import ACTIVE, SessionItem, session_rows
from gateway_desktop.store.queries.paging import AuditFilter


@dataclass(frozen=True, slots=True)
class TargetUse:
    """How much of one model, tool or agent."""

    kind: str
    target: str
    requests: int
    blocked: int
    tokens_in: int
    tokens_out: int
    cost_nano: int
    cost_unknown: int


@dataclass(frozen=True, slots=True)
class UserView:
    """One owner as the page of a user shows them."""

    owner: str
    account: UserItem | None  # None: deleted, or never had one
    keys: tuple[KeyItem, ...]
    counts: ActiveUser | None  # of the range; None if nothing was asked
    first_seen_us: int | None
    last_seen_us: int | None
    recent: tuple[AuditRow, ...]  # exchanges, the newest first, of any time
    security: tuple[AuditRow, ...]  # System events by or about them, the newest first
    targets: tuple[TargetUse, ...]  # of the range, most used first
    proxies: tuple[str, ...]  # of the range
    live_sessions: tuple[SessionItem, ...] = ()  # the newest first
    term: str = ""  # which filter of Audit Logs shows just their rows


def user(database: Database, owner: str, asked: ActivityFilter, recent: int = 50) -> UserView:
    """Return one owner (`ActiveUser.owner`); "" shows all requests without one."""
    account = next((item for item in user_rows(database) if item.user.id == owner), None)
    actors = _actors(owner)
    if account is not None and account.user.shown not in actors:
        actors.append(account.user.shown)
    counts = next(iter(users(database, replace(asked, user=owner))), None)
    return UserView(
        owner=owner,
        account=account,
        keys=tuple(item for item in key_rows(database) if item.key.user_id == owner),
        counts=counts,
        first_seen_us=_extreme(actors, fn.MIN(Event.id)),
        last_seen_us=_extreme(actors, fn.MAX(Event.id)),
        recent=_recent(owner, actors, recent),
        security=_security(actors, recent),
        targets=_targets(owner, actors, asked),
        proxies=_proxies(owner, actors, asked),
        live_sessions=_live_sessions(database, owner),
        term=_term(owner, actors),
    )


def _term(owner: str, actors: Sequence[str]) -> str:
    """Return the term with the name, if all their rows and no other's stand under it, else with the id."""
    owners = Seen.select(Seen.value).distinct().where(Seen.kind.in_(KINDS), Seen.field == "user")
    told = [row[0] for row in tuples(owners.where(Seen.label.in_(list(actors))))]
    alone = len(actors) == 1 and not set(told) - {owner}
    return str(AuditFilter(user=f"={actors[0] if alone else owner}")) if owner else "user:none"


def _live_sessions(database: Database, owner: str) -> tuple[SessionItem, ...]:
    found = session_rows(database) if owner else ()
    return tuple(item for item in found if item.session.user_id == owner and item.status == ACTIVE)


def _actors(owner: str) -> list[str]:
    """Return under which names the owner's rows stand."""
    if not owner:
        return [""]
    query = Seen.select(Seen.label).distinct().where(Seen.kind.in_(KINDS))
    found = [row[0] for row in tuples(query.where(Seen.field == "user", Seen.value == owner))]
    return found or [owner]


def _owned(owner: str) -> Any:
    return fn.COALESCE(fn.NULLIF(Event.user_id, ""), Event.actor) == owner


def _extreme(actors: Sequence[str], value: Any) -> int | None:
    """Return the time of the first or last row; one look into the index for each name and kind."""
    found = []
    for kind in KINDS:
        for actor in actors:
            row = first(Event.select(value).where(Event.kind == kind, Event.actor == actor))
            if row and row[0] is not None:
                found.append(Recorded.time_us(row[0]))
    if not found:
        return None
    return min(found) if value.name == "MIN" else max(found)


def _recent(owner: str, actors: Sequence[str], limit: int) -> tuple[AuditRow, ...]:
    ids: list[int] = []
    for kind in KINDS:
        for actor in actors:
            query = Event.select(Event.id).where(Event.kind == kind, Event.actor == actor, _owned(owner))
            ids += [row[0] for row in tuples(query.order_by(Event.id.desc()).limit(limit))]
    return rows_with_ids(sorted(ids, reverse=True)[:limit])


def _security(actors: Sequence[str], limit: int) -> tuple[AuditRow, ...]:
    ids: set[int] = set()
    for field in (Event.actor, Event.target):
        for actor in actors:
            if actor:
                query = Event.select(Event.id).where(Event.kind == "system", field == actor)
                ids.update(row[0] for row in tuples(query.order_by(Event.id.desc()).limit(limit)))
    return rows_with_ids(sorted(ids, reverse=True)[:limit])


def _in_range(owner: str, actor: str, kind: str, asked: ActivityFilter) -> list[Any]:
    low, high = asked.span.ids
    found = [Event.kind == kind, Event.actor == actor, _owned(owner), Event.id >= low, Event.id < high]
    if asked.proxy:
        found.append(Event.proxy.concat("") == asked.proxy)
    return found


def _kinds(asked: ActivityFilter) -> Sequence[str]:
    return (asked.kind,) if asked.kind else KINDS


def _targets(owner: str, actors: Sequence[str], asked: ActivityFilter) -> tuple[TargetUse, ...]:
    target = fn.COALESCE(Event.target, "")
    sums = (
        fn.COUNT(Event.id),
        fn.SUM(Case(None, ((Event.outcome == "blocked", 1),), 0)),
        fn.COALESCE(fn.SUM(Event.tokens_in), 0),
        fn.COALESCE(fn.SUM(Event.tokens_out), 0),
        fn.COALESCE(fn.SUM(Event.cost_nano), 0),
        fn.SUM(Case(None, ((Event.cost_nano.is_null(), 1),), 0)),
    )
    found: dict[tuple[str, str], list[int]] = {}
    for kind in _kinds(asked):
        for actor in actors:
            query = Event.select(target, *sums).where(*_in_range(owner, actor, kind, asked))
            for name, *values in tuples(query.group_by(target)):
                known = found.get((kind, name))
                found[kind, name] = (
                    values if known is None else [a + b for a, b in zip(known, values, strict=True)]
                )
    uses = [TargetUse(kind, name, *values) for (kind, name), values in found.items()]
    return tuple(sorted(uses, key=lambda use: (-use.requests, use.target)))


def _proxies(owner: str, actors: Sequence[str], asked: ActivityFilter) -> tuple[str, ...]:
    found: set[str] = set()
    for kind in _kinds(asked):
        for actor in actors:
            query = Event.select(Event.proxy).distinct().where(*_in_range(owner, actor, kind, asked))
            found.update(row[0] for row in tuples(query))
    return tuple(sorted(found))
