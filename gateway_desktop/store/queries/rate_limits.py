"""The rate limits, with whose they are."""

from gateway_desktop.core.rate_limit import RateLimit, Scope
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.people import ApiKeyRow, GroupRow, UserRow
from gateway_desktop.store.models.proxy import ProxyRow
from gateway_desktop.store.models.rate_limit import RateLimitRow


def rate_limit_rows(_database: Database) -> tuple[RateLimit, ...]:
    """Return the limits of all that exists, by what they are of and the name."""
    found = []
    for row in RateLimitRow.select():
        scope = Scope(row.scope)
        if name := _name(scope, row.subject_id):
            limit = RateLimit(row.id, scope, row.subject_id, name, row.requests, row.tokens, row.concurrent)
            found.append(limit)
    return tuple(sorted(found, key=lambda limit: (limit.scope, limit.subject.lower())))


def _name(scope: Scope, id: str) -> str:
    """Return the subject's name as it is now; "": it was deleted."""
    if scope is Scope.KEY:
        key = ApiKeyRow.get_or_none(ApiKeyRow.id == id)
        return str(key.prefix) if key is not None else ""
    if scope is Scope.USER:
        user = UserRow.get_or_none((UserRow.id == id) & UserRow.deleted_us.is_null())
        return str(user.email or user.username) if user is not None else ""
    model = GroupRow if scope is Scope.GROUP else ProxyRow
    row = model.get_or_none((model.id == id) & model.deleted_us.is_null())
    return str(row.name) if row is not None else ""
