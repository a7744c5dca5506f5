"""Whom a limit or budget can be of: all groups, users, keys and proxies there are."""

from collections.abc import Mapping

from peewee import fn

from gateway_desktop.core.scope import Scope
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.people import ApiKeyRow, GroupRow, UserRow
from gateway_desktop.store.models.proxy import ProxyRow

Subjects = Mapping[Scope, tuple[tuple[str, str], ...]]  # id and name


def subjects_there_are(_database: Database) -> Subjects:
    """Return them by scope, in the order of their names."""
    found = {
        scope: tuple((row.id, row.name) for row in model.select().where(model.deleted_us.is_null()))
        for scope, model in ((Scope.GROUP, GroupRow), (Scope.PROXY, ProxyRow))
    }
    living = UserRow.select().where(UserRow.deleted_us.is_null())
    found[Scope.USER] = tuple((row.id, row.email or row.username) for row in living)
    keys = ApiKeyRow.select().where(ApiKeyRow.revoked_us.is_null()).order_by(fn.LOWER(ApiKeyRow.name))
    found[Scope.KEY] = tuple((row.id, f"{row.prefix}… {row.name}".rstrip()) for row in keys)
    return {scope: tuple(sorted(each, key=lambda one: one[1].casefold())) for scope, each in found.items()}
