"""The guides lead to what they name."""

from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot

from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.help_window import HelpWindow


def test_a_link_to_a_page_or_a_setting_leads_there(context: UiContext, qtbot: QtBot) -> None:
    window = HelpWindow(context.resources / "help", context.state)
    qtbot.addWidget(window)
    went: list[tuple[str, dict[str, str]]] = []
    window.page_wanted.connect(lambda name, wanted: went.append((name, wanted)))
    window._follow(QUrl("page:proxies"))
    window._follow(QUrl("setting:listen.host"))
    assert went == [("proxies", {}), ("settings", {"key": "listen.host"})]


def test_every_guide_can_be_opened_by_its_name(context: UiContext, qtbot: QtBot) -> None:
    window = HelpWindow(context.resources / "help", context.state)
    qtbot.addWidget(window)
    for path in sorted((context.resources / "help").glob("*.md")):
        window.open_page(path.stem)
        assert window.shown_page() == path.stem
