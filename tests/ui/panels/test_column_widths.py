"""Columns are as wide as what they show: a date is never cut."""

import importlib
import pkgutil

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

import gateway_desktop.ui.panels as panels
from gateway_desktop.ui.tables.column import Column
from gateway_desktop.ui.theme import font

CELL = 16  # pixels around a text
DATES = {"created", "registered", "last_used", "last_seen", "last_sign_in", "used", "last", "time", "changed"}


def delivered() -> dict[str, Column[object]]:
    """Return the columns of all lists that show a past moment as how long ago, or as a date."""
    modules = [
        importlib.import_module(each.name)
        for each in pkgutil.walk_packages(panels.__path__, panels.__name__ + ".")
    ]
    return {
        f"{module.__name__}.{name}.{column.name}": column
        for module in modules
        for name, columns in vars(module).items()
        if isinstance(columns, tuple) and name.endswith("COLUMNS")
        for column in columns
        if isinstance(column, Column) and column.name in DATES and not column.numeric
    }


@pytest.mark.usefixtures("qapp")
def test_a_date_fits_into_its_column() -> None:
    assert isinstance(QApplication.instance(), QApplication)
    wanted = QFontMetrics(font(13)).horizontalAdvance("30 Nov 2026") + CELL
    found = delivered()
    assert len(found) > 10
    assert {name: column.width for name, column in found.items() if column.width < wanted} == {}
