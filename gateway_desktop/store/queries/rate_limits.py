"""The rate limits, with whose they are."""

from gateway_desktop.core.rate_limit import RateLimit
from gateway_desktop.core.scope import Scope
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import of_row
from gateway_desktop.store.models.rate_limit import RateLimitRow
from gateway_desktop.store.subject_rows import subject_name


def rate_limit_rows(_database: Database) -> tuple[RateLimit, ...]:
    """Return the limits of all that exists, by what they are of and the name."""
    found = []
    for row in RateLimitRow.select():
        scope = Scope(row.scope)
        if name := subject_name(scope, row.subject_id):
            found.append(of_row(RateLimit, row, subject=name))
    return tuple(sorted(found, key=lambda limit: (limit.scope, limit.subject.lower())))
