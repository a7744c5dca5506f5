"""Who is in which groups, and what that means for their keys."""

from collections.abc import Sequence

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.services.administration import Change
from gateway_desktop.services.lookup import shown
from gateway_desktop.store.models.people import ApiKeyRow, GroupRow, MembershipRow, UserRow
from gateway_desktop.store.people_rows import groups_of


def set_groups(change: Change, user: UserRow, groups: Sequence[str], *, quietly: bool = False) -> None:
    """Let the user be in these groups (ids, the primary one first) and in no others.

    Keys in a group that the user leaves move to the primary group: a key belongs to a group of its owner's.
    `quietly` leaves out the events of joining, for a user who is being made.
    """
    wanted = list(dict.fromkeys(groups))
    if not wanted:
        raise ConfigurationError("groups", f"{shown(user)} needs a group; add another one first")
    had = groups_of(user.id)
    MembershipRow.delete().where(MembershipRow.user_id == user.id).execute()
    for position, group_id in enumerate(wanted):
        MembershipRow.create(user_id=user.id, group_id=group_id, position=position)
    if not quietly:
        for event, group_ids in (
            ("member added", [group for group in wanted if group not in had]),
            ("member removed", [group for group in had if group not in wanted]),
        ):
            for name in group_names(group_ids):
                change.record(SystemEvent(Category.USERS, event, shown(user), details=f"group {name}"))
    _move_keys(change, user, wanted)


def _move_keys(change: Change, user: UserRow, groups: Sequence[str]) -> None:
    strayed = ApiKeyRow.select().where(
        (ApiKeyRow.user_id == user.id) & ApiKeyRow.revoked_us.is_null() & ApiKeyRow.group_id.not_in(groups)
    )
    for key in list(strayed):
        before, after = group_names([key.group_id]), group_names(groups[:1])
        key.group_id = groups[0]
        key.save()
        change.record(
            SystemEvent(
                Category.USERS,
                "key updated",
                f"{key.prefix}...",
                before={"group": before[0]},
                after={"group": after[0]},
            )
        )


def group_names(group_ids: Sequence[str]) -> list[str]:
    """Return the groups' names, in the same order."""
    names = {row.id: row.name for row in GroupRow.select().where(GroupRow.id.in_(list(group_ids)))}
    return [names[group_id] for group_id in group_ids if group_id in names]
