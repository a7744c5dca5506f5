"""What is given of users, service accounts and groups, checked: addresses, names, roles."""

import re

from peewee import fn

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.one_of import one_of
from gateway_desktop.core.people import Role
from gateway_desktop.core.spelling import NONE_INVISIBLE
from gateway_desktop.identity.email_address import address_of
from gateway_desktop.store.models.people import GroupRow, UserRow

_SERVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_GROUP = re.compile(r"\S(.{0,61}\S)?")


def checked_email(email: str) -> str:
    """Return the address in lower case if no other user has it."""
    address = address_of(email)
    if not address:
        problem = f"'{email}' is not an e-mail address" if email.strip() else "an e-mail address is needed"
        raise ConfigurationError("email", problem)
    if UserRow.select().where((fn.LOWER(UserRow.email) == address) & UserRow.deleted_us.is_null()).exists():
        raise ConfigurationError("email", f"there is already a user {address}")
    return address


def checked_service(name: str) -> str:
    """Return the name if a service account may have it."""
    name = name.strip()
    if not _SERVICE.fullmatch(name):
        raise ConfigurationError(
            "name", "1 to 63 letters, digits, '.', '_' and '-', starting with a letter or digit"
        )
    require_free(name)
    return name


def require_free(name: str) -> None:
    """Refuse what is the name of a service account or of a person without an address: records say only it."""
    called = (fn.LOWER(UserRow.username) == name.lower()) & UserRow.email.is_null()
    taken: UserRow | None = UserRow.select().where(called & UserRow.deleted_us.is_null()).first()
    if taken is not None:
        what = "service account" if taken.service else "person"
        raise ConfigurationError("name", f"there is already a {what} '{name}'")


def checked_group(name: str, own_id: str = "") -> str:
    """Return the name if a group may have it."""
    name = name.strip()
    if not _GROUP.fullmatch(name) or not name.isprintable():
        raise ConfigurationError("name", f"a group's name has 1 to 63 characters, {NONE_INVISIBLE}")
    taken = (
        (fn.LOWER(GroupRow.name) == name.lower()) & GroupRow.deleted_us.is_null() & (GroupRow.id != own_id)
    )
    if GroupRow.select().where(taken).exists():
        raise ConfigurationError("name", f"there is already a group '{name}'")
    return name


def checked_role(role: str) -> str:
    """Return the role if there is one of that name."""
    return str(one_of(Role, role, "role"))
