"""Expired exceptions: that a rule leaves nothing alone any more becomes a System event once."""

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.policy import PolicyExceptionRow, PolicyRow
from gateway_desktop.store.system_events import write_system_event


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
