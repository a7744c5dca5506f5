"""Gaps: times of which the audit does not have everything, and why."""

import json

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.plural import plural
from gateway_desktop.core.retention import Gap, Mark
from gateway_desktop.store.database import Database

_SWITCHED = (
    "SELECT id, detail FROM event WHERE kind = 'system' AND target = 'audit.enabled'"
    " AND method = 'logging switched' ORDER BY id"
)
_MARKS = "SELECT kind, until_us, removed, at_us FROM retention_mark ORDER BY kind"


def retention_marks(database: Database) -> tuple[Mark, ...]:
    """Return what was removed by now, by kind."""
    return tuple(Mark(*row) for row in database.execute_sql(_MARKS).fetchall())


def gaps(database: Database, kind: str, since_us: int | None, until_us: int | None) -> tuple[Gap, ...]:
    """Return the gaps of one kind of rows that reach into a range, the oldest first."""
    found = [
        Gap(None, mark.until_us, f"removed by retention: {plural(mark.removed, 'row')}")
        for mark in retention_marks(database)
        if mark.kind == kind
    ]
    if kind != "system":
        found += _switched_off(database)
    whole = (since_us or 0, 1 << 62 if until_us is None else until_us)
    return tuple(gap for gap in found if gap.covers(*whole))


def switched_off(database: Database, since_us: int | None, until_us: int | None) -> tuple[Gap, ...]:
    """Return the gaps of everything that is counted: what retention removed was counted before."""
    whole = (since_us or 0, 1 << 62 if until_us is None else until_us)
    return tuple(gap for gap in _switched_off(database) if gap.covers(*whole))


def _switched_off(database: Database) -> list[Gap]:
    found: list[Gap] = []
    off_us: int | None = None
    for event_id, detail in database.execute_sql(_SWITCHED).fetchall():
        on = json.loads(detail or "{}").get("after", {}).get("value") is not False
        if not on and off_us is None:
            off_us = Recorded.time_us(event_id)
        elif on and off_us is not None:
            found.append(Gap(off_us, Recorded.time_us(event_id), "audit logging was off"))
            off_us = None
    if off_us is not None:
        found.append(Gap(off_us, None, "audit logging is off"))
    return found
