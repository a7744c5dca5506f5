"""JsonView: branches are filled when opened; value and path are copied; over 1 MB waits for Load all."""

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gateway_desktop.ui.widgets.json_view import SHOWN_AT_FIRST, JsonView

DOCUMENT = {"model": "gpt-5", "messages": [{"role": "user", "content": "Hello\nworld"}], "a/b": {"c~d": None}}


@pytest.fixture
def view(qtbot: QtBot) -> JsonView:
    made = JsonView()
    qtbot.addWidget(made)
    made.show()
    return made


def names(view: JsonView) -> list[str]:
    return [view.model.item(row, 0).text() for row in range(view.model.rowCount())]


def test_keys_and_values_stand_in_the_order_of_the_document(view: JsonView) -> None:
    view.show_value(DOCUMENT)
    assert names(view) == ["model", "messages", "a/b"]
    assert [view.model.item(row, 1).text() for row in range(3)] == ["gpt-5", "[1]", "{1}"]


def test_a_branch_is_filled_when_it_is_opened(view: JsonView) -> None:
    view.show_value({"outer": {"inner": {"leaf": 1}}})
    inner = view.model.item(0, 0).child(0, 0)
    assert inner.text() == "inner"
    assert inner.child(0, 0).text() == ""
    view.tree.expand(inner.index())
    assert inner.child(0, 0).text() == "leaf"


def test_value_and_path_of_a_line_are_copied(view: JsonView) -> None:
    view.show_value(DOCUMENT)
    messages = view.model.item(1, 0)
    view.tree.setCurrentIndex(messages.index())
    view.copy_value()
    assert '"role": "user"' in QGuiApplication.clipboard().text()
    view.tree.expand(messages.child(0, 0).index())
    view.tree.setCurrentIndex(messages.child(0, 0).child(1, 0).index())
    view.copy_value()
    assert QGuiApplication.clipboard().text() == "Hello\nworld"
    view.copy_path()
    assert QGuiApplication.clipboard().text() == "/messages/0/content"


def test_paths_are_escaped_as_rfc_6901_says(view: JsonView) -> None:
    view.show_value(DOCUMENT)
    odd = view.model.item(2, 0)
    view.tree.expand(odd.index())
    view.tree.setCurrentIndex(odd.child(0, 0).index())
    view.copy_path()
    assert QGuiApplication.clipboard().text() == "/a~1b/c~0d"


def test_more_than_a_megabyte_waits_for_load_all(view: JsonView, qtbot: QtBot) -> None:
    view.show_value({"text": "x" * SHOWN_AT_FIRST})
    assert view.more.isVisible()
    assert names(view) == ["…"]
    with qtbot.waitSignal(view.more.clicked):
        view.more.click()
    view.show_value({"text": "x" * SHOWN_AT_FIRST}, whole=True)
    assert names(view) == ["text"]
