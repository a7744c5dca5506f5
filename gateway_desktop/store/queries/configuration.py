"""The configuration: a Snapshot for the gateway, and the lists that pages show."""

import logging
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from peewee import fn

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.people import ApiKey, Group, User
from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.settings import Settings
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import tuples
from gateway_desktop.store.models.event import Seen
from gateway_desktop.store.models.meta import SchemaVersion, SettingRow
from gateway_desktop.store.models.oauth import ProxyOAuthRow
from gateway_desktop.store.models.people import ApiKeyRow, GroupRow, MembershipRow, UserRow
from gateway_desktop.store.models.proxy import ProxyAccessRow, ProxyRow, SecretRow
from gateway_desktop.store.people_rows import is_issued_key, key_of, user_of
from gateway_desktop.store.proxy_rows import proxy_of
from gateway_desktop.store.queries.budgets import budgets_by_subject, spent_now
from gateway_desktop.store.queries.identity_providers import provider_rows, provider_secrets
from gateway_desktop.store.queries.model_prices import model_price_rows
from gateway_desktop.store.queries.policies import exception_rows, policy_rows
from gateway_desktop.store.queries.rate_limits import rate_limit_rows
from gateway_desktop.store.queries.tool_pins import pinned_tools
from gateway_desktop.store.stdio_rows import environments, stdio_commands
from gateway_desktop.store.unsealer import Unsealer, unsealed

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UserItem:
    """A user as lists show it."""

    user: User
    groups: tuple[str, ...]  # names, the primary one first
    keys: int  # that are not revoked
    created_us: int


@dataclass(frozen=True, slots=True)
class GroupItem:
    """A group as lists show it."""

    group: Group
    members: tuple[str, ...]  # user ids
    keys: int
    proxies: tuple[str, ...]  # names of the proxies that are limited to groups, this one among them
    created_us: int


@dataclass(frozen=True, slots=True)
class KeyItem:
    """An API key as lists show it."""

    key: ApiKey
    owner: str  # e-mail, or the service account's name
    owner_name: str
    owner_active: bool
    group: str
    group_active: bool
    last_used_us: int | None

    def state(self, now_us: int) -> str:
        """Return active, needs attention, expired or revoked."""
        if self.key.revoked_us is not None and self.key.revoked_us <= now_us:
            return "revoked"
        if self.key.expires_us is not None and self.key.expires_us <= now_us:
            return "expired"
        return "active" if self.owner_active and self.group_active else "needs attention"


@dataclass(frozen=True, slots=True)
class ProxyItem:
    """A proxy as lists show it."""

    proxy: Proxy
    groups: tuple[tuple[str, tuple[str, ...]], ...]  # group name and models
    created_us: int


def config_version(_database: Database) -> int:
    """Return the configuration's version."""
    return int(SchemaVersion.get().config_version)


def setting_rows(_database: Database) -> dict[str, str]:
    """Return the rows of the table of settings: dotted key to JSON."""
    return {row.key: row.value for row in SettingRow.select()}


def load_snapshot(
    database: Database, unsealer: Unsealer, settings: Callable[[Mapping[str, str]], Settings]
) -> Snapshot:
    """Return all that a gateway obeys at this moment; `settings` puts its other layers above the rows."""
    proxies = {item.proxy.name: item.proxy for item in proxy_rows(database)}
    providers = tuple(item.provider for item in provider_rows(database))
    layered = settings(setting_rows(database))
    return Snapshot(
        version=config_version(database),
        settings=layered,
        proxies=proxies,
        credentials=_credentials(proxies.values(), unsealer),
        environments=environments(database, unsealer),
        introspection_secrets=_introspection_secrets(proxies.values()),
        identity_providers={one.id: one for one in providers},
        provider_secrets=provider_secrets(providers, unsealer),
        keys={item.key.digest: item.key for item in key_rows(database)},
        users={item.user.id: item.user for item in user_rows(database)},
        groups={item.group.id: item.group for item in group_rows(database)},
        pins=pinned_tools(database),
        policies=tuple(item.policy for item in policy_rows(database) if item.policy.enabled),
        exceptions=exception_rows(database),
        limits={(one.scope, one.subject_id): one for one in rate_limit_rows(database)},
        budgets=budgets_by_subject(database),
        prices=model_price_rows(database),
        spent=spent_now(database, layered.team.zone, now_us()),
    )


def user_rows(_database: Database) -> tuple[UserItem, ...]:
    """Return all users who were not deleted, by what they are called: e-mail, or a service account's name."""
    memberships: dict[str, list[str]] = defaultdict(list)
    for row in MembershipRow.select().order_by(MembershipRow.user_id, MembershipRow.position):
        memberships[row.user_id].append(row.group_id)
    names = {row.id: row.name for row in GroupRow.select()}
    keys = _counted(ApiKeyRow.user_id)
    called = fn.LOWER(fn.COALESCE(fn.NULLIF(UserRow.email, ""), UserRow.username))
    living = UserRow.select().where(UserRow.deleted_us.is_null()).order_by(called)
    return tuple(
        UserItem(
            user=user_of(row, tuple(memberships[row.id])),
            groups=tuple(names.get(group, "") for group in memberships[row.id]),
            keys=keys.get(row.id, 0),
            created_us=row.created_us,
        )
        for row in living
    )


