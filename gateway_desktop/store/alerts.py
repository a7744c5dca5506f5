"""AlertWriter: what must be told, computed from what is written and in its transaction.

Why here: an alert rests on a record that is on the disk, or on none at all. Repeats are merged by their
fingerprint: the count goes up; one that was closed is new again.
"""

import json
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, replace

from gateway_desktop.alerting.evaluation import Evaluation
from gateway_desktop.alerting.memory import Remembered
from gateway_desktop.core.alert import AlertState, Occurrence
from gateway_desktop.core.audit import AuditRecord, Category, Severity, SystemEvent
from gateway_desktop.core.changes import Topic
from gateway_desktop.core.clock import HOUR_US
from gateway_desktop.core.finding import Level
from gateway_desktop.core.ids import new_id
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.alert import AlertHistoryRow, AlertMemoryRow, AlertRow
from gateway_desktop.store.models.base import tuples
from gateway_desktop.store.system_events import write_system_event

MOST_EXCHANGES = 20  # that an alert names
MOST_NEW = 100  # alerts of one rule about one subject in an hour; what comes beyond is one alert more
SYSTEM = "system"
_AS_TOLD = "fingerprint", "rule", "policy", "title", "description", "recommended", "proxy", "kind", "risk"
_KNOWN = "SELECT id, state, exchanges FROM alert WHERE fingerprint = ?"
_REPEATED = (
    "UPDATE alert SET times = times + 1, last_us = CASE WHEN last_us > ? THEN last_us ELSE ? END,"
    " severity = CASE WHEN severity > ? THEN severity ELSE ? END, policy = ?, title = ?, description = ?,"
    " exchanges = ?, evidence = ?, details = ?, risk = coalesce(?, risk) WHERE id = ?"
)
_REOPENED = "UPDATE alert SET state = ?, dismissal = '' WHERE id = ?"
_LEARN = (
    "INSERT INTO alert_memory(rule, subject, name, value) VALUES(?, ?, ?, ?)"
    " ON CONFLICT(rule, subject, name) DO UPDATE SET value = excluded.value"
)


class AlertWriter:
    """The rules and their memory, used by the writing thread."""

    def __init__(self) -> None:
        self._evaluation = Evaluation()
        self._made: dict[tuple[str, str], deque[int]] = {}  # when new ones came, by rule and subject

    def start(self, database: Database) -> None:
        """Know again what was learnt; from now on System events are looked at, too."""
        known: dict[str, list[Remembered]] = {}
        query = AlertMemoryRow.select(
            AlertMemoryRow.rule, AlertMemoryRow.subject, AlertMemoryRow.name, AlertMemoryRow.value
        )
        for rule, subject, name, value in tuples(query):
            known.setdefault(rule, []).append(Remembered(subject, name, json.loads(value)))
        self._evaluation.restore(known)
        database.on_event = self.of_event

    def of_records(self, database: Database, records: Sequence[AuditRecord], now_us: int) -> bool:
        """Write what must be told of a batch; return whether System events were written."""
        found: list[Occurrence] = []
        for record in records:
            found += self._evaluation.of_exchange(record, now_us)
        for rule, learnt in self._evaluation.learnt():
            database.execute_sql(_LEARN, (rule, learnt.subject, learnt.name, json.dumps(learnt.value)))
        told = [self._write(database, occurrence, now_us) for occurrence in found]
        return any(told)

    def of_event(self, database: Database, event: SystemEvent, now_us: int) -> None:
        """Write what must be told of a System event."""
        for occurrence in self._evaluation.of_event(event, now_us):
            self._write(database, occurrence, now_us)

    def _write(self, database: Database, occurrence: Occurrence, now_us: int) -> bool:
        """Write an occurrence; one who changes every try a little does not bury the page under alerts."""
        known = database.execute_sql(_KNOWN, (occurrence.fingerprint,)).fetchone()
        if known is None and self._is_flood(occurrence, now_us):
            title = f"More than {MOST_NEW} alerts in an hour, the latest: {occurrence.title}"
            details = {**occurrence.details, "target": ""}  # it is about many
            occurrence = replace(occurrence, title=title, merged_by=("flood",), details=details)
        return write_occurrence(database, occurrence)

    def _is_flood(self, occurrence: Occurrence, now_us: int) -> bool:
        if len(self._made) > MOST_NEW * MOST_NEW:  # as many subjects have alerts: only the page counts them
            self._made.clear()
        times = self._made.setdefault((occurrence.rule, occurrence.subject.identity), deque())
        while times and times[0] < now_us - HOUR_US:
            times.popleft()
        if len(times) >= MOST_NEW:
            return True
        times.append(now_us)
        return False


