"""Rows of the audit as text: CSV (RFC 4180, safe for spreadsheets) and JSON Lines, in constant memory."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from gateway_desktop.core.clock import iso
from gateway_desktop.core.one_of import one_of
from gateway_desktop.services.audit_columns import COLUMNS
from gateway_desktop.services.table_text import csv_cell, csv_text, harmless
from gateway_desktop.store.database import Database
from gateway_desktop.store.models import MODELS
from gateway_desktop.store.models.base import bind
from gateway_desktop.store.queries.audit import IN_DETAIL, STORED, StoredPart, chunks, detail
from gateway_desktop.store.queries.paging import AuditFilter

Record = dict[str, Any]
Cell = Callable[[Any], str]
Column = Callable[[Sequence[Any]], Iterable[str]]

_PAYLOADS = ("request", "response")
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_ROWS_AT_ONCE = 1_000
_MOST_KNOWN = 4_096
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
        one_of(known, name, "columns")
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
    """Write columns rather than cells: most values of a column repeat, and are made text once."""
    titles = {column.key: column.export_title for column in COLUMNS[asked.tab]}
    extra = _PAYLOADS if layout.payloads else ()
    yield 0, csv_text([[titles[key] for key in layout.columns] + [name.title() for name in extra]])
    stored = [key for key in layout.columns if key not in IN_DETAIL and key != "id"]
    if len(stored) < len(layout.columns):
        stored.append("detail")
    places = {key: place for place, key in enumerate(("id", *stored))}
    picks = [(places.get(key, places.get("detail", 0)), _column(key)) for key in layout.columns]
    for rows in chunks(database, asked, stored, _size(layout)):
        values = list(zip(*rows, strict=True))
        ids.extend(values[0])
        written = [texts(values[place]) for place, texts in picks]
        if layout.payloads:
            found = [_texts(database, event_id) for event_id in values[0]]
            written += [[csv_cell(harmless(_joined(each[name]))) for each in found] for name in _PAYLOADS]
        lines: Iterable[str] = map(",".join, zip(*written, strict=True))
        if len(written) == 1:
            lines = (line or '""' for line in lines)  # as csv.writer does: no line is empty
        yield len(rows), "\r\n".join(lines) + "\r\n"


class _Known(dict[Any, str]):
    """What values of one column are as CSV; those that were seen last."""

    def __missing__(self, value: Any) -> str:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        text = self[value] = csv_cell(harmless(value))
        return text


def _column(key: str) -> Column:
    """Return what makes a column's values text."""
    if key in _NUMBERS:
        return lambda values: ["" if value is None else str(value) for value in values]
    if cell := _CELLS.get(key):
        return lambda values: [cell(value) for value in values]
    return partial(map, _Known().__getitem__)


def _joined(parts: Sequence[StoredPart]) -> str:
    return "\n".join(f"[{part.role}] {'(erased)' if part.text is None else part.text}" for part in parts)


def _money(nano: int | None) -> str:
    if nano is None:
        return ""
    digits = f"{nano:010d}"
    return f"{digits[:-9]}.{digits[-9:]}".rstrip("0").rstrip(".")


def _of_detail(name: str) -> Cell:
    mark = f'"{name}":'

    def cell(detail: str | None) -> str:
        if not detail or mark not in detail:  # most rows: without reading what else is in it
            return ""
        return csv_cell(harmless(str(_decode(detail).get(name) or "")))

    return cell


# ---- JSON Lines


def _json_chunks(
    database: Database, asked: AuditFilter, layout: Layout, ids: "array[int]"
) -> Iterator[tuple[int, str]]:
    for rows in chunks(database, asked, (*STORED[1:], "detail"), _size(layout)):
        ids.extend(row[0] for row in rows)
        lines = []
        for row in rows:
            record = _record(row)
            if layout.payloads:
                for name, parts in _texts(database, row[0]).items():
                    record[name] = [_part(part) for part in parts]
            lines.append(_encode(record).decode())
        yield len(rows), "".join(f"{line}\n" for line in lines)


def _record(row: Sequence[Any]) -> Record:
    record: Record = {"time": "", **dict(zip(STORED, row, strict=False))}
    record["time"] = iso(record["started_us"])
    record["id"] = str(record["id"])  # 63 bits: JavaScript keeps 53 of them
    if record["cost_nano"] is not None:
        record["cost"] = record["cost_nano"] / 1e9
    record["detail"] = _decode(row[-1]) if row[-1] else {}
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


_NUMBERS = frozenset(
    (
        "tokens_in",
        "tokens_out",
        "tokens_cached",
        "tokens_cache_write",
        "tokens_reasoning",
        "duration_ms",
        "ttft_ms",
        "risk",
        "http_status",
        "request_bytes",
        "response_bytes",
    )
)
_CELLS: dict[str, Cell] = {
    "id": str,
    "exchange_id": lambda exchange_id: exchange_id or "",
    "started_us": iso,
    "cost_nano": _money,
    **{name: _of_detail(name) for name in IN_DETAIL},
}
