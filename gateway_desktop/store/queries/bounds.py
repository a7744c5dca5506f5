"""What bounds one user: limits and budgets of theirs, their groups, their keys, their proxies and of all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from gateway_desktop.core.rate_limit import RateLimit
from gateway_desktop.core.scope import Scope
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.people import ApiKeyRow, MembershipRow
from gateway_desktop.store.models.proxy import ProxyRow
from gateway_desktop.store.queries.budgets import BudgetUse, budgets_in_use
from gateway_desktop.store.queries.rate_limits import rate_limit_rows


@dataclass(frozen=True, slots=True)
class Bounds:
    """Those that apply to one user."""

    limits: tuple[RateLimit, ...]
    budgets: tuple[BudgetUse, ...]


def bounds_of(
    database: Database, user_id: str, proxies: Sequence[str], zone: tzinfo | None, now_us: int
) -> Bounds:
    """Return what applies to a user, of proxies those of these names."""
    member, key, proxy = MembershipRow, ApiKeyRow, ProxyRow
    subjects = {(Scope.GATEWAY, ""), (Scope.USER, user_id)}
    subjects |= {(Scope.GROUP, row.group_id) for row in member.select().where(member.user_id == user_id)}
    mine = key.select().where(key.user_id == user_id, key.revoked_us.is_null())
    subjects |= {(Scope.KEY, row.id) for row in mine}
    used = proxy.select().where(proxy.name.in_(list(proxies)), proxy.deleted_us.is_null())
    subjects |= {(Scope.PROXY, row.id) for row in used}
    return Bounds(
        tuple(one for one in rate_limit_rows(database) if (one.scope, one.subject_id) in subjects),
        tuple(
            use
            for use in budgets_in_use(database, zone, now_us)
            if (use.budget.scope, use.budget.subject_id) in subjects
        ),
    )
