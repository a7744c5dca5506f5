"""API keys: make one and show it once, revoke, rotate with an overlap."""

from dataclasses import dataclass
from typing import Any

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.clock import HOUR_US
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.people import Role
from gateway_desktop.core.secret import Secret
from gateway_desktop.identity.api_keys import make_key, prefix
from gateway_desktop.identity.tokens import digest
from gateway_desktop.services.administration import Change, Service, transaction
from gateway_desktop.services.lookup import shown, the_group, the_key, the_user
from gateway_desktop.services.memberships import group_names
from gateway_desktop.store.models.people import ApiKeyRow, UserRow
from gateway_desktop.store.people_rows import groups_of

_LONGEST_DAYS = 3650
_LONGEST_OVERLAP = 24 * 30


@dataclass(frozen=True, slots=True)
class CreatedKey:
    """A new key; `key` is whole only here and now."""

    id: str
    key: Secret
    prefix: str
    name: str
    user: str
    group: str
    expires_us: int | None


class Keys(Service):
    """Keys that we issue. Every method takes a key's first characters or its id."""

    @transaction()
    def create(
        self, change: Change, user: str, group: str = "", name: str = "", expires_days: float | None = None
    ) -> CreatedKey:
        """Make a key of a user, in one of their groups: the primary one unless another is named."""
        return create_key(change, the_user(user), group, name, expires_days)

    @transaction(least=Role.OPERATOR)
    def revoke(self, change: Change, key: str) -> None:
        """Refuse a key from the next request on, for good."""
        row = the_key(key)
        if row.revoked_us is not None:
            raise ConfigurationError("key", f"the key {row.prefix}... is revoked already")
        row.revoked_us = change.now_us
        row.save()
        change.record(_event("key revoked", row.prefix, {"revoked": False}, {"revoked": True}))

    @transaction()
    def rotate(self, change: Change, key: str, overlap_hours: float = 24) -> CreatedKey:
        """Make the key that replaces this one; this one goes on working for the overlap."""
        if not 0 <= overlap_hours <= _LONGEST_OVERLAP:
            raise ConfigurationError("overlap", f"0 to {_LONGEST_OVERLAP} hours")
        row = the_key(key)
        _require_living(row, change.now_us)
        until_us = change.now_us + round(overlap_hours * HOUR_US)
        life = None if row.expires_us is None else row.expires_us - row.created_us
        owner = UserRow.get_by_id(row.user_id)
        expires_us = None if life is None else change.now_us + life
        created = _make(change, owner, row.group_id, row.name, expires_us)
        before = {"expires_us": row.expires_us}
        row.expires_us = min(until_us, row.expires_us or until_us)
        row.rotated_to = created.id
        row.save()
        after = _described(created) | {"old key ends_us": row.expires_us}
        change.record(_event("key rotated", row.prefix, before, after))
        return created

    @transaction()
    def rename(self, change: Change, key: str, name: str) -> None:
        """Give a key another name."""
        row = the_key(key)
        before, row.name = row.name, name.strip()
        row.save()
        change.record(_event("key updated", row.prefix, {"name": before}, {"name": row.name}))


def create_key(
    change: Change, owner: UserRow, group: str = "", name: str = "", expires_days: float | None = None
) -> CreatedKey:
    """Make a key within the running transaction."""
    expires_us = _expiry(change.now_us, expires_days)
    created = _make(change, owner, _group_of(owner, group), name.strip(), expires_us)
    change.record(_event("key created", created.prefix, after=_described(created)))
    return created


def _make(change: Change, owner: UserRow, group_id: str, name: str, expires_us: int | None) -> CreatedKey:
    if not owner.active:
        raise ConfigurationError("user", f"{shown(owner)} is not active; reactivate them first")
    key = make_key()
    row = ApiKeyRow.create(
        id=new_id(),
        name=name,
        prefix=prefix(key),
        digest=digest(key),
        user_id=owner.id,
        group_id=group_id,
        created_us=change.now_us,
        expires_us=expires_us,
    )
    group = group_names([group_id])[0]
    return CreatedKey(row.id, Secret(key), row.prefix, name, shown(owner), group, expires_us)


def _group_of(owner: UserRow, named: str) -> str:
    groups = groups_of(owner.id)
    if not named:
        return groups[0]
    group = the_group(named)
    if group.id not in groups:
        raise ConfigurationError(
            "group", f"{shown(owner)} is not in group '{group.name}'; add them to it first"
        )
    return str(group.id)


def _expiry(now_us: int, days: float | None) -> int | None:
    if days is None:
        return None
    if not 0 < days <= _LONGEST_DAYS:
        raise ConfigurationError("expires", f"more than 0 and at most {_LONGEST_DAYS} days")
    return now_us + round(days * 24 * HOUR_US)


def _require_living(row: ApiKeyRow, now_us: int) -> None:
    if row.revoked_us is not None:
        raise ConfigurationError("key", f"{row.prefix}... is revoked; make a new key instead")
    if row.expires_us is not None and row.expires_us <= now_us:
        raise ConfigurationError("key", f"{row.prefix}... has expired; make a new key instead")
    if row.rotated_to is not None:
        successor = ApiKeyRow.get_by_id(row.rotated_to)
        raise ConfigurationError("key", f"{row.prefix}... was rotated to {successor.prefix}... already")


def _described(created: CreatedKey) -> dict[str, object]:
    return {
        "key": f"{created.prefix}...",
        "name": created.name,
        "user": created.user,
        "group": created.group,
        "expires_us": created.expires_us,
    }


def _event(
    event: str, shown_prefix: str, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> SystemEvent:
    return SystemEvent(Category.USERS, event, f"{shown_prefix}...", before=before, after=after)
