"""Every button of every page, as each role: what a service would refuse is greyed and says why.

What a page offers is pressed, row for row, with what its menus and dialogs offer, on a team's database whose
services ask for the role themselves. Nothing may be refused; nothing may lead to a dialog, or to a page with
one, whose own button is greyed, but to those that are read as well.
"""

import importlib
import json
import random
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPushButton,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gateway_desktop.app import open_application
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import NotAllowed
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.people import Role
from gateway_desktop.store.copying import copy
from gateway_desktop.store.migration import migrate
from gateway_desktop.store.postgresql import PostgresqlDatabase
from gateway_desktop.store.sqlite import SqliteDatabase
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels import PANELS
from gateway_desktop.ui.panels.policies.dialogs import VersionsDialog
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.dialog import Dialog
from tests.end_to_end.program import free_port
from tests.postgresql import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PASSWORD = "correct horse battery"
ROWS = 2  # of each table
READ_AS_WELL = (VersionsDialog,)
PACKAGING = Path(__file__).parents[2] / "packaging"


def a_team(paths: Paths) -> None:
    """Make the team of the pictures: people, keys, proxies, tools, policies, budgets, alerts, sign-ins."""
    sys.path.insert(0, str(PACKAGING))
    try:
        sample, sign_ins = (importlib.import_module(name) for name in ("sample_team", "sign_ins"))
    finally:
        sys.path.remove(str(PACKAGING))
    with open_application(paths) as opened:
        callers = sample.set_up(opened)
        sign_ins.sign_in(opened, paths, callers, True)
        sample.list_tools(opened)
        sample.guard(opened)
        sample.set_budgets(opened)
        looked = sample.Looked(opened, random.Random(11))
    sample.write(paths, list(sample.traffic(callers, 60, now_us(), looked)))


