"""A team's window asks who works here: the dialog, what a role greys, and signing out."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyotp
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gateway_desktop.app import open_application
from gateway_desktop.core.errors import NotAllowed
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.people import Role
from gateway_desktop.desktop import behind_the_window
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.services.who import kept_sign_in
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.dialogs.sign_in import AskToSignIn, SignInDialog
from gateway_desktop.ui.forms.editors import ChoiceEditor, TextEditor, TickEditor
from gateway_desktop.ui.panels.alerts.panel import Alerts
from gateway_desktop.ui.panels.proxies.panel import Proxies
from gateway_desktop.ui.panels.settings.panel import Settings
from tests.postgresql import Server

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"
Seeds = dict[str, str]


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return {}


@pytest.fixture(scope="module")
def folder(
    server: Server, template: str, tmp_path_factory: pytest.TempPathFactory, seeds: Seeds
) -> Iterator[Path]:
    """The data folder of a team with one person of each role, one of whom has one-time codes."""
    name = server.create(template)
    data = tmp_path_factory.mktemp("team")
    settings = {"database": server.url(name).url, "window.start_gateway": False}
    (data / "settings.toml").write_text(
        "".join(f"{key} = {json.dumps(at)}\n" for key, at in settings.items())
    )
    with open_application(Paths(data)) as opened:
        services = opened.services
        for role in (*Role,):
            services.people.add_user(f"{role}@example.com", role=role).result(60)
            services.passwords.set_password(f"{role}@example.com", PASSWORD).result(60)
        services.people.add_user("codes@example.com", role=Role.VIEWER).result(60)
        services.passwords.set_password("codes@example.com", PASSWORD).result(60)
        seeds["codes"] = str(services.passwords.require_codes("codes@example.com").result(60).seed)
        services.proxies.add(NewProxy("llm", "http://127.0.0.1:9")).result(60)
        services.people.add_user("locked@example.com", role=Role.VIEWER).result(60)
    yield data
    server.drop(name)


class Opening:
    """A window whose database is being opened in a thread, as the application does it."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.paths = Paths(folder)
        self.window = QWidget()
        self.window.resize(800, 600)
        qtbot.addWidget(self.window)
        self.window.show()
        self.ask = AskToSignIn(self.window)
        self._behind = ExitStack()
        self._worker = ThreadPoolExecutor(1)
        opener = behind_the_window(self.paths, {}, self.ask)
        self.opened = self._worker.submit(self._behind.enter_context, opener)

    def dialog(self) -> SignInDialog:
        """Return the dialog, once it asks."""
        self.qtbot.waitUntil(lambda: self.window.findChild(SignInDialog) is not None, timeout=20_000)
        found = self.window.findChild(SignInDialog)
        assert isinstance(found, SignInDialog)
        return found

    def type(self, dialog: SignInDialog, **texts: str) -> None:
        """Type into the fields and press the button."""
        for name, text in texts.items():
            editor = dialog.form.editor(name)
            assert isinstance(editor, TextEditor)
            editor.line.selectAll()
            QTest.keyClicks(editor.line, text)
        QTest.mouseClick(dialog.action, Qt.MouseButton.LeftButton)

    def wrong(self, dialog: SignInDialog, **texts: str) -> str:
        """Return what is said about what was typed."""
        self.type(dialog, **texts)
        self.qtbot.waitUntil(lambda: dialog.action.isEnabled(), timeout=20_000)
        return dialog.banner.text()

    def signed_in(self) -> Any:
        self.qtbot.waitUntil(self.opened.done, timeout=20_000)
        return self.opened.result()

    def close(self) -> None:
        self.ask.give_up()
        self._worker.shutdown()
        self._behind.close()


@pytest.fixture
def opening(folder: Path, qtbot: QtBot) -> Iterator[Opening]:
    (folder / "session").unlink(missing_ok=True)
    made = Opening(folder, qtbot)
    yield made
    made.close()


def as_role(opening: Opening, role: str) -> UiContext:
    """Sign in and return what panels are built from."""
    opening.type(opening.dialog(), email=f"{role}@example.com", password=PASSWORD)
    return UiContext(opening.signed_in(), opening.paths.data, opening.paths.resources, opening.window)


def test_what_is_wrong_is_one_sentence_and_what_is_right_opens_and_is_kept(
    opening: Opening, folder: Path, qtbot: QtBot
) -> None:
    dialog = opening.dialog()
    password = dialog.form.editor("password").findChild(QLineEdit)
    assert isinstance(password, QLineEdit)
    assert password.echoMode() is QLineEdit.EchoMode.Password
    opening.type(dialog)  # nothing typed
    assert dialog.isVisible() and not opening.opened.done()
    said = opening.wrong(dialog, email="admin@example.com", password="wrong")
    assert said == "The address, the password or the code is wrong."
    assert password.text() == ""
    assert "take a viewer at least" in opening.wrong(dialog, email="member@example.com", password=PASSWORD)
    opening.type(dialog, email="admin@example.com", password=PASSWORD)
    who = opening.signed_in().who
    assert (who.signed_in.shown, who.signed_in.role) == ("admin@example.com", Role.ADMIN)
    assert kept_sign_in(folder / "session")
    opening.close()
    again = Opening(folder, qtbot)  # the next start asks nobody
    assert again.signed_in().who.signed_in.shown == "admin@example.com"
    assert again.window.findChild(SignInDialog) is None
    again.close()


