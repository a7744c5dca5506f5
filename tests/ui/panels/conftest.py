"""Pages before a real store and real services: what is clicked, and what then stands in the database."""

from typing import Protocol, TypeVar, cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gateway_desktop.services.services import Services
from gateway_desktop.store.queries.audit import page
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.reader import Reader
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.forms.editors import TextEditor
from gateway_desktop.ui.forms.form import Form
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels.settings.panel import Settings
from gateway_desktop.ui.panels.settings.section_page import SectionPart
from gateway_desktop.ui.widgets.dialog import Dialog
from tests.ui.conftest import Opened, Until

PanelType = TypeVar("PanelType", bound=Panel)
DialogType = TypeVar("DialogType", bound=Dialog)
PartType = TypeVar("PartType", bound=SectionPart)


class Behind(Protocol):
    """What stands behind the window: a store with services, or the whole application."""

    @property
    def services(self) -> Services: ...
    @property
    def reader(self) -> Reader: ...


class Hand:
    """Does what a person does: opens pages, presses buttons, types."""

    def __init__(self, qtbot: QtBot, context: UiContext, opened: Behind, until: Until) -> None:
        self._qtbot = qtbot
        self.context = context
        self.opened = cast(Opened, opened)  # the whole application has what most tests ask of it
        self._pages: list[Panel] = []
        self.until = until
        self.went_to: list[tuple[str, dict[str, object]]] = []
        context.page_wanted.connect(lambda name, wanted: self.went_to.append((name, wanted)))

    def open(self, panel: type[PanelType], **wanted: object) -> PanelType:
        """Show a page as large as in a window of 1280x800, open what is wanted, and wait for its answers."""
        made = panel(self.context)
        self._qtbot.addWidget(made)
        self._pages.append(made)  # as a window would: else a dialog that is deleted could take its page along
        made.resize(1072, 745)
        made.show()
        if wanted:
            made.open_with(**wanted)
        self.wait_for_answers(made)
        return made

    def wait_for_answers(self, panel: Panel) -> None:
        """Wait until a page has asked for what it shows, and has it."""
        self.until(lambda: not panel.stale and not panel._under_way)

    def press(self, button: QAbstractButton) -> None:
        """Press a button that can be seen and pressed, once Qt has put it where it belongs."""
        assert button.isVisible(), f"'{button.text()}' cannot be seen"
        assert button.isEnabled(), f"'{button.text()}' cannot be pressed"
        self.until(lambda: not button.visibleRegion().isEmpty())
        indicator = QPoint(8, button.height() // 2)  # a tick takes clicks on itself and its words only
        place = indicator if isinstance(button, QCheckBox) else button.rect().center()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=place)

    def write(self, line: QLineEdit, text: str) -> None:
        """Write into a field, over what stands there."""
        assert line.isVisible()
        line.selectAll()
        QTest.keyClicks(line, text)

    def fill(self, form: Form, **values: str) -> None:
        """Write into fields of a form."""
        for name, text in values.items():
            editor = form.editor(name)
            assert isinstance(editor, TextEditor)
            self.write(editor.line, text)

    def dialog(self, owner: QWidget, kind: type[DialogType]) -> DialogType:
        """Return the open dialog of this kind; it fits on the screen."""
        self.until(lambda: any(each.isVisible() for each in owner.findChildren(kind)))
        found = next(each for each in owner.findChildren(kind) if each.isVisible())
        assert found.height() < found.screen().availableGeometry().height(), "it is higher than the screen"
        for button in (found.cancel, found.action):
            assert button.isHidden() or found.rect().contains(button.geometry()), "a button is out of reach"
        return found

    def opens(self, button: QAbstractButton, owner: QWidget, kind: type[DialogType]) -> DialogType:
        """Press a button, and return the dialog that it opens."""
        self.press(button)
        return self.dialog(owner, kind)

    def wait_closed(self, owner: QWidget, kind: type[Dialog]) -> None:
        """Wait until no dialog of this kind is open: it did what it was for."""
        self.until(lambda: not any(each.isVisible() for each in owner.findChildren(kind)))

    def closes(self, button: QAbstractButton, owner: QWidget, kind: type[Dialog]) -> None:
        """Press a button of a dialog, and wait until that did what it was for."""
        self.press(button)
        self.wait_closed(owner, kind)

    def events(self) -> list[str]:
        """Return the System events, the newest first."""
        rows = self.opened.reader.submit(page, AuditFilter("system")).result().rows
        return [str(row.method) for row in rows]


def open_part(settings: Settings, title: str, kind: type[PartType]) -> PartType:
    """Open a section of the settings, and return what stands below its form."""
    settings.open_with(section=title)
    part = settings.pages[title].part
    assert isinstance(part, kind)
    return part


@pytest.fixture
def hand(qtbot: QtBot, context: UiContext, opened: Opened, until: Until) -> Hand:
    return Hand(qtbot, context, opened, until)
