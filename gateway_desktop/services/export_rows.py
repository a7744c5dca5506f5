"""Rows of the audit as text: CSV (RFC 4180, safe for spreadsheets) and JSON Lines, in constant memory."""

import json
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.services.columns import COLUMNS
from gateway_desktop.services.table_text import csv_text, harmless
from gateway_desktop.store.database import Database
from gateway_desktop.store.models import MODELS
from gateway_desktop.store.models.base import bind
from gateway_desktop.store.queries.audit import IN_DETAIL, AuditRow, StoredPart, chunks, detail
from gateway_desktop.store.queries.paging import AuditFilter

Record = dict[str, Any]
Cell = Callable[[Any], object]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STORED = tuple(field.name for field in fields(AuditRow) if field.name not in IN_DETAIL)
_PAYLOADS = ("request", "response")
_ROWS_AT_ONCE = 1_000
_ROWS_WITH_PAYLOADS = 100


@dataclass(frozen=True, slots=True)
class Layout:
    """What of each row is written, and how; JSON Lines always have every field."""

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


def text_chunks(
    database: Database, asked: AuditFilter, layout: Layout, ids: "array[int] | None" = None
) -> Iterator[tuple[int, str]]:
    """Yield how many rows, and their text, until there are no more; a CSV's first piece is its header.

    The rows' ids are added to `ids`.
    """
    bind(database, MODELS)
    ids = array("q") if ids is None else ids
    return (_csv_chunks if layout.format == "csv" else _json_chunks)(database, asked, layout, ids)


# ---- CSV


def _csv_chunks(
    database: Database, asked: AuditFilter, layout: Layout, ids: "array[int]"
) -> Iterator[tuple[int, str]]:
    titles = {column.key: column.export_title for column in COLUMNS[asked.tab]}
    extra = _PAYLOADS if layout.payloads else ()
    yield 0, csv_text([[titles[key] for key in layout.columns] + [name.title() for name in extra]])
    stored = [key for key in layout.columns if key not in IN_DETAIL and key != "id"]
    if len(stored) < len(layout.columns):
        stored.append("detail")
    places = {key: place for place, key in enumerate(("id", *stored))}
    picks = [(places.get(key, places.get("detail", 0)), _CELLS.get(key, harmless)) for key in layout.columns]
    for rows in chunks(database, asked, stored, _size(layout)):
        ids.extend(row[0] for row in rows)
        cells = [[cell(row[place]) for place, cell in picks] for row in rows]
        if layout.payloads:
            for line, row in zip(cells, rows, strict=True):
                line += [harmless(_joined(parts)) for parts in _texts(database, row[0]).values()]
        yield len(rows), csv_text(cells)


def _joined(parts: Sequence[StoredPart]) -> str:
    return "\n".join(f"[{part.role}] {'(erased)' if part.text is None else part.text}" for part in parts)


def _money(nano: int | None) -> str | None:
    if nano is None:
        return None
    whole, rest = divmod(nano, 1_000_000_000)
    return f"{whole}.{rest:09d}".rstrip("0").rstrip(".")


def _of_detail(name: str) -> Cell:
    return lambda detail: harmless(str(json.loads(detail).get(name) or "")) if detail else ""


def _as_it_is(number: Any) -> object:
    return number


# ---- JSON Lines


def _json_chunks(
    database: Database, asked: AuditFilter, layout: Layout, ids: "array[int]"
) -> Iterator[tuple[int, str]]:
    for rows in chunks(database, asked, (*_STORED[1:], "detail"), _size(layout)):
        ids.extend(row[0] for row in rows)
        lines = []
        for row in rows:
            record = _record(row)
            if layout.payloads:
                for name, parts in _texts(database, row[0]).items():
                    record[name] = [_part(part) for part in parts]
            lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
        yield len(rows), "".join(lines)


def _record(row: Sequence[Any]) -> Record:
    record: Record = {"time": "", **dict(zip(_STORED, row, strict=False))}
    record["time"] = iso(record["started_us"])
    record["id"] = str(record["id"])  # 63 bits: JavaScript keeps 53 of them
    if record["cost_nano"] is not None:
        record["cost"] = record["cost_nano"] / 1e9
    record["detail"] = json.loads(row[-1]) if row[-1] else {}
    return record | {name: record["detail"].get(name) or "" for name in IN_DETAIL}


def _part(part: StoredPart) -> Record:
    return {"place": part.place, "role": part.role, "text": part.text, "cut": part.cut}


# ---- both


def _texts(database: Database, event_id: int) -> dict[str, list[StoredPart]]:
    found = detail(database, event_id)
    parts = found.parts if found is not None else ()
    return {direction: [part for part in parts if part.direction == direction] for direction in _PAYLOADS}


def _size(layout: Layout) -> int:
    return _ROWS_WITH_PAYLOADS if layout.payloads else _ROWS_AT_ONCE


def iso(at_us: int) -> str:
    """Return microseconds since 1970 as ISO 8601 in UTC."""
    seconds, rest = divmod(at_us, 1_000_000)
    return f"{_second(seconds)}.{rest:06d}Z"


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


_NUMBERS = (
    "tokens_in tokens_out tokens_cached tokens_cache_write tokens_reasoning duration_ms ttft_ms risk "
    "http_status request_bytes response_bytes"
)
_CELLS: dict[str, Cell] = {
    **dict.fromkeys(_NUMBERS.split(), _as_it_is),
    "id": str,
    "started_us": iso,
    "cost_nano": _money,
    **{name: _of_detail(name) for name in IN_DETAIL},
}
