"""The menu of a cell: include or exclude its value, copy it or the exchange's id."""

from PySide6.QtWidgets import QMenu

from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.ui.clipboard import copy_text
from gateway_desktop.ui.icons import icon
from gateway_desktop.ui.tables.column import Column
from gateway_desktop.ui.tables.filter_bar import FilterBar
from gateway_desktop.ui.tables.query_text import also, value_of


def fill(bar: FilterBar, column: Column[AuditRow], row: AuditRow, menu: QMenu) -> None:
    """Put into the menu what can be done with this cell."""
    value = str(column.value_of(row) or "")
    if column.filter and (value or column.filter == "user"):
        word = _exact(column.filter, value)
        title = f"Include only {value or 'unattributed'}"
        menu.addAction(icon("include"), title, lambda: bar.set_term(column.filter, word))
        menu.addAction(
            icon("exclude"),
            f"Exclude {value or 'unattributed'}",
            lambda: bar.set_text(also(bar.text(), f"-{column.filter}", word)),
        )
        if value_of(bar.text(), column.filter):
            menu.addAction(f"Any {column.title.lower()}", lambda: bar.set_term(column.filter, ""))
        menu.addSeparator()
    menu.addAction(icon("copy"), "Copy", lambda: copy_text(value or column.text(row)))
    if row.exchange_id:
        exchange = row.exchange_id
        menu.addAction("Copy exchange id", lambda: copy_text(exchange))


def _exact(name: str, value: str) -> str:
    """Return how a filter asks for just this value."""
    if name == "user":
        return f"={value}" if value else "none"
    return value
