"""First steps: the sandbox proxy, a user for the person in front of the machine, and a key, in one go."""

from dataclasses import dataclass

from peewee import fn

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.people import TEAM, Role
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.services.actor import account_name
from gateway_desktop.services.administration import Change, Service, transaction
from gateway_desktop.services.keys import create_key
from gateway_desktop.services.lookup import shown
from gateway_desktop.services.memberships import set_groups
from gateway_desktop.services.people import described
from gateway_desktop.services.people_values import require_free
from gateway_desktop.services.proxies import insert_sandbox
from gateway_desktop.store.models.people import ApiKeyRow, UserRow

_NAME = "first key"


@dataclass(frozen=True, slots=True)
class FirstKey:
    """What a person needs for a first call."""

    proxy: Proxy
    user: str
    prefix: str  # of the key
    key: Secret | None  # None: it was made before, and is never shown again


class FirstSteps(Service):
    """The one button of a fresh Overview."""

    @transaction()
    def first_key(self, change: Change) -> FirstKey:
        """Add the sandbox, a user named after this account and a key of theirs, unless they are there."""
        proxy = insert_sandbox(change)
        user = _local_user(change)
        known = _first_key_of(user, change.now_us)
        if known is not None and user.active:
            return FirstKey(proxy, shown(user), known.prefix, None)
        created = create_key(change, user, name=_NAME)
        return FirstKey(proxy, created.user, created.prefix, created.key)


def _first_key_of(user: UserRow, now_us: int) -> ApiKeyRow | None:
    mine = (ApiKeyRow.user_id == user.id) & (ApiKeyRow.name == _NAME) & ApiKeyRow.revoked_us.is_null()
    valid = ApiKeyRow.expires_us.is_null() | (ApiKeyRow.expires_us > now_us)
    row: ApiKeyRow | None = ApiKeyRow.select().where(mine & valid).first()
    return row


def _local_user(change: Change) -> UserRow:
    """Return the user of the operating system's account: without an e-mail, which can be added later."""
    name = account_name()
    mine = (fn.LOWER(UserRow.username) == name.lower()) & UserRow.deleted_us.is_null() & ~UserRow.service
    found = UserRow.select().where(mine & (UserRow.active | UserRow.email.is_null()))
    row: UserRow | None = found.order_by(UserRow.active.desc()).first()
    if row is None:
        require_free(name)
        row = UserRow.create(
            id=new_id(), username=name, display_name=name, role=Role.ADMIN, created_us=change.now_us
        )
        set_groups(change, row, [TEAM], quietly=True)
        change.record(SystemEvent(Category.USERS, "user created", name, after=described(row)))
    return row