@pytest.fixture(scope="module", params=["a team", "nothing yet"])
def folder(
    request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The data folder of a team on PostgreSQL, with one person of each role."""
    data = tmp_path_factory.mktemp("roles")
    paths = Paths(data)
    where = server.url(server.create())
    if request.param == "a team":
        a_team(paths)
        source, target = SqliteDatabase(paths.database), PostgresqlDatabase(where)
        migrate(target)
        copy(source, target, lambda _table, _rows: None)
        source.close()
        target.close()
    lines = {"database": where.url, "listen.port": free_port()}
    paths.settings.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in lines.items()))
    with open_application(paths) as opened:
        for role in (Role.VIEWER, Role.OPERATOR, Role.ADMIN):
            opened.services.people.add_user(f"{role}@example.com", role=role).result(60)
            opened.services.passwords.set_password(f"{role}@example.com", PASSWORD).result(60)
    yield data
    server.drop(where.name)


class Walker:
    """Presses what can be pressed, and remembers what that led to."""

    def __init__(
        self, context: UiContext, settle: Callable[[], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._settle = settle
        self.wrong: set[str] = set()
        self.pressed: set[str] = set()
        self._at = ""
        self._known: set[type] = set()  # dialogs whose insides were pressed
        said = NotAllowed.__init__

        def refused(error: NotAllowed, *words: object) -> None:
            said(error, *words)
            self.wrong.add(f"{self._at}: {error}")

        monkeypatch.setattr(NotAllowed, "__init__", refused)
        for name in ("getSaveFileName", "getOpenFileName"):
            monkeypatch.setattr(QFileDialog, name, lambda *_: ("", ""))
        monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: True)
        context.page_wanted.connect(self._went_on)

    def walk(self, page: Panel) -> None:
        """Press everything on a page, on each of its tabs, without a row and with each of some."""
        self.settle()
        bars: list[QTabBar | None] = [*page.findChildren(QTabBar)] or [None]
        for bar in bars:
            for tab in range(bar.count() if bar is not None else 1):
                if bar is not None:
                    bar.setCurrentIndex(tab)
                    self.settle()
                self._press_all(page, page.name)
                for table in page.findChildren(SimpleTable):
                    self._walk_rows(page, table)

    def settle(self) -> None:
        """Let services answer, and the page show it."""
        for _ in range(3):
            self._settle()
            QApplication.processEvents()

    def _went_on(self, name: str, wanted: dict[str, object]) -> None:
        if {"add", "create"} & wanted.keys():
            self.wrong.add(f"{self._at}: goes to {name}, where it is greyed")

    def _walk_rows(self, page: Panel, table: "SimpleTable[Any]") -> None:
        for row in range(ROWS):
            if not alive(table) or row >= len(table.rows()):
                return
            table.selectRow(row)
            self.settle()
            self._press_all(page, f"{page.name}, row {row}")
            fill = table.row_menu
            if fill is not None and row < len(table.rows()):
                self._choose_all(partial(fill, table.rows()[row]), QMenu(), f"{page.name}, row {row}")

    def _press_all(self, owner: QWidget, name: str) -> None:
        buttons: list[QPushButton | QToolButton] = [*owner.findChildren(QPushButton)]
        buttons += owner.findChildren(QToolButton)
        for button in buttons:
            if not alive(owner):
                return
            if not alive(button) or not button.isEnabled() or button.window() is not owner.window():
                continue
            if isinstance(owner, Dialog) and button is owner.cancel:
                continue
            at = f"{name} > {button.text() or button.accessibleName()}"
            menu: Any = button.menu()
            if menu is None:
                self._do(button.click, at)
            else:
                self._choose_all(about_to_show, menu, at)

    def _choose_all(self, fill: Callable[[QMenu], object], menu: QMenu, name: str) -> None:
        """Choose every entry of a menu, which is filled anew for each."""
        fill(menu)
        for place in range(len(leaves(menu))):
            if not isValid(menu):
                return
            if menu.parent() is None:
                menu.clear()
            fill(menu)
            entries = leaves(menu)
            if place < len(entries) and entries[place].isEnabled():
                self._do(entries[place].trigger, f"{name} > {entries[place].text()}")

    def _do(self, act: Callable[[], object], at: str) -> None:
        """Press it, see to the dialogs that open, and close them."""
        before = {id(one) for one in open_dialogs()}
        self._at = at
        self.pressed.add(at)
        act()
        self.settle()
        for dialog in open_dialogs():
            if id(dialog) not in before and alive(dialog):
                self._see_to(dialog, at)

    def _see_to(self, dialog: QDialog, at: str) -> None:
        if isinstance(dialog, Dialog):
            reason = dialog.action.toolTip()
            if reason.startswith("This takes") and not isinstance(dialog, READ_AS_WELL):
                self.wrong.add(f"{at}: opens '{dialog.windowTitle()}', whose button says: {reason}")
            if isinstance(dialog, Confirmation):
                dialog.line.setText(dialog.typed)
                self._do(dialog.submit, f"{at} > {dialog.action.text()}")
            elif type(dialog) not in self._known:
                self._known.add(type(dialog))
                self._walk_dialog(dialog, at)
        if alive(dialog):
            dialog.reject()
            self.settle()

    def _walk_dialog(self, dialog: Dialog, at: str) -> None:
        for line in dialog.findChildren(QLineEdit):
            if line.isVisible() and not line.text():
                line.setText("x")
        for table in dialog.findChildren(SimpleTable):
            if alive(dialog) and table.rows():
                table.selectRow(0)
                self.settle()
        self._press_all(dialog, at)


def about_to_show(menu: QMenu) -> None:
    """Have a button's menu filled."""
    menu.aboutToShow.emit()


def alive(widget: QWidget) -> bool:
    """Return whether it is there and can be seen: what was pressed before may have made the page anew."""
    return isValid(widget) and widget.isVisible()


def open_dialogs() -> list[QDialog]:
    """Return the dialogs that can be seen."""
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and alive(one)]


def has_answers(page: Panel) -> bool:
    """Return whether a page has what it asked for."""
    return not page.stale and not page._under_way


def leaves(menu: QMenu) -> list[QAction]:
    """Return the entries of a menu and of the menus in it."""
    found: list[QAction] = []
    for action in menu.actions():
        inner: Any = action.menu()
        if isinstance(inner, QMenu):
            found += leaves(inner)
        elif action.text() and not action.isSeparator():
            found.append(action)
    return found


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_nothing_that_can_be_pressed_is_refused(
    folder: Path, role: Role, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = Paths(folder)
    paths.window_session.unlink(missing_ok=True)

    def sign_in(asked: Any) -> str:
        return str(asked.sign_in(f"{role}@example.com", PASSWORD).result(60))

    with open_application(paths, {}, sign_in) as opened:
        context = UiContext(opened, paths.data, paths.resources)

        def settle() -> None:
            opened.services.settings.all().result(60)
            opened.services.administration.require(Role.VIEWER).result(60)
            opened.reader.submit(lambda _database: None).result(60)

        walker = Walker(context, settle, monkeypatch)
        for panel in PANELS:
            page = panel(context)
            qtbot.addWidget(page)
            page.resize(1280, 800)
            page.show()
            qtbot.waitUntil(partial(has_answers, page), timeout=20_000)
            walker.walk(page)
            page.hide()
        context.deleteLater()
    assert len(walker.pressed) > 60
    assert sorted(walker.wrong) == []
