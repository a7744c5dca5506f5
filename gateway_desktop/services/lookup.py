"""Find what a person named, or say what they could have meant. For use inside a transaction."""

import difflib
from collections.abc import Iterable

from peewee import fn

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.ids import is_id
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.scope import Scope
from gateway_desktop.identity.api_keys import SHOWN
from gateway_desktop.store import proxy_rows
from gateway_desktop.store.models.oauth import ProxyOAuthRow
from gateway_desktop.store.models.people import ApiKeyRow, GroupRow, UserRow
from gateway_desktop.store.models.proxy import ProxyAccessRow, ProxyRow
from gateway_desktop.store.stdio_rows import stdio_commands


def the_user(named: str) -> UserRow:
    """Return the user with this e-mail address, service account's name or id."""
    living = UserRow.select().where(UserRow.deleted_us.is_null())
    lowered = named.strip().lower()
    found: UserRow | None = living.where(
        (fn.LOWER(UserRow.email) == lowered)
        | ((fn.LOWER(UserRow.username) == lowered) & UserRow.email.is_null())
        | (UserRow.id == named)
    ).first()
    if found is None:
        raise ConfigurationError(
            "user", missing("user", named, (user.email or user.username for user in living))
        )
    return found


def the_group(named: str, place: str = "group") -> GroupRow:
    """Return the group with this name or id."""
    living = GroupRow.select().where(GroupRow.deleted_us.is_null())
    found: GroupRow | None = living.where(
        (fn.LOWER(GroupRow.name) == named.strip().lower()) | (GroupRow.id == named)
    ).first()
    if found is None:
        raise ConfigurationError(place, missing("group", named, (group.name for group in living)))
    return found


def the_proxy(named: str) -> ProxyRow:
    """Return the proxy with this name or id."""
    living = ProxyRow.select().where(ProxyRow.deleted_us.is_null())
    found: ProxyRow | None = living.where((ProxyRow.name == named.strip()) | (ProxyRow.id == named)).first()
    if found is None:
        raise ConfigurationError("proxy", missing("proxy", named, (proxy.name for proxy in living)))
    return found


def the_key(named: str) -> ApiKeyRow:
    """Return the one key that starts like this, or has this id; a whole key is as good as its start."""
    start = named.strip()[:SHOWN]
    like = ApiKeyRow.prefix.startswith(start)
    found = list(ApiKeyRow.select().where((ApiKeyRow.id == named.strip()) | like).limit(9)) if start else []
    if not found:
        raise ConfigurationError("key", f"no key starts with '{start}'")
    exact = [key for key in found if key.id == named.strip()]
    if len(found) > 1 and not exact:
        raise ConfigurationError(
            "key", f"several keys start with '{start}': {', '.join(key.prefix for key in found)}"
        )
    return (exact or found)[0]


def subject_id(scope: Scope, named: str) -> str:
    """Return the id of who or what a limit or budget is of."""
    match scope:
        case Scope.GROUP:
            return str(the_group(named).id)
        case Scope.USER:
            return str(the_user(named).id)
        case Scope.KEY:
            return str(the_key(named).id)
        case Scope.PROXY:
            return str(the_proxy(named).id)
        case Scope.GATEWAY:
            return ""


def shown(row: UserRow) -> str:
    """Return the name that the audit records of a user."""
    return str(row.email or row.username)


def missing(kind: str, named: str, names: Iterable[str], otherwise: str = "") -> str:
    """Say that there is none, and what could have been meant; a window that names an id showed it before."""
    if is_id(named):
        return f"there is no such {kind} any more"
    near = difflib.get_close_matches(named, list(names), n=1)
    hint = f"did you mean '{near[0]}'?" if near else otherwise
    return f"there is no {kind} '{named}'" + (f"; {hint}" if hint else "")


def proxy_of(row: ProxyRow) -> Proxy:
    """Return the proxy that the row says, with who may use it."""
    access = (
        ProxyAccessRow.select().where(ProxyAccessRow.proxy_id == row.id).order_by(ProxyAccessRow.group_id)
    )
    oauth = ProxyOAuthRow.get_or_none(ProxyOAuthRow.proxy_id == row.id)
    return proxy_rows.proxy_of(row, access, oauth, stdio_commands(row.id).get(row.id))