def test_who_set_up_one_time_codes_needs_one(opening: Opening, seeds: Seeds) -> None:
    dialog = opening.dialog()
    assert "the code is wrong" in opening.wrong(dialog, email="codes@example.com", password=PASSWORD)
    opening.type(dialog, password=PASSWORD, code=pyotp.TOTP(seeds["codes"]).now())
    assert opening.signed_in().who.signed_in.shown == "codes@example.com"


def test_too_many_wrong_passwords_lock_the_name(opening: Opening) -> None:
    dialog = opening.dialog()
    said = [opening.wrong(dialog, email="locked@example.com", password=f"wrong {n}") for n in range(6)]
    assert "is wrong" in said[0]
    assert said[-1].startswith("Too many wrong passwords: try again in 15 minutes")


def test_who_does_not_sign_in_quits(opening: Opening, qtbot: QtBot) -> None:
    dialog = opening.dialog()
    with qtbot.waitSignal(opening.ask.quit_wanted, timeout=5000):
        QTest.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    opening.ask.give_up()
    with pytest.raises(NotAllowed):
        opening.opened.result(60)


def test_what_a_viewer_may_not_do_is_greyed_with_the_services_own_reason(opening: Opening) -> None:
    context = as_role(opening, "viewer")
    why = "This takes an admin; viewer@example.com is viewer"
    page = Proxies(context)
    for button in (page.add, page.page.empty.button, page.row_actions.buttons["Edit"]):
        button.setEnabled(True)  # whatever else allows it
        assert not button.isEnabled()
        assert button.toolTip() == why
    refused = context.services.proxies.add(NewProxy("other", "http://127.0.0.1:9")).exception(10)
    assert str(refused) == why
    alerts = Alerts(context)
    [resolve] = [one for one in alerts.findChildren(QPushButton) if one.text() == "Resolve"]
    assert resolve.toolTip() == "This takes an operator; viewer@example.com is viewer"


def test_how_the_own_window_is_a_viewer_may_say_and_nothing_else_of_the_settings(
    opening: Opening, qtbot: QtBot
) -> None:
    context = as_role(opening, "viewer")
    page = Settings(context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: bool(page.pages["Window"].stored()), timeout=20_000)
    times = page.pages["Window"].form.editor("window.times")
    audit = page.pages["Logging"].form.editor("audit.enabled")
    assert isinstance(times, ChoiceEditor) and isinstance(audit, TickEditor)
    times.choose("utc")
    assert page.save.isEnabled()
    audit.tick.click()
    assert not page.save.isEnabled() and page.save.toolTip().startswith("This takes an admin")
    audit.tick.click()
    QTest.mouseClick(page.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.edited(), timeout=20_000)
    assert context.services.settings.current().result(20).window.times == "utc"


def test_an_operator_may_start_and_stop_and_not_change(opening: Opening, qtbot: QtBot) -> None:
    page = Proxies(as_role(opening, "operator"))
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: bool(page.table.rows()), timeout=20_000)
    stop, edit = (page.row_actions.buttons[name] for name in ("Stop", "Edit"))
    for button in (stop, edit):
        button.setEnabled(True)
    assert (stop.isEnabled(), edit.isEnabled()) == (True, False)
    menu = QMenu(page)
    page.row_actions.fill(page.table.rows()[0], menu)
    entries = {action.text(): action for action in menu.actions() if action.text()}
    assert (entries["Show requests"].isEnabled(), entries["Remove…"].isEnabled()) == (True, False)
    assert entries["Remove…"].toolTip() == "This takes an admin; operator@example.com is operator"


def test_signing_out_ends_it_everywhere_and_asks_who_comes_next(folder: Path) -> None:
    (folder / "session").unlink(missing_ok=True)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.ui.run_sign_out", str(folder), "operator@example.com", PASSWORD],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=80,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == [
        "asked",
        "page overview",
        "Sign out operator@example.com…",
        "Sign out",
        "asked",
        "no sign-in is kept",
    ]


def test_a_window_whose_database_is_away_says_so_and_goes_on_when_it_returns(tmp_path: Path) -> None:
    own = Server(("max_connections=20",))
    try:
        settings = {"database": own.url(own.create()).url, "window.start_gateway": False}
        (tmp_path / "settings.toml").write_text(
            "".join(f"{key} = {json.dumps(at)}\n" for key, at in settings.items())
        )
        with open_application(Paths(tmp_path)) as opened:
            opened.services.people.add_user("ana@example.com", role=Role.ADMIN).result(60)
            opened.services.passwords.set_password("ana@example.com", PASSWORD).result(60)
        own.stop()
        words = [str(tmp_path), "ana@example.com", PASSWORD, "waits"]
        with subprocess.Popen(
            [sys.executable, "-m", "tests.ui.run_sign_out", *words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ) as window:
            try:
                assert window.stdout is not None
                assert "does not answer" in window.stdout.readline()
                own.start()
                assert window.communicate(timeout=60)[0].splitlines()[:2] == ["asked", "page overview"]
            finally:
                window.kill()  # else it would be waited for, whatever went wrong
    finally:
        own.remove()
