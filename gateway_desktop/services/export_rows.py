"""Rows of the audit as text: CSV (RFC 4180, safe for spreadsheets) and JSON Lines, in constant memory."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.services.columns import COLUMNS
from gateway_desktop.store.database import Database
from gateway_desktop.store.models import MODELS
from gateway_desktop.store.models.base import bind
from gateway_desktop.store.queries.audit import AuditRow, StoredPart, chunks, detail
from gateway_desktop.store.queries.paging import AuditFilter

Record = dict[str, Any]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # OWASP: what a spreadsheet would run
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_IN_JSON = ("details", "service_tier")
_STORED = tuple(field.name for field in fields(AuditRow) if field.name not in _IN_JSON)
_PAYLOADS = ("request", "response")
_ROWS_AT_ONCE = 10_000
_ROWS_WITH_PAYLOADS = 100


@dataclass(frozen=True, slots=True)
class Layout:
    """What of each row is written, and how."""

    format: str  # csv | jsonl
    columns: tuple[str, ...]
    payloads: bool = False


def checked_columns(tab: str, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a tab that shall be written, all if none is named."""
    known = tuple(column.key for column in COLUMNS[tab])
    for name in wanted:
        if name not in known:
            raise ConfigurationError("columns", f"'{name}' is none of {', '.join(known)}")
    return tuple(wanted) or known


def text_chunks(database: Database, asked: AuditFilter, layout: Layout) -> Iterator[tuple[int, str]]:
    """Yield how many rows, and their text, until there are no more; a CSV's first piece is its header."""
    bind(database, MODELS)
    write = _csv_text if layout.format == "csv" else _json_lines
    if layout.format == "csv":
        yield 0, _csv_header(asked.tab, layout)
    size = _ROWS_WITH_PAYLOADS if layout.payloads else _ROWS_AT_ONCE
    for rows in chunks(database, asked, (*_STORED[1:], "detail"), size):
        records = [_record(row) for row in rows]
        if layout.payloads:
            for record in records:
                record |= _texts(database, int(record["id"]))
        yield len(rows), write(records, layout)


def _record(row: Sequence[Any]) -> Record:
    record = dict(zip(_STORED, row, strict=False))
    more = json.loads(row[-1]) if row[-1] else {}
    record["detail"] = more
    for name in _IN_JSON:
        record[name] = more.get(name) or ""
    record["id"] = str(record["id"])  # 63 bits: a spreadsheet keeps 15 digits, JavaScript 53 bits
    return record


def _texts(database: Database, event_id: int) -> dict[str, list[StoredPart]]:
    found = detail(database, event_id)
    parts = found.parts if found is not None else ()
    return {direction: [part for part in parts if part.direction == direction] for direction in _PAYLOADS}


def _csv_header(tab: str, layout: Layout) -> str:
    titles = {column.key: column.export_title for column in COLUMNS[tab]}
    return _csv(
        [[titles[key] for key in layout.columns] + [name.title() for name in _PAYLOADS if layout.payloads]]
    )


def _csv_text(records: Sequence[Record], layout: Layout) -> str:
    rows = []
    for record in records:
        row = [_CELLS[key](record[key]) if key in _CELLS else record[key] for key in layout.columns]
        if layout.payloads:
            row += ["\n".join(f"[{part.role}] {_text(part)}" for part in record[name]) for name in _PAYLOADS]
        rows.append([_harmless(cell) for cell in row])
    return _csv(rows)


def _csv(rows: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _json_lines(records: Sequence[Record], layout: Layout) -> str:
    lines = []
    for record in records:
        written: dict[str, Any] = {"time": iso(record["started_us"])} | record
        if record["cost_nano"] is not None:
            written["cost"] = record["cost_nano"] / 1e9
        if layout.payloads:
            written |= {name: [_part(part) for part in record[name]] for name in _PAYLOADS}
        lines.append(json.dumps(written, ensure_ascii=False, separators=(",", ":")))
    return "".join(line + "\n" for line in lines)


def _part(part: StoredPart) -> Mapping[str, object]:
    return {"place": part.place, "role": part.role, "text": part.text, "cut": part.cut}


def _text(part: StoredPart) -> str:
    return "(erased)" if part.text is None else part.text


def iso(at_us: int) -> str:
    """Return microseconds since 1970 as ISO 8601 in UTC."""
    return (_EPOCH + timedelta(microseconds=at_us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _money(nano: int | None) -> str | None:
    if nano is None:
        return None
    whole, rest = divmod(nano, 1_000_000_000)
    return f"{whole}.{rest:09d}".rstrip("0").rstrip(".")


_CELLS: dict[str, Callable[[Any], object]] = {"started_us": iso, "cost_nano": _money}
