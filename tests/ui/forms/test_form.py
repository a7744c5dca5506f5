"""Form: values in, values out; problems at their fields; the wheel changes nothing that is scrolled past."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.settings import entries
from gateway_desktop.ui.forms.editors import (
    ChoiceEditor,
    FileEditor,
    NumberEditor,
    TextEditor,
    TickEditor,
    editor_for,
)
from gateway_desktop.ui.forms.form import Entry, Form
from gateway_desktop.ui.forms.tick_list import TickListEditor

VALUES = {"name": "openai", "port": 8899, "on": True, "level": "b", "groups": ("dev", "ops")}


@pytest.fixture
def form(qtbot: QtBot) -> Iterator[Form]:
    made = Form(
        Entry("name", "Name", TextEditor(), "Of the proxy."),
        Entry("port", "Port", NumberEditor(1, 65535)),
        Entry("on", "", TickEditor("On")),
        Entry("level", "Level", ChoiceEditor([("a", "A little"), ("b", "A lot")])),
        Entry("groups", "Groups", TickListEditor([("team", "team"), ("dev", "dev"), ("ops", "ops")])),
    )
    qtbot.addWidget(made)
    made.show()
    yield made


def test_values_come_out_as_they_went_in_and_say_nothing_on_the_way(form: Form, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(form.changed):
        form.set_values(VALUES)
    assert form.values() == VALUES


def test_of_an_address_that_is_too_long_for_its_field_the_host_is_seen(qtbot: QtBot) -> None:
    editor = TextEditor()
    qtbot.addWidget(editor)
    editor.set_value("https://api.example.com/" + "path/" * 60)
    assert editor.line.cursorPosition() == 0


def test_hidden_fields_have_no_value(form: Form) -> None:
    form.set_values(VALUES)
    form.show_entry("port", False)
    assert "port" not in form.values()
    assert form.value("port") == 8899


def test_a_problem_stands_at_its_field_until_that_is_edited(form: Form, qtbot: QtBot) -> None:
    assert form.show_error(ConfigurationError("name", "is taken"))
    assert form.error("name") == "Is taken."
    assert form.editor("name").control.property("invalid") is True
    name = form.editor("name")
    assert isinstance(name, TextEditor)
    with qtbot.waitSignal(form.changed):
        qtbot.keyClicks(name.line, "x")  # type: ignore[no-untyped-call]
    assert form.error("name") == ""
    assert not form.show_error(ConfigurationError("nowhere", "is wrong"))


def test_the_help_is_read_to_those_who_cannot_see_it(form: Form) -> None:
    assert form.editor("name").control.accessibleDescription() == "Of the proxy."
    assert form.editor("name").control.accessibleName() == "Name"


@pytest.mark.parametrize("name", ["port", "level"])
def test_the_wheel_over_a_field_without_the_cursor_changes_nothing(form: Form, name: str) -> None:
    form.set_values(VALUES)
    control = form.editor(name).control
    form.editor("name").setFocus()
    down = QPoint(0, -120)
    place = QPointF(control.rect().center())
    event = QWheelEvent(
        place,
        QPointF(control.mapToGlobal(place.toPoint())),
        down,
        down,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(control, event)
    assert form.value(name) == VALUES[name]


def test_every_setting_has_a_widget_that_holds_its_default(qtbot: QtBot) -> None:
    for key, declared in entries().items():
        editor = editor_for(declared)
        qtbot.addWidget(editor)
        editor.set_value(declared.default)
        assert editor.value() == declared.default, key


def test_the_widget_fits_the_declaration(qtbot: QtBot) -> None:
    declared = entries()
    made = {key: editor_for(declared[key]) for key in ("listen.port", "audit.enabled", "window.theme")}
    made |= {key: editor_for(declared[key]) for key in ("listen.host", "listen.certificate")}
    for editor in made.values():
        qtbot.addWidget(editor)
    kinds = [type(editor) for editor in made.values()]
    assert kinds == [NumberEditor, TickEditor, ChoiceEditor, TextEditor, FileEditor]


def test_the_first_tick_of_a_long_list_is_seen(qtbot: QtBot) -> None:
    editor = TickListEditor([(str(number), f"user {number}") for number in range(20)])
    qtbot.addWidget(editor)
    editor.set_value(("15", "17"))
    editor.show()
    for ticked in ("15", "2"):
        editor.set_value((ticked,))
        item = editor.list.item(int(ticked))
        assert editor.list.viewport().rect().contains(editor.list.visualItemRect(item))


def test_a_long_list_of_ticks_can_be_searched(qtbot: QtBot) -> None:
    editor = TickListEditor([(str(number), f"user {number}") for number in range(20)])
    qtbot.addWidget(editor)
    editor.show()
    assert editor.search.isVisible()
    editor.tick("7")
    editor.search.setText("user 1")
    shown = [editor.list.item(n).text() for n in range(20) if not editor.list.item(n).isHidden()]
    assert len(shown) == 11
    assert editor.value() == ("7",)


def test_a_text_too_wide_for_a_list_of_ticks_is_cut_in_its_line(qtbot: QtBot) -> None:
    editor = TickListEditor([("short", "Short"), ("long", "Tool description that gives orders")])
    qtbot.addWidget(editor)
    editor.setFixedWidth(180)
    with qtbot.waitExposed(editor):
        editor.show()
    short, long = (editor.list.visualItemRect(editor.list.item(row)) for row in range(2))
    assert long.height() == short.height()
    assert (
        long.width()
        <= editor.list.viewport().width()
        < editor.list.fontMetrics().horizontalAdvance(editor.list.item(1).text())
    )
