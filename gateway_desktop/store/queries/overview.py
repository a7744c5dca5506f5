"""What Overview and the window's frame show: today's numbers, the newest trouble, what is still to do."""

from dataclasses import dataclass
from itertools import chain

from gateway_desktop.store.database import Database
from gateway_desktop.store.models.event import Seen
from gateway_desktop.store.models.people import ApiKeyRow, GroupRow, UserRow
from gateway_desktop.store.models.proxy import ProxyRow
from gateway_desktop.store.queries import activity, audit
from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.queries.sums import KINDS, ActivityFilter

_TROUBLE = ("failed", "blocked")
_NEWEST = 10  # rows


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What has been done of setting up."""

    proxy: bool
    running_proxy: bool
    user: bool
    key: bool
    request: bool  # any exchange was ever recorded

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.running_proxy and self.key and self.request


@dataclass(frozen=True, slots=True)
class StorageSize:
    """What the database takes on disk."""

    database_bytes: int
    wal_bytes: int

    @property
    def total(self) -> int:
        """Both files."""
        return self.database_bytes + self.wal_bytes


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of everything that the database knows."""

    today: activity.Cards
    failed_today: int
    proxies: int
    proxies_running: int
    users: int
    groups: int
    keys: int  # neither revoked nor expired
    trouble: tuple[AuditRow, ...]  # the newest failed and blocked exchanges
    latest: tuple[AuditRow, ...]  # the newest exchanges
    storage: StorageSize
    steps: FirstSteps


def overview(database: Database, today_us: int, now_us: int) -> Overview:
    """Return what Overview shows; `today_us` is when the team's day began."""
    asked = ActivityFilter(since_us=today_us)  # without an end: what came since this was asked counts
    found = activity.users(database, asked)
    proxies = ProxyRow.select().where(ProxyRow.deleted_us.is_null())
    return Overview(
        today=activity.cards(database, asked),
        failed_today=sum(one.failed for one in found),
        proxies=proxies.count(),
        proxies_running=proxies.where(ProxyRow.running == True).count(),  # noqa: E712 - SQL
        users=UserRow.select().where(UserRow.deleted_us.is_null()).count(),
        groups=GroupRow.select().where(GroupRow.deleted_us.is_null()).count(),
        keys=_usable_keys(now_us),
        trouble=_newest(database, *_TROUBLE),
        latest=_newest(database),
        storage=storage_size(database),
        steps=first_steps(database),
    )


def _newest(database: Database, *outcomes: str) -> tuple[AuditRow, ...]:
    found = (audit.page(database, AuditFilter(kind, status=outcomes), limit=_NEWEST).rows for kind in KINDS)
    rows = sorted(chain.from_iterable(found), key=lambda row: row.recorded_us, reverse=True)
    return tuple(rows[:_NEWEST])


def first_steps(_database: Database) -> FirstSteps:
    """Return what has been done of setting up."""
    proxies = ProxyRow.select().where(ProxyRow.deleted_us.is_null())
    return FirstSteps(
        proxy=proxies.exists(),
        running_proxy=proxies.where(ProxyRow.running == True).exists(),  # noqa: E712 - SQL
        user=UserRow.select().where(UserRow.deleted_us.is_null()).exists(),
        key=ApiKeyRow.select().where(ApiKeyRow.revoked_us.is_null()).exists(),
        request=Seen.select().where(Seen.kind.in_(KINDS)).exists(),
    )


def storage_size(database: Database) -> StorageSize:
    """Return what the database takes on disk."""
    return StorageSize(*database.size())


def _usable_keys(now_us: int) -> int:
    alive = ApiKeyRow.select().where(ApiKeyRow.revoked_us.is_null() | (ApiKeyRow.revoked_us > now_us))
    usable = alive.where(ApiKeyRow.expires_us.is_null() | (ApiKeyRow.expires_us > now_us))
    return int(usable.count())
