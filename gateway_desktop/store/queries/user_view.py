"""One user: who they are, what they did, with what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from peewee import fn

from gateway_desktop.core.audit import Recorded
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import first, tuples
from gateway_desktop.store.models.event import Event, Seen
from gateway_desktop.store.queries.activity import ActiveUser, users
from gateway_desktop.store.queries.audit import AuditRow, rows_with_ids
from gateway_desktop.store.queries.configuration import KeyItem, UserItem, key_rows, user_rows
from gateway_desktop.store.queries.oauth import ACTIVE, SessionItem, session_rows
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.queries.sums import KINDS, ActivityFilter
from gateway_desktop.store.queries.targets_used import TargetUse, owned_by, targets_used

_RECENT = 50


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


def user(database: Database, owner: str, asked: ActivityFilter) -> UserView:
    """Return one owner (`ActiveUser.owner`); "" shows all requests without one."""
    account = next((item for item in user_rows(database) if item.user.id == owner), None)
    actors = _actors(owner)
    if account is not None and account.user.shown not in actors:
        actors.append(account.user.shown)
    used = targets_used(owner, actors, asked)
    counts = next(iter(users(database, replace(asked, user=owner))), None)
    return UserView(
        owner=owner,
        account=account,
        keys=tuple(item for item in key_rows(database) if item.key.user_id == owner),
        counts=counts,
        first_seen_us=_extreme(actors, fn.MIN(Event.id)),
        last_seen_us=_extreme(actors, fn.MAX(Event.id)),
        recent=_recent(owner, actors),
        security=_security(actors),
        targets=used.targets,
        proxies=used.proxies,
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


def _recent(owner: str, actors: Sequence[str]) -> tuple[AuditRow, ...]:
    ids: list[int] = []
    for kind in KINDS:
        for actor in actors:
            query = Event.select(Event.id).where(Event.kind == kind, Event.actor == actor, owned_by(owner))
            ids += [row[0] for row in tuples(query.order_by(Event.id.desc()).limit(_RECENT))]
    return rows_with_ids(sorted(ids, reverse=True)[:_RECENT])


def _security(actors: Sequence[str]) -> tuple[AuditRow, ...]:
    ids: set[int] = set()
    for field in (Event.actor, Event.target):
        for actor in actors:
            if actor:
                query = Event.select(Event.id).where(Event.kind == "system", field == actor)
                ids.update(row[0] for row in tuples(query.order_by(Event.id.desc()).limit(_RECENT)))
    return rows_with_ids(sorted(ids, reverse=True)[:_RECENT])
