"""Records to rows of `event`: the columns in their fixed order, and the hash that makes a change visible."""

import hashlib
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import msgspec

from gateway_desktop.core.audit import AuditRecord, SystemEvent
from gateway_desktop.core.principal import Principal, PrincipalKind
from gateway_desktop.core.spelling import without_halves

_TAKEN_FROM_RECORD = [
    "exchange_id",
    "started_us",
    "kind",
    "outcome",
    "policy_action",
    "block_reason",
    "proxy",
    "principal.kind",
    "principal.actor",
    "principal.display_name",
    "principal.user_id",
    "principal.api_key_id",
    "principal.client_id",
    "principal.group",
    "session",
    "app",
    "claimed_user",
    "principal.no_user_reason",
    "client_ip",
    "trace_id",
    "method",
    "target",
    "endpoint",
]
_TAKEN_AFTER_CATEGORY = [
    "provider",
    "response_model",
    "http_status",
    "error",
    "policy",
    "risk",
    "tokens_in",
    "tokens_cached",
    "tokens_cache_write",
    "tokens_out",
    "tokens_reasoning",
    "cost_nano",
    "cost_basis",
    "finish",
    "duration_ms",
    "ttft_ms",
    "request_bytes",
    "response_bytes",
]
_RENAMED = {"principal.kind": "principal_kind", "principal.group": "grp"}

# The order is part of the row's hash: it never changes, new columns come last but for the two hashes.
COLUMNS: tuple[str, ...] = (
    "id",
    "gw",
    "seq",
    *(_RENAMED.get(name, name.removeprefix("principal.")) for name in _TAKEN_FROM_RECORD),
    "category",
    "severity",
    *_TAKEN_AFTER_CATEGORY,
    "detail",
    "parts_hash",
    "row_hash",
)

_first_half = attrgetter(*_TAKEN_FROM_RECORD)
_second_half = attrgetter(*_TAKEN_AFTER_CATEGORY)
_KIND, _OUTCOME, _ACTION, _REASON, _PRINCIPAL_KIND = 2, 3, 4, 5, 7
_BASIS = _TAKEN_AFTER_CATEGORY.index("cost_basis")
_ENUMS = (_KIND, _OUTCOME, _ACTION, _REASON, _PRINCIPAL_KIND)
_exact = str.__str__  # of a StrEnum the plain string, without a call of Python's
_encode = canonical = msgspec.json.Encoder().encode  # see `core.seal`

SYSTEM = Principal(PrincipalKind.SYSTEM, actor="system", display_name="Gateway Desktop")


def row_of(record: AuditRecord, event_id: int, gateway: int, seq: int, parts_hash: bytes | None) -> list[Any]:
    """Return the row of one exchange."""
    first = list(_first_half(record))
    # The driver binds exact strings fast and goes looking for adapters with anything else, enums included.
    for place in _ENUMS:
        if (value := first[place]) is not None:
            first[place] = _exact(value)
    second = list(_second_half(record))
    if (basis := second[_BASIS]) is not None:
        second[_BASIS] = _exact(basis)
    detail = _text(record.detail) if record.detail else None
    return _hashed([event_id, gateway, seq, *first, None, None, *second, detail, parts_hash])


def system_row(event: SystemEvent, event_id: int, gateway: int, seq: int, now_us: int) -> list[Any]:
    """Return the row of one System event."""
    who = event.actor or SYSTEM
    values: dict[str, Any] = dict.fromkeys(COLUMNS[:-1])
    values.update(
        id=event_id,
        gw=gateway,
        seq=seq,
        started_us=now_us,
        kind="system",
        outcome=event.result,
        policy_action="none",
        proxy=event.proxy,
        principal_kind=str(who.kind),
        actor=who.actor,
        display_name=who.display_name,
        user_id=who.user_id,
        api_key_id=who.api_key_id,
        client_id=who.client_id,
        grp=who.group,
        session=who.session,
        no_user_reason=who.no_user_reason,
        client_ip=event.client_ip,
        method=event.event,
        target=event.resource,
        category=str(event.category),
        severity=str(event.severity),
        detail=_text(_system_detail(event)),
    )
    return _hashed(list(values.values()))


def row_hash(values: Sequence[Any]) -> bytes:
    """Return the SHA-256 of a row's canonical JSON; `values` are all columns but `row_hash`, in order."""
    return hashlib.sha256(canonical(values)).digest()


def insert_sql(table: str, columns: Iterable[str], rows: int, suffix: str = "") -> str:
    """Return an INSERT of so many rows."""
    names = tuple(columns)
    one = "(" + ",".join("?" * len(names)) + ")"
    return f"INSERT INTO {table}({','.join(names)}) VALUES{','.join([one] * rows)}{suffix}"


def _hashed(values: list[Any]) -> list[Any]:
    try:
        encoded = _encode(values)
    except UnicodeEncodeError:
        values = without_halves(values)
        encoded = _encode(values)
    if b"\\u0000" in encoded:  # PostgreSQL keeps no NUL, and a row is the same on both engines
        values = [value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in values]
        encoded = _encode(values)
    values.append(hashlib.sha256(encoded).digest())
    return values


def _text(value: dict[str, Any]) -> str:
    """Return it as JSON; what a stranger sends, or a client cuts in half, must not stop a batch."""
    try:
        return _encode(value).decode()
    except UnicodeEncodeError:
        return _encode(without_halves(value)).decode()


def _system_detail(event: SystemEvent) -> dict[str, object]:
    shown = {"details": event.details or None, "before": event.before, "after": event.after}
    return {name: value for name, value in shown.items() if value is not None}
