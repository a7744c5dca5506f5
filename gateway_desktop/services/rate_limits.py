"""Rate limits of groups, users, keys and proxies."""

from concurrent.futures import Future

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.rate_limit import Measure, RateLimit
from gateway_desktop.core.scope import Scope
from gateway_desktop.services.administration import Change, Service, transaction
from gateway_desktop.services.lookup import subject_id
from gateway_desktop.store.models.rate_limit import RateLimitRow
from gateway_desktop.store.queries.rate_limits import rate_limit_rows

MOST = 1_000_000_000


class RateLimits(Service):
    """Set and remove them; a subject has at most one limit."""

    def set(self, scope: Scope, named: str, values: dict[Measure, int | None]) -> Future[RateLimit]:
        """Set the measures that are given, None lifts one; raise ConfigurationError for bad ones."""
        for measure, value in values.items():
            if value is not None and not 1 <= value <= MOST:
                raise ConfigurationError(measure, f"a number from 1 to {MOST}")
        if not values:
            raise ConfigurationError("limit", "say how many requests, tokens or concurrent requests")

        def work(change: Change) -> RateLimit:
            subject = subject_id(scope, named)
            row = _row(scope, subject)
            before = _values(row) if row is not None else None
            if row is None:
                row = RateLimitRow(id=new_id(), scope=scope, subject_id=subject, created_us=change.now_us)
            for measure, value in values.items():
                setattr(row, measure, value)
            if not any(_values(row).values()):
                raise ConfigurationError("limit", "nothing would be limited; remove it instead")
            row.save(force_insert=before is None)
            found = next(one for one in rate_limit_rows(change.database) if one.id == row.id)
            event = "rate limit changed" if before is not None else "rate limit set"
            change.record(
                SystemEvent(
                    Category.SECURITY,
                    event,
                    found.named,
                    before=before,
                    after=_values(row),
                    proxy=found.subject if scope is Scope.PROXY else "",
                )
            )
            return found

        return self._administration.change(work)

    @transaction()
    def remove(self, change: Change, scope: Scope, named: str) -> RateLimit:
        """Let the subject be limited no longer."""
        row = _row(scope, subject_id(scope, named))
        if row is None:
            raise ConfigurationError("limit", f"the {scope} '{named}' has no rate limit")
        found = next(one for one in rate_limit_rows(change.database) if one.id == row.id)
        row.delete_instance()
        change.record(
            SystemEvent(
                Category.SECURITY,
                "rate limit removed",
                found.named,
                before=_values(row),
                proxy=found.subject if scope is Scope.PROXY else "",
            )
        )
        return found


def _row(scope: Scope, subject: str) -> RateLimitRow | None:
    mine = (RateLimitRow.scope == scope) & (RateLimitRow.subject_id == subject)
    row: RateLimitRow | None = RateLimitRow.get_or_none(mine)
    return row


def _values(row: RateLimitRow) -> dict[str, object]:
    return {str(measure): getattr(row, measure) for measure in Measure}
