"""Columns are as wide as what they show: a date is never cut, nor a sum, nor a title with its arrow."""

import importlib
import pkgutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication

import gateway_desktop.ui.panels as panels
from gateway_desktop.core.money import DOLLAR
from gateway_desktop.ui.display import cost
from gateway_desktop.ui.tables.cells import ARROWS
from gateway_desktop.ui.tables.column import Column
from gateway_desktop.ui.theme import SMALL, font

SUMS = {"cost", "spent", "limit", "forecast"}  # of people, groups, models and budgets
CELL = 16  # pixels around a text
DATES = {"created", "registered", "last_used", "last_seen", "last_sign_in", "used", "last", "time", "changed"}


def delivered() -> dict[str, Column[object]]:
    """Return the columns of all lists."""
    modules = [
        importlib.import_module(each.name)
        for each in pkgutil.walk_packages(panels.__path__, panels.__name__ + ".")
    ]
    lists = {
        f"{module.__name__}.{name}": columns
        for module in modules
        for name, columns in vars(module).items()
        if isinstance(columns, tuple) and name.endswith("COLUMNS")
    }
    return {
        f"{name}.{column.name}": column
        for name, columns in lists.items()
        for column in columns
        if isinstance(column, Column)
    }


@pytest.mark.usefixtures("qapp")
def test_a_date_fits_into_its_column() -> None:
    assert isinstance(QApplication.instance(), QApplication)
    wanted = QFontMetrics(font(13)).horizontalAdvance("30 Nov 2026") + CELL
    every = delivered()
    found = {name: one for name, one in every.items() if one.name in DATES and not one.numeric}
    assert len(found) > 10
    assert {name: column.width for name, column in found.items() if column.width < wanted} == {}


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("dollars", [99_999.99, 1_234_567.89, 9_999_999, 123_456_789])
def test_a_sum_fits_into_its_column_whatever_was_spent(dollars: float) -> None:
    wanted = QFontMetrics(font(13)).horizontalAdvance(cost(round(dollars * DOLLAR), unknown=1)) + CELL
    every = delivered().items()
    found = {name: one for name, one in every if one.name in SUMS and ".overview." not in name}
    assert len(found) > 5
    assert {name: column.width for name, column in found.items() if column.width < wanted} == {}


@pytest.mark.usefixtures("qapp")
def test_a_title_fits_above_its_column_with_the_arrow_of_its_order() -> None:
    letters = QFontMetrics(font(SMALL, weight=QFont.Weight.Medium))
    arrow = ARROWS[Qt.SortOrder.DescendingOrder]
    cut = {
        name: column.width
        for name, column in delivered().items()
        if not column.stretch and column.width < letters.horizontalAdvance(column.title + arrow) + CELL
    }
    assert cut == {}
