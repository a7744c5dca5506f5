"""Rows of people and their keys as the words of `core.people`."""

from gateway_desktop.core.people import ApiKey, User
from gateway_desktop.identity.tokens import digest
from gateway_desktop.store.models.base import of_row
from gateway_desktop.store.models.people import ApiKeyRow, MembershipRow, UserRow


def groups_of(user_id: str) -> tuple[str, ...]:
    """Return the ids of a user's groups, the primary one first."""
    rows = MembershipRow.select().where(MembershipRow.user_id == user_id).order_by(MembershipRow.position)
    return tuple(row.group_id for row in rows)


def user_of(row: UserRow, groups: tuple[str, ...] | None = None) -> User:
    """Return the user; `groups` as `groups_of` finds them, where they are known already."""
    return of_row(User, row, groups=groups_of(row.id) if groups is None else groups)


def key_of(row: ApiKeyRow) -> ApiKey:
    """Return the API key."""
    return of_row(ApiKey, row)


def is_issued_key(text: str) -> bool:
    """Return whether a text is an API key that was issued here, be it expired or revoked by now."""
    return bool(text) and bool(ApiKeyRow.select().where(ApiKeyRow.digest == digest(text)).exists())
