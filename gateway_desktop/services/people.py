"""Users, service accounts and groups."""

from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.people import TEAM, Group, Role, User
from gateway_desktop.core.plural import plural
from gateway_desktop.services.administration import Change, Service, transaction
from gateway_desktop.services.lookup import shown, the_group, the_user
from gateway_desktop.services.memberships import group_names, set_groups
from gateway_desktop.services.oauth_sessions import end_all, end_sessions
from gateway_desktop.services.people_values import checked_email, checked_group, checked_role, checked_service
from gateway_desktop.store.models.identity_provider import UserIdentityRow
from gateway_desktop.store.models.oauth import OAuthSessionRow, PasswordRow
from gateway_desktop.store.models.people import ApiKeyRow, GroupRow, MembershipRow, UserRow
from gateway_desktop.store.models.proxy import ProxyAccessRow, ProxyRow
from gateway_desktop.store.people_rows import groups_of, user_of
from gateway_desktop.store.queries.identity_providers import rule_providers

_event = partial(SystemEvent, Category.USERS)


class People(Service):
    """Who there is, and in which groups; a user is named by e-mail, service account's name, or id."""

    @transaction()
    def add_user(
        self,
        change: Change,
        email: str = "",
        name: str = "",
        groups: Sequence[str] = (),
        service: bool = False,
        role: str = Role.MEMBER,
    ) -> User:
        """Add a person by e-mail, or a service account by name; without a group they join *team*."""
        address = None if service else checked_email(email)
        username = checked_service(name) if service else str(address).partition("@")[0]
        joined = [the_group(group, "groups").id for group in groups] or [TEAM]
        row = UserRow.create(
            id=new_id(),
            email=address,
            username=username,
            display_name=name.strip() or username,
            role=checked_role(role),
            service=service,
            created_us=change.now_us,
        )
        set_groups(change, row, joined, quietly=True)
        change.record(_event("user created", shown(row), after=described(row)))
        return user_of(row)

    @transaction()
    def update_user(
        self,
        change: Change,
        user: str,
        email: str | None = None,
        name: str | None = None,
        role: str | None = None,
        groups: Sequence[str] | None = None,
    ) -> User:
        """Change what is given of a user; a service account's name is its username."""
        row = the_user(user)
        before = described(row)
        if email is not None and not row.service and email.strip().lower() != row.email:
            address = checked_email(email)
            if row.email is not None:  # else the name is the operating system's account
                row.username = address.partition("@")[0]
            row.email = address
        if name is not None:
            _rename(row, name)
        if role is not None:
            row.role = checked_role(role)
        row.save()
        if groups is not None:
            set_groups(change, row, [the_group(group, "groups").id for group in groups])
        _tell_changes(change, row, before)
        return user_of(row)

    def deactivate_user(self, user: str) -> Future[User]:
        """Refuse all keys of a user from the next request on, and end their sessions."""
        return self._set_active(user, False)

    def reactivate_user(self, user: str) -> Future[User]:
        """Let a user's keys work again."""
        return self._set_active(user, True)

    @transaction()
    def _set_active(self, change: Change, user: str, active: bool) -> User:
        row = the_user(user)
        if bool(row.active) != active:
            row.active = active
            row.save()
            if not active:
                end_all(change, row.id, "Their user was deactivated")
            event = "user reactivated" if active else "user deactivated"
            change.record(_event(event, shown(row), before={"active": not active}, after={"active": active}))
        return user_of(row)

    @transaction()
    def unlink_user(self, change: Change, user: str) -> int:
        """Forget who a user is at identity providers; the next sign-in with their address links anew."""
        row = the_user(user)
        links = UserIdentityRow.delete().where(UserIdentityRow.user_id == row.id).execute()
        if not links:
            raise ConfigurationError("user", f"{shown(row)} has not signed in at an identity provider")
        end_sessions(change, OAuthSessionRow.user_id == row.id, "Their identity was unlinked")
        change.record(_event("identity unlinked", shown(row), before={"identities": links}))
        return int(links)

    @transaction()
    def delete_user(self, change: Change, user: str) -> None:
        """Delete a user and revoke their keys; old audit rows keep their name."""
        row = the_user(user)
        before = described(row)
        keys = list(ApiKeyRow.select().where((ApiKeyRow.user_id == row.id) & ApiKeyRow.revoked_us.is_null()))
        for key in keys:
            key.revoked_us = change.now_us
            key.save()
            change.record(_event("key revoked", f"{key.prefix}...", after={"owner deleted": shown(row)}))
        end_all(change, row.id, "Their user was deleted")
        PasswordRow.delete().where(PasswordRow.user_id == row.id).execute()
        MembershipRow.delete().where(MembershipRow.user_id == row.id).execute()
        row.deleted_us, row.active = change.now_us, False
        row.save()
        change.record(_event("user deleted", shown(row), before=before))

    @transaction()
    def add_group(self, change: Change, name: str) -> Group:
        """Add an empty group."""
        row = GroupRow.create(id=new_id(), name=checked_group(name), created_us=change.now_us)
        change.record(_event("group created", row.name, after={"name": row.name}))
        return Group(row.id, row.name)

    @transaction()
    def rename_group(self, change: Change, group: str, name: str) -> Group:
        """Give a group another name; old audit rows keep the old one."""
        row = the_group(group)
        before = row.name
        if name.strip() != before:
            row.name = checked_group(name, row.id)
            row.save()
            change.record(
                _event("group updated", row.name, before={"name": before}, after={"name": row.name})
            )
        return Group(row.id, row.name)

    @transaction()
    def remove_group(self, change: Change, group: str) -> None:
        """Remove a group that has no members and that no proxy names."""
        row = the_group(group)
        _require_unused(row)
        row.deleted_us = change.now_us
        row.save()
        change.record(_event("group deleted", row.name, before={"name": row.name}))

    @transaction()
    def add_member(self, change: Change, group: str, user: str) -> User:
        """Let a user be in one more group."""
        row, joined = the_user(user), the_group(group)
        groups = groups_of(row.id)
        if joined.id not in groups:
            set_groups(change, row, [*groups, joined.id])
        return user_of(row)

    @transaction()
    def remove_member(self, change: Change, group: str, user: str) -> User:
        """Take a user out of a group; their keys in it move to their primary group."""
        row, left = the_user(user), the_group(group)
        groups = groups_of(row.id)
        if left.id not in groups:
            raise ConfigurationError("user", f"{shown(row)} is not in group '{left.name}'")
        set_groups(change, row, [joined for joined in groups if joined != left.id])
        return user_of(row)


