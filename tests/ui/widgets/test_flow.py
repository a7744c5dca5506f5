"""Flow: nothing is cut off in a narrow window; what does not fit stands in the next line."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gateway_desktop.ui.widgets.flow import Flow
from gateway_desktop.ui.widgets.stat_card import StatCard, StatStrip


def a_row(qtbot: QtBot, width: int, *widgets: QWidget, right: bool = False) -> QWidget:
    flow = Flow(right=right)
    qtbot.addWidget(flow)
    for widget in widgets:
        widget.setMinimumWidth(100)
        flow.add(widget)
    flow.resize(width, flow.heightForWidth(width))
    flow.show()
    return flow


def places(*widgets: QWidget) -> list[tuple[int, int]]:
    return [(widget.x(), widget.y()) for widget in widgets]


def buttons(count: int) -> list[QPushButton]:
    made = [QPushButton(str(place)) for place in range(count)]
    for button in made:
        button.setFixedSize(100, 30)
    return made


def test_what_does_not_fit_begins_the_next_line_and_makes_the_row_higher(qtbot: QtBot) -> None:
    one, two, three = buttons(3)
    owner = a_row(qtbot, 220, one, two, three)
    assert places(one, two, three) == [(0, 0), (108, 0), (0, 8 + one.height())]
    assert owner.height() == 8 + 2 * one.height()
    assert owner.minimumSizeHint().width() == 100


def test_a_line_can_stand_at_the_right(qtbot: QtBot) -> None:
    one, two, three = buttons(3)
    owner = a_row(qtbot, 220, one, two, three, right=True)
    assert owner.isVisible()
    assert places(one, two, three) == [(12, 0), (120, 0), (120, 8 + one.height())]


def test_what_is_hidden_takes_no_room(qtbot: QtBot) -> None:
    one, two, three = buttons(3)
    two.hide()
    owner = a_row(qtbot, 220, one, two, three)
    assert owner.isVisible()
    assert places(one, three) == [(0, 0), (108, 0)]


def test_fields_share_what_is_left_of_their_line(qtbot: QtBot) -> None:
    line, (button,) = QLineEdit(), buttons(1)
    owner = a_row(qtbot, 400, line, button)
    assert owner.isVisible()
    assert line.width() == 292 and button.x() == 300


def test_what_is_shown_later_gets_its_place(qtbot: QtBot) -> None:
    one, two, three = buttons(3)
    two.hide()
    flow = a_row(qtbot, 400, one, two, three)
    two.show()
    qtbot.waitUntil(lambda: places(one, two, three) == [(0, 0), (108, 0), (216, 0)])
    one.hide()
    qtbot.waitUntil(lambda: places(two, three) == [(0, 0), (108, 0)])
    assert flow.sizeHint().width() == 208


@pytest.mark.parametrize(("width", "lines"), [(1000, [7]), (712, [4, 3])])
def test_cards_stand_in_even_lines(qtbot: QtBot, width: int, lines: list[int]) -> None:
    cards = tuple(StatCard(f"Card {place}") for place in range(7))
    strip = StatStrip(cards)
    qtbot.addWidget(strip)
    strip.resize(width, strip.heightForWidth(width))
    strip.show()
    tops = [card.y() for card in cards]
    assert [tops.count(top) for top in sorted(set(tops))] == lines
    assert all(QRect(0, 0, width, strip.height()).contains(card.geometry()) for card in cards)


def a_page(qtbot: QtBot, *widgets: QWidget) -> tuple[QWidget, Flow]:
    """A title, and beside it a row of what is hidden so far."""
    page, flow = QWidget(), Flow(right=True)
    qtbot.addWidget(page)
    for widget in widgets:
        flow.add(widget)
        widget.hide()
    line = QHBoxLayout()
    line.addWidget(QLabel("Title"), 1)
    line.addWidget(flow)
    column = QVBoxLayout(page)
    column.addLayout(line)
    page.resize(500, 100)
    page.show()
    return page, flow


def test_who_is_seen_can_be_pressed_at_once(qtbot: QtBot) -> None:
    one, two = QPushButton("Change"), QPushButton("View Clients")
    _, flow = a_page(qtbot, one, two)
    assert flow.width() == 0
    for button in (one, two):
        button.show()
    assert [button.size() for button in (one, two)] == [one.sizeHint(), two.sizeHint()]
    assert two.geometry().right() == flow.rect().right() and one.y() == two.y()
    with qtbot.waitSignal(two.clicked):
        QTest.mouseClick(two, Qt.MouseButton.LeftButton)


def test_what_changes_behind_another_page_has_its_place_when_it_is_seen(qtbot: QtBot) -> None:
    one, two = QPushButton("Change"), QPushButton("View Clients")
    page, flow = a_page(qtbot, one, two)
    one.show()
    page.hide()
    two.show()
    one.setText("Change what is set")
    page.show()
    assert [button.size() for button in (one, two)] == [one.sizeHint(), two.sizeHint()]
    assert two.geometry().right() == flow.rect().right() and one.y() == two.y()


def test_a_row_that_comes_back_places_its_widgets_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    flow = a_row(qtbot, 400, *buttons(12))
    settled: list[Flow] = []
    settle = Flow._settle

    def counted(self: Flow) -> None:
        settled.append(self)
        settle(self)

    monkeypatch.setattr(Flow, "_settle", counted)
    flow.hide()
    flow.show()
    assert settled == [flow]
