"""Expired keys and exceptions: each expiry becomes a System event once, however often the program starts."""

from collections.abc import Iterable

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.people import ApiKey
from gateway_desktop.core.policy import PolicyException
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.policy import PolicyExceptionRow, PolicyRow
from gateway_desktop.store.system_events import write_system_event

_MARK = "INSERT INTO seen(kind, field, value, label) VALUES('expired', 'key', ?, ?) ON CONFLICT DO NOTHING"
_OVER = (
    "SELECT k.id, k.prefix, k.name, k.expires_us, coalesce(u.email, u.username) FROM api_key k"
    " LEFT JOIN user_account u ON u.id = k.user_id WHERE k.expires_us <= ? AND k.revoked_us IS NULL"
)


def write_expired_keys(database: Database, now_us: int) -> None:
    """Write a System event of each key that has expired by now and has none yet."""
    for key_id, prefix, name, expires_us, owner in database.execute_sql(_OVER, (now_us,)).fetchall():
        if database.execute_sql(_MARK, (key_id, str(expires_us))).rowcount == 1:
            details = f"Owner: {owner}" if owner else ""
            resource = f"{prefix}... {name or ''}".rstrip()
            write_system_event(
                database, SystemEvent(Category.USERS, "key expired", resource, details=details)
            )


def write_expired_exceptions(database: Database, now_us: int) -> int:
    """Write a System event of each exception whose time is over, and return how many there were.

    They have not held since; marking them ended changes nothing that a gateway obeys.
    """
    names = {row.id: row.name for row in PolicyRow.select()}
    over = list(
        PolicyExceptionRow.select().where(
            PolicyExceptionRow.revoked_us.is_null() & (PolicyExceptionRow.expires_us <= now_us)
        )
    )
    for row in over:
        row.revoked_us = row.expires_us
        row.save()
        resource = f"{names.get(row.policy_id, '')}/{row.rule}"
        details = f"Owner: {row.owner}; {row.reason}"
        write_system_event(
            database, SystemEvent(Category.SECURITY, "exception expired", resource, details=details)
        )
    return len(over)


def next_expiry(ending: Iterable[ApiKey | PolicyException], now_us: int) -> int | None:
    """Return when the next of these expires, in microseconds since 1970 UTC; None if none will."""
    return min((one.expires_us for one in ending if one.expires_us and one.expires_us > now_us), default=None)
