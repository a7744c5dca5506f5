"""Small widgets: they say what they are, answer the keyboard, and take back what they offered."""

import itertools

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.ui.theme import theme
from gateway_desktop.ui.widgets.badge import BadgeLabel
from gateway_desktop.ui.widgets.banner import Banner
from gateway_desktop.ui.widgets.connect_lines import ConnectLines
from gateway_desktop.ui.widgets.copy_field import CodeBlock, CopyField
from gateway_desktop.ui.widgets.empty_state import EmptyState
from gateway_desktop.ui.widgets.stat_card import StatCard
from gateway_desktop.ui.widgets.step import Step
from gateway_desktop.ui.widgets.undo_bar import OFFERED_FOR_MS, UndoBar

OPENAI = Proxy("p", "openai", Kind.LLM, "https://api.openai.com", provider="openai")


def test_a_card_is_pressed_by_keyboard_and_read_aloud(qtbot: QtBot) -> None:
    card = StatCard("Total Requests", opens="Opens all rows")
    qtbot.addWidget(card)
    card.show()
    card.show_number("48,213", "+12% on the week before")
    with qtbot.waitSignal(card.clicked):
        QTest.keyClick(card, Qt.Key.Key_Space)
    spoken = QAccessible.queryAccessibleInterface(card).text(QAccessible.Text.Name)
    assert spoken == "Total Requests: 48,213, +12% on the week before. Opens all rows"


def test_a_card_that_opens_nothing_takes_no_keyboard(qtbot: QtBot) -> None:
    card = StatCard("Tokens")
    qtbot.addWidget(card)
    assert card.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert not card.isEnabled()


def test_copy_says_that_it_copied_and_then_offers_it_again(qtbot: QtBot) -> None:
    field = CopyField("address", "http://127.0.0.1:8899/openai")
    qtbot.addWidget(field)
    field.button.click()
    assert QGuiApplication.clipboard().text() == "http://127.0.0.1:8899/openai"
    assert field.button.text() == "Copied"
    qtbot.waitUntil(lambda: field.button.text() == "Copy", timeout=3000)


def test_a_block_is_as_high_as_its_lines(qtbot: QtBot) -> None:
    block = CodeBlock("Lines")
    block.set_text("one")
    qtbot.addWidget(block)
    block.resize(600, 300)
    block.show()
    low = block.edit.height()
    block.set_text("one\ntwo\nthree")
    line = block.edit.fontMetrics().lineSpacing()
    assert block.edit.height() == low + 2 * line
    block.set_text("wide " * 200)
    assert low < block.edit.height() < low + line


def test_undo_takes_back_once_and_is_gone_after_its_time(qtbot: QtBot) -> None:
    bar, taken_back = UndoBar(), []
    qtbot.addWidget(bar)
    bar.offer("openai is stopped.", lambda: taken_back.append("stop"))
    assert bar.button.accessibleName() == "Undo: openai is stopped."
    bar.button.click()
    bar.button.click()
    assert taken_back == ["stop"]
    assert bar.isHidden()
    bar.offer("openai is stopped.", lambda: taken_back.append("late"))
    assert bar._timer.interval() == OFFERED_FOR_MS == 10_000
    bar._timer.setInterval(1)
    with qtbot.waitSignal(bar._timer.timeout):
        bar._timer.start()
    bar.button.click()
    assert taken_back == ["stop"]


@pytest.mark.parametrize("height", [400, 150, 64])
def test_an_empty_list_overlaps_nothing_however_low_it_is(height: int, qtbot: QtBot) -> None:
    empty = EmptyState("No proxies yet", "Each one's health stands here, once it is known.", "Add a proxy")
    qtbot.addWidget(empty)
    empty.resize(712, height)
    with qtbot.waitExposed(empty):
        empty.show()
    places = [each.geometry() for each in (empty.title, empty.sentence, empty.button)]
    assert all(empty.rect().contains(place) for place in places)
    assert not any(a.intersects(b) for a, b in itertools.combinations(places, 2))
    assert empty.sentence.height() >= empty.sentence.heightForWidth(empty.sentence.width())


def test_an_empty_state_shows_its_whole_sentence(qtbot: QtBot) -> None:
    empty = EmptyState("Nothing yet", "A sentence that is long enough to need several lines. " * 4, "Help")
    qtbot.addWidget(empty)
    empty.resize(900, 500)
    empty.show()
    assert empty.sentence.height() >= empty.sentence.heightForWidth(empty.sentence.width())
    assert empty.sentence.height() > 3 * empty.sentence.fontMetrics().lineSpacing()
    empty.say("Nothing yet", "Short.")
    assert empty.button.isHidden()


def test_a_banner_is_there_only_while_it_has_something_to_say(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    assert banner.isHidden()
    banner.say("The disk is full", "critical", "Try again")
    assert (banner.text(), banner.accessibleName()) == ("The disk is full", "The disk is full")
    banner.clear()
    assert (banner.text(), banner.isHidden()) == ("", True)


def test_a_badge_takes_the_colours_of_the_theme(qtbot: QtBot) -> None:
    badge = BadgeLabel("Failing", "high")
    qtbot.addWidget(badge)
    badge.show()
    seen = {}
    for mode in ("light", "dark"):
        theme().set_mode(mode)
        QCoreApplication.sendPostedEvents(badge, QEvent.Type.PaletteChange)
        seen[mode] = badge.grab().toImage().pixelColor(badge.width() // 2, 2).name().upper()
        assert seen[mode] == theme().hex("high background")
    theme().set_mode("light")
    assert seen["light"] != seen["dark"]


def test_a_step_says_what_is_to_do(qtbot: QtBot) -> None:
    step = Step(1, "Add a proxy")
    qtbot.addWidget(step)
    assert step.accessibleName() == "Step 1: Add a proxy, to do later"
    step.show_state(current=True)
    assert step.accessibleName().endswith("to do now")
    step.show_state(done=True)
    assert step.accessibleName().endswith("done")
    assert step.done


def test_the_tool_that_was_chosen_stays_when_the_key_changes(qtbot: QtBot) -> None:
    lines = ConnectLines(first="curl")
    qtbot.addWidget(lines)
    lines.show_for("http://127.0.0.1:8899", OPENAI)
    assert lines.tool() == "curl"
    assert "gwd_YOUR_KEY" in lines.text()
    lines.choose("OpenAI SDK")
    lines.show_for("http://127.0.0.1:8899", OPENAI, "gwd_mine")
    assert lines.tool() == "OpenAI SDK"
    assert "gwd_mine" in lines.text()