def described(row: UserRow) -> dict[str, object]:
    """Return what a System event says of a user before or after a change."""
    return {
        "email": row.email,
        "name": row.display_name,
        "role": str(row.role),
        "service": bool(row.service),
        "groups": group_names(groups_of(row.id)),
    }


def _tell_changes(change: Change, row: UserRow, before: dict[str, object]) -> None:
    """Record what is other than before; what a person may do is a matter of its own."""
    after = described(row)
    had, has = before.pop("role"), after.pop("role")
    if had != has:
        role_changed = SystemEvent(
            Category.AUTHORIZATION,
            "role changed",
            shown(row),
            severity=Severity.WARNING,
            before={"role": had},
            after={"role": has},
        )
        change.record(role_changed)
    if before != after:
        change.record(_event("user updated", shown(row), before=before, after=after))


def _rename(row: UserRow, name: str) -> None:
    if row.service and name.strip() != row.username:
        row.username = checked_service(name)
    row.display_name = name.strip() or row.username


def _require_unused(row: GroupRow) -> None:
    members = MembershipRow.select().where(MembershipRow.group_id == row.id).count()
    if members:
        raise ConfigurationError("group", f"'{row.name}' still has {plural(members, 'member')}")
    proxies = (
        ProxyRow.select()
        .join(ProxyAccessRow, on=(ProxyAccessRow.proxy_id == ProxyRow.id))
        .where((ProxyAccessRow.group_id == row.id) & ProxyRow.deleted_us.is_null())
    )
    if names := ", ".join(proxy.name for proxy in proxies):
        raise ConfigurationError("group", f"'{row.name}' may use {names}; disallow it there first")
    if names := ", ".join(rule_providers(row.id)):
        raise ConfigurationError("group", f"sign-in rules of {names} put people into it; change those first")
    if row.id == TEAM:
        raise ConfigurationError("group", f"'{row.name}' stays: who is added without a group joins it")
