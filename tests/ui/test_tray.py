"""Serious alerts are counted in the frame, and told once, together and not too often."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from gateway_desktop.core.finding import Level
from gateway_desktop.core.window_settings import Window
from gateway_desktop.store.queries.alerts import AlertFilter, AlertItem, alerts
from gateway_desktop.ui.alert_watch import AlertWatch
from gateway_desktop.ui.closing import Closing, ask_to_quit
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.main_window import MainWindow
from gateway_desktop.ui.panels import PANELS
from gateway_desktop.ui.tray import Tray, badged, words_of
from gateway_desktop.ui.widgets.dialog import Dialog
from tests.ui.conftest import Opened, Until
from tests.unit.alerting.makers import a_finding_detail, a_hit_record


def raise_alert(opened: Opened, value: str) -> None:
    """Have something serious happen."""
    opened.write(a_hit_record(a_finding_detail(value=value)))


class Frame:
    """The window's frame with what watches alerts, and what was told."""

    def __init__(self, qtbot: QtBot, opened: Opened, context: UiContext, pause_ms: int) -> None:
        self.window = MainWindow(opened.paths.data, opened.paths.resources)
        qtbot.addWidget(self.window)
        self.window.fill(context, PANELS)
        self.watch = AlertWatch(context, self.window, pause_ms)
        self.tray = Tray(self.window, context, self.watch)
        self.counts: list[int] = []
        self.told: list[list[AlertItem]] = []
        self.watch.counted.connect(self.counts.append)
        self.watch.told.connect(self.told.append)
        self.watch.look()

    def badge(self) -> str:
        label = self.window.sidebar.findChild(QLabel, "count")
        return label.text() if isinstance(label, QLabel) and label.isVisibleTo(self.window) else ""


def test_what_waits_is_counted_and_only_what_comes_is_told(
    qtbot: QtBot, opened: Opened, context: UiContext, until: Until
) -> None:
    raise_alert(opened, "old")
    frame = Frame(qtbot, opened, context, 0)
    until(lambda: frame.counts[-1:] == [1])
    assert frame.badge() == "1" and frame.told == []
    raise_alert(opened, "new")
    until(lambda: len(frame.told) == 1)
    assert len(frame.told[0]) == 1 and frame.badge() == "2"
    raise_alert(opened, "new")  # the same again is no news
    items = [item.id for item in frame.told[0]]
    opened.services.alerts.resolve(items).result()
    until(lambda: frame.counts[-1] == 1)
    assert len(frame.told) == 1


def test_what_comes_soon_after_is_told_together(
    qtbot: QtBot, opened: Opened, context: UiContext, until: Until
) -> None:
    frame = Frame(qtbot, opened, context, 300)
    until(lambda: frame.counts[-1:] == [0])
    raise_alert(opened, "one")
    until(lambda: len(frame.told) == 1)
    for value in ("two", "three"):
        raise_alert(opened, value)
    until(lambda: len(frame.told) == 2)
    assert len(frame.told[1]) == 2


def test_a_click_leads_to_the_alert_and_the_sound_is_off(
    qtbot: QtBot, opened: Opened, context: UiContext, until: Until
) -> None:
    frame = Frame(qtbot, opened, context, 0)
    until(lambda: frame.counts[-1:] == [0])
    beeps: list[bool] = []
    frame.tray.beep = lambda: beeps.append(True)
    went: list[tuple[str, dict[str, object]]] = []
    context.page_wanted.connect(lambda name, wanted: went.append((name, wanted)))
    raise_alert(opened, "one")
    until(lambda: len(frame.told) == 1)
    frame.tray.open_newest()
    assert went == [("alerts", {"alert": frame.told[0][0].id})] and beeps == []


def test_a_notification_names_one_or_counts_many(opened: Opened) -> None:
    for value in ("a", "b", "c", "d", "e"):
        raise_alert(opened, value)
    items = opened.reader.submit(alerts, AlertFilter(severities=(Level.HIGH, Level.CRITICAL))).result()
    title, text = words_of(items[:1])
    assert title.endswith(" alert") and text == items[0].title
    assert words_of([replace(items[0], title="first use of tool <a href='x'>")])[1].endswith("‹a href='x'>")
    title, text = words_of(items)
    assert title == "5 new alerts" and text.endswith("and 2 more")


