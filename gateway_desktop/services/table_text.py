"""Tables as text: CSV (RFC 4180, safe for spreadsheets) and JSON Lines."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gateway_desktop.core.spelling import plainly

Row = Mapping[str, object]

# What a spreadsheet would run (OWASP), also as wide as Chinese letters are.
_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_FORMULA = (*_SIGNS, "\t", "\r", "\n")
# Where semicolons part cells, as for Excel in most of Europe, quotes behind a comma are none.
_CELLS_THERE = tuple((mark, sign) for mark in (";", "\n") for sign in _SIGNS)
_ROWS_AT_ONCE = 1_000


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Return lines of CSV; cells are written as they are, so make texts harmless before."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def csv_cell(cell: object) -> str:
    """Return one cell of a line that has others."""
    return csv_text([(cell, "")])[:-3]


def harmless(cell: Any) -> object:
    """Return the cell so that no spreadsheet takes it for a formula, and nothing hides or moves a cursor."""
    if not isinstance(cell, str):
        return cell
    shown = "\r\n".join(map(plainly, cell.split("\r\n")))
    for mark, sign in _CELLS_THERE:
        shown = shown.replace(mark + sign, f"{mark}'{sign}")
    return f"'{shown}" if cell.startswith(_FORMULA) or shown.lstrip().startswith(_FORMULA) else shown


def table_pieces(rows: Sequence[Row], columns: Sequence[str], form: str) -> Iterator[tuple[int, str]]:
    """Yield how many rows, and their text as `csv` or `jsonl`; a CSV's first piece is its header."""
    if form == "csv":
        yield 0, csv_text([[name.replace("_", " ").capitalize() for name in columns]])
    for place in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[place : place + _ROWS_AT_ONCE]
        if form == "csv":
            text = csv_text([[_cell(row.get(name)) for name in columns] for row in some])
        else:
            text = "".join(json.dumps(dict(row), ensure_ascii=False) + "\n" for row in some)
        yield len(some), text


def _cell(value: object) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return harmless(", ".join(map(str, value)))
    return harmless(value)
