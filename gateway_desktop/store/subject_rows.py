"""How those are called now whom a limit or budget is of."""

from gateway_desktop.core.scope import Scope
from gateway_desktop.store.models.people import ApiKeyRow, GroupRow, UserRow
from gateway_desktop.store.models.proxy import ProxyRow


def subject_name(scope: Scope, id: str) -> str:
    """Return the name as it is now; "": it was deleted."""
    match scope:
        case Scope.GATEWAY:
            return "all"
        case Scope.KEY:
            key = ApiKeyRow.get_or_none(ApiKeyRow.id == id)
            return str(key.prefix) if key is not None else ""
        case Scope.USER:
            user = UserRow.get_or_none((UserRow.id == id) & UserRow.deleted_us.is_null())
            return str(user.email or user.username) if user is not None else ""
    model = GroupRow if scope is Scope.GROUP else ProxyRow
    row = model.get_or_none((model.id == id) & model.deleted_us.is_null())
    return str(row.name) if row is not None else ""