def group_rows(_database: Database) -> tuple[GroupItem, ...]:
    """Return all groups that were not deleted, by name."""
    members: dict[str, list[str]] = defaultdict(list)
    living = MembershipRow.select().join(UserRow, on=(UserRow.id == MembershipRow.user_id))
    for row in living.where(UserRow.deleted_us.is_null()).order_by(MembershipRow.user_id):
        members[row.group_id].append(row.user_id)
    proxies: dict[str, list[str]] = defaultdict(list)
    query = ProxyAccessRow.select(ProxyAccessRow.group_id, ProxyRow.name).join(
        ProxyRow, on=(ProxyRow.id == ProxyAccessRow.proxy_id)
    )
    for group_id, name in tuples(query.where(ProxyRow.deleted_us.is_null()).order_by(ProxyRow.name)):
        proxies[group_id].append(name)
    keys = _counted(ApiKeyRow.group_id)
    return tuple(
        GroupItem(
            group=Group(row.id, row.name),
            members=tuple(members[row.id]),
            keys=keys.get(row.id, 0),
            proxies=tuple(proxies[row.id]),
            created_us=row.created_us,
        )
        for row in GroupRow.select().where(GroupRow.deleted_us.is_null()).order_by(fn.LOWER(GroupRow.name))
    )


def key_rows(_database: Database) -> tuple[KeyItem, ...]:
    """Return all keys ever issued, the newest first: an expired or revoked one still names its owner."""
    users = {row.id: row for row in UserRow.select()}
    groups = {row.id: row for row in GroupRow.select()}
    items = []
    for row in ApiKeyRow.select().order_by(ApiKeyRow.created_us.desc()):
        owner, group = users[row.user_id], groups[row.group_id]
        items.append(
            KeyItem(
                key=key_of(row),
                owner=owner.email or owner.username,
                owner_name=owner.display_name,
                owner_active=bool(owner.active) and owner.deleted_us is None,
                group=group.name,
                group_active=group.deleted_us is None,
                last_used_us=row.last_used_us,
            )
        )
    return tuple(items)


def proxy_rows(_database: Database) -> tuple[ProxyItem, ...]:
    """Return all proxies that were not removed, by name."""
    names = {row.id: row.name for row in GroupRow.select()}
    access: dict[str, list[ProxyAccessRow]] = defaultdict(list)
    for row in ProxyAccessRow.select().order_by(ProxyAccessRow.group_id):
        access[row.proxy_id].append(row)
    oauth = {row.proxy_id: row for row in ProxyOAuthRow.select()}
    commands = stdio_commands()
    living = ProxyRow.select().where(ProxyRow.deleted_us.is_null()).order_by(ProxyRow.name)
    return tuple(
        ProxyItem(
            proxy=proxy,
            groups=tuple((names.get(entry.group_id, ""), entry.models) for entry in proxy.access),
            created_us=row.created_us,
        )
        for row in living
        for proxy in [proxy_of(row, access[row.id], oauth.get(row.id), commands.get(row.id))]
    )


def traffic_seen(_database: Database) -> bool:
    """Return whether any exchange was ever recorded."""
    return bool(Seen.select().where(Seen.kind.in_([kind.value for kind in Kind])).exists())


def _counted(field: object) -> dict[str, int]:
    query = ApiKeyRow.select(field, fn.COUNT(ApiKeyRow.id)).where(ApiKeyRow.revoked_us.is_null())
    return {str(row[0]): int(row[1]) for row in tuples(query.group_by(field))}


def _credentials(proxies: Iterable[Proxy], unsealer: Unsealer) -> dict[str, Secret]:
    found: dict[str, Secret] = {}
    secrets = {row.id: row for row in SecretRow.select()}
    for proxy in proxies:
        row = secrets.get(proxy.credential_secret or "")
        given = os.environ.get(proxy.credential_env or "")
        if given and not is_issued_key(given):  # tools find ours in the variables that they read
            found[proxy.id] = Secret(given)
        elif row is not None:
            try:
                found[proxy.id] = unsealed(row, unsealer)
            except Exception as error:  # noqa: BLE001 - one broken secret must not stop the others' proxies
                log.error("The credential of proxy %s cannot be opened: %r", proxy.name, error)
    return found


def _introspection_secrets(proxies: Iterable[Proxy]) -> dict[str, Secret]:
    named = {proxy.id: proxy.oauth.introspection_env for proxy in proxies if proxy.oauth is not None}
    return {id: Secret(os.environ[name]) for id, name in named.items() if name and os.environ.get(name)}
