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


def test_headings_have_the_sizes_of_the_window_and_room(context: UiContext, qtbot: QtBot) -> None:
    window = HelpWindow(context.resources / "help", context.state)
    qtbot.addWidget(window)
    window.open_page("getting-started")
    document = window._text.document()
    blocks = [document.findBlockByNumber(number) for number in range(document.blockCount())]
    sizes = {
        (block.blockFormat().headingLevel(), at.format.font().pixelSize())
        for block in blocks
        for at in block.textFormats()
        if block.blockFormat().headingLevel()
    }
    assert sizes == {(1, 18), (2, 15)}
    second = next(block for block in blocks if block.blockFormat().headingLevel() == 2)
    assert second.blockFormat().topMargin() == 20
    weights = {at.format.fontWeight() for block in blocks for at in block.textFormats()}
    assert weights == {400, 600}  # the weights that the font has


def test_lines_of_code_stand_together_and_none_leads_out_of_the_window(
    context: UiContext, qtbot: QtBot
) -> None:
    window = HelpWindow(context.resources / "help", context.state)
    qtbot.addWidget(window)
    window.open_page("command-line")
    document = window._text.document()
    first = next(
        block
        for block in (document.findBlockByNumber(number) for number in range(document.blockCount()))
        if block.text().startswith("gateway-desktop serve --port")
    )
    assert first.blockFormat().bottomMargin() == 0
    assert first.next().text().startswith("#")
    assert window._text.horizontalScrollBar().maximum() == 0