def write_occurrence(database: Database, occurrence: Occurrence) -> bool:
    """Make an alert, or count one up, in the running transaction; return whether it is new or new again.

    Plain statements: a flood of repeats must not cost a millisecond each.
    """
    database.announce(Topic.ALERTS)
    known = database.execute_sql(_KNOWN, (occurrence.fingerprint,)).fetchone()
    if known is None:
        row = _created(occurrence)
        add_history(row.id, occurrence.at_us, SYSTEM, "created", after=AlertState.NEW)
        _tell(database, row.id, "alert created", occurrence)
        return True
    alert_id, state, exchanges = known
    if occurrence.exchange_id:
        exchanges = _json([occurrence.exchange_id, *json.loads(exchanges)][:MOST_EXCHANGES])
    newest = (occurrence.policy, occurrence.title, occurrence.description, exchanges)
    seen = (occurrence.at_us, occurrence.at_us, occurrence.severity.rank, occurrence.severity.rank)
    content = (_json(occurrence.evidence), _json(occurrence.details), occurrence.risk)
    database.execute_sql(_REPEATED, (*seen, *newest, *content, alert_id))
    if not AlertState(state).closed:
        return False
    add_history(alert_id, occurrence.at_us, SYSTEM, "reopened", state, AlertState.NEW, "It happened again")
    database.execute_sql(_REOPENED, (str(AlertState.NEW), alert_id))
    _tell(database, alert_id, "alert reopened", occurrence)
    return True


def add_history(  # noqa: PLR0913 - one line of history
    alert_id: str, at_us: int, actor: str, what: str, before: str = "", after: str = "", note: str = ""
) -> None:
    """Add a line to an alert's history, in the running transaction."""
    n = AlertHistoryRow.select().where(AlertHistoryRow.alert_id == alert_id).count() + 1
    AlertHistoryRow.create(
        alert_id=alert_id,
        n=n,
        at_us=at_us,
        actor=actor,
        what=what,
        before=str(before),
        after=str(after),
        note=note,
    )


def _created(occurrence: Occurrence) -> AlertRow:
    whom = asdict(occurrence.subject)
    whom["grp"] = whom.pop("group")
    row: AlertRow = AlertRow.create(
        id=new_id(),
        type=str(occurrence.type),
        severity=occurrence.severity.rank,
        state=str(AlertState.NEW),
        **{name: getattr(occurrence, name) for name in _AS_TOLD},
        remedy=str(occurrence.remedy or ""),
        **whom,
        times=1,
        first_us=occurrence.at_us,
        last_us=occurrence.at_us,
        exchanges=_json([occurrence.exchange_id] if occurrence.exchange_id else []),
        evidence=_json(occurrence.evidence),
        details=_json(occurrence.details),
    )
    return row


def _tell(database: Database, alert_id: str, event: str, occurrence: Occurrence) -> None:
    severity = {Level.CRITICAL: Severity.CRITICAL, Level.HIGH: Severity.WARNING}
    what = SystemEvent(
        Category.SECURITY,
        event,
        occurrence.title,
        severity=severity.get(occurrence.severity, Severity.INFO),
        after={"alert": alert_id, "severity": str(occurrence.severity), "type": str(occurrence.type)},
        details=occurrence.description,
        proxy=occurrence.proxy,
    )
    write_system_event(database, what, occurrence.at_us)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
