"""First uses: a key that authenticates for the first time, a principal's first use of a proxy or tool.

A refusal for want of access is told here too, once an hour for each principal and target: every one of them
has its row in the audit.

They are marked in `seen` in the transaction that writes their System event: each is written once, whatever
happens between the exchange's own commit and this one.
"""

from gateway_desktop.core.audit import AuditRecord, Category, Outcome, Severity, SystemEvent
from gateway_desktop.core.clock import HOUR_US
from gateway_desktop.core.errors import Reason
from gateway_desktop.core.proxy import Kind
from gateway_desktop.store.database import Database
from gateway_desktop.store.system_events import write_system_event

_MOST = 50_000
_MARK = "INSERT INTO seen(kind, field, value, label) VALUES('first', ?, ?, ?) ON CONFLICT DO NOTHING"
Use = tuple[str | None, str | None, str, str]  # user, key, proxy, tool


class FirstUses:
    """What this process has met already: the cheap answer for all uses but the first."""

    def __init__(self) -> None:
        self._known: set[Use] = set()
        self._denied: dict[Use, int] = {}  # the hour in which it was told

    def new(self, record: AuditRecord) -> bool:
        """Return whether the database should be asked about this exchange; afterwards it is known."""
        principal = record.principal
        if principal.user_id is None or record.outcome is Outcome.BLOCKED:
            return False
        use = (principal.user_id, principal.api_key_id, record.proxy, _tool(record))
        if use in self._known:
            return False
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known.add(use)
        return True

    def forget(self, record: AuditRecord) -> None:
        """Have the database asked at the next use, too: it could not be this time."""
        principal = record.principal
        self._known.discard((principal.user_id, principal.api_key_id, record.proxy, _tool(record)))

    def denied(self, record: AuditRecord) -> bool:
        """Return whether a refusal of somebody known is to be told; afterwards it is for an hour."""
        principal = record.principal
        if record.block_reason != Reason.ACCESS or principal.user_id is None:
            return False
        use = (principal.user_id, principal.api_key_id, record.proxy, record.target or "")
        hour = record.started_us // HOUR_US
        if self._denied.get(use) == hour:
            return False
        if len(self._denied) >= _MOST:
            self._denied.clear()
        self._denied[use] = hour
        return True


def write_denial(database: Database, record: AuditRecord) -> None:
    """Write the System event of a refusal."""
    target = f"{record.proxy}/{record.target}" if record.target else record.proxy
    what = SystemEvent(
        Category.AUTHORIZATION,
        "access denied",
        target,
        severity=Severity.WARNING,
        result="failure",
        proxy=record.proxy,
        actor=record.principal,
        details=record.error or "",
        client_ip=record.client_ip,
    )
    write_system_event(database, what)


def write_first_use(database: Database, record: AuditRecord) -> None:
    """Write the System events of an exchange that is the first of its kind."""
    principal = record.principal
    if principal.api_key_id and _marked(database, "key", principal.api_key_id, ""):
        row = database.execute_sql(
            "SELECT prefix, name FROM api_key WHERE id = ?", (principal.api_key_id,)
        ).fetchone()
        key = f"{row[0]}... {row[1] or ''}".rstrip() if row else principal.api_key_id
        _write(database, record, Category.AUTHENTICATION, "key authenticated for the first time", key)
    who = principal.user_id or ""
    if _marked(database, "proxy", record.proxy, who):
        _write(database, record, Category.AUTHORIZATION, "access granted", record.proxy)
    if (tool := _tool(record)) and _marked(database, "tool", f"{record.proxy}/{tool}", who):
        _write(database, record, Category.AUTHORIZATION, "access granted", f"{record.proxy}/{tool}")


def _tool(record: AuditRecord) -> str:
    return record.target or "" if record.kind == Kind.MCP and record.method == "tools/call" else ""


def _marked(database: Database, field: str, value: str, label: str) -> bool:
    """Return whether the mark was not there before."""
    return bool(database.execute_sql(_MARK, (field, value, label)).rowcount == 1)


def _write(database: Database, record: AuditRecord, category: Category, event: str, resource: str) -> None:
    what = SystemEvent(
        category, event, resource, proxy=record.proxy, actor=record.principal, client_ip=record.client_ip
    )
    write_system_event(database, what)
