"""Rows of people and their keys as the words of `core.people`."""

from gateway_desktop.core.people import ApiKey, Role, User
from gateway_desktop.store.models.people import ApiKeyRow, MembershipRow, UserRow


def groups_of(user_id: str) -> tuple[str, ...]:
    """Return the ids of a user's groups, the primary one first."""
    rows = MembershipRow.select().where(MembershipRow.user_id == user_id).order_by(MembershipRow.position)
    return tuple(row.group_id for row in rows)


def user_of(row: UserRow, groups: tuple[str, ...] | None = None) -> User:
    """Return the user; `groups` as `groups_of` finds them, where they are known already."""
    return User(
        id=row.id,
        email=row.email,
        username=row.username,
        display_name=row.display_name,
        role=Role(row.role),
        service=bool(row.service),
        active=bool(row.active),
        groups=groups_of(row.id) if groups is None else groups,
    )


def key_of(row: ApiKeyRow) -> ApiKey:
    """Return the API key."""
    return ApiKey(
        id=row.id,
        name=row.name,
        prefix=row.prefix,
        digest=bytes(row.digest),
        user_id=row.user_id,
        group_id=row.group_id,
        created_us=row.created_us,
        expires_us=row.expires_us,
        revoked_us=row.revoked_us,
        rotated_to=row.rotated_to,
    )