def test_the_icon_bears_the_number() -> None:
    plain, marked = badged(0).pixmap(64, 64), badged(7).pixmap(64, 64)
    assert marked.toImage() != plain.toImage()


class Presser:
    """Presses a button of the question that will be open."""

    def __init__(self, words: str) -> None:
        self._words = words
        self.asked = ""
        self._timer = QTimer(interval=10)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        question = QApplication.activeModalWidget()
        if isinstance(question, Dialog):
            self._timer.stop()
            self.asked = question.heading.text()
            buttons = question.findChildren(QPushButton)
            next(button for button in buttons if button.text() == self._words).click()


@pytest.mark.parametrize(
    ("answer", "stored"), [("Keep running", "tray"), ("Quit", "quit"), ("Cancel", "ask")]
)
def test_closing_is_asked_about_once_where_there_is_a_tray(
    qtbot: QtBot, opened: Opened, context: UiContext, until: Until, answer: str, stored: str
) -> None:
    frame = Frame(qtbot, opened, context, 0)
    frame.tray.there = lambda: True
    frame.window.on_close = frame.tray.closing
    frame.window.show()
    closed: list[bool] = []
    frame.window.closed.connect(lambda: closed.append(True))
    presser = Presser(answer)
    frame.window.close()
    del presser
    frame.window.on_close = lambda: Closing.QUIT  # the end of the test closes it too
    until(lambda: opened.services.settings.get("window.close").result()[0] == stored)
    assert frame.window.isVisible() is (answer == "Cancel")
    assert closed == ([True] if answer == "Quit" else [])


@pytest.mark.parametrize(("answer", "leaves"), [("Quit", True), ("Stay", False)])
def test_who_quits_while_calls_are_on_their_way_is_asked(
    qtbot: QtBot, opened: Opened, context: UiContext, answer: str, leaves: bool
) -> None:
    frame = Frame(qtbot, opened, context, 0)
    frame.window.show()
    presser = Presser(answer)
    assert ask_to_quit(3, frame.window) is leaves
    assert presser.asked == "Quit while 3 calls are on their way?"


def test_a_window_that_went_into_the_tray_comes_back_and_is_quit_from_there(
    qtbot: QtBot, opened: Opened, context: UiContext
) -> None:
    frame = Frame(qtbot, opened, context, 0)
    frame.tray.there = lambda: True
    context.settings = replace(context.settings, window=Window(close="tray"))
    frame.window.on_close = frame.tray.closing
    frame.window.show()
    frame.window.close()
    assert not frame.window.isVisible()
    frame.window.come_forward()
    assert frame.window.isVisible()
    with qtbot.waitSignal(frame.window.closed):
        frame.window.quit()


def test_a_maximized_window_that_was_minimized_comes_back_maximized(
    qtbot: QtBot, opened: Opened, context: UiContext
) -> None:
    window = Frame(qtbot, opened, context, 0).window
    window.showMaximized()
    window.setWindowState(window.windowState() | Qt.WindowState.WindowMinimized)
    window.come_forward()
    assert window.isMaximized() and not window.isMinimized()


def test_the_tip_of_the_icon_counts_in_words(qtbot: QtBot, opened: Opened, context: UiContext) -> None:
    frame = Frame(qtbot, opened, context, 0)
    tips = []
    for number in (0, 1, 2):
        frame.watch.counted.emit(number)
        tips.append(frame.tray.icon.toolTip())
    assert tips == [
        "Gateway Desktop",
        "Gateway Desktop: 1 serious alert",
        "Gateway Desktop: 2 serious alerts",
    ]


def test_the_end_of_the_session_is_not_held_up_by_the_tray(
    qtbot: QtBot, opened: Opened, context: UiContext
) -> None:
    frame = Frame(qtbot, opened, context, 0)
    frame.window.on_close = lambda: Closing.HIDE
    frame.window.session_ends = lambda: True
    frame.window.show()
    with qtbot.waitSignal(frame.window.closed):
        frame.window.close()


def test_without_a_tray_closing_quits_until_there_is_one(
    qtbot: QtBot, opened: Opened, context: UiContext
) -> None:
    frame = Frame(qtbot, opened, context, 0)
    context.settings = replace(context.settings, window=Window(close="tray"))
    assert frame.tray.closing() is Closing.QUIT
    frame.tray.there = lambda: True
    assert frame.tray.icon.isVisible() and frame.tray.closing() is Closing.HIDE
