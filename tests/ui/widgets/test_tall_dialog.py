"""A dialog that needs more height than the screen has."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from gateway_desktop.ui.widgets.dialog import Dialog


def shown(qtbot: QtBot, fields: int) -> tuple[Dialog, list[QLineEdit]]:
    dialog = Dialog("Many things", "Save")
    qtbot.addWidget(dialog)
    each = [QLineEdit() for _ in range(fields)]
    for field in each:
        dialog.body.addWidget(field)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog, each


def test_its_buttons_stay_on_the_screen_and_its_fields_can_be_reached(qtbot: QtBot) -> None:
    dialog, fields = shown(qtbot, 60)
    assert dialog.height() <= dialog.screen().availableGeometry().height()
    assert dialog.rect().contains(dialog.action.geometry())
    last = fields[-1]
    assert last.visibleRegion().isEmpty()
    fields[-2].setFocus()
    QTest.keyClick(fields[-2], Qt.Key.Key_Tab)
    assert last.hasFocus() and not last.visibleRegion().isEmpty()


def test_one_that_has_room_shows_all_and_grows_with_what_is_added(qtbot: QtBot) -> None:
    dialog, fields = shown(qtbot, 3)
    before = dialog.height()
    added = [QLineEdit() for _ in range(3)]
    for field in added:
        dialog.body.addWidget(field)
    qtbot.waitUntil(lambda: dialog.height() > before)
    assert all(field.visibleRegion().boundingRect() == field.rect() for field in (*fields, *added))
