from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QElapsedTimer
from pytestqt.qtbot import QtBot

from gateway_desktop.core.changes import ChangeFeed, Topic
from gateway_desktop.ui.bridge import GATHER_MS, Bridge


def test_a_thousand_changes_are_few_signals_and_none_is_lost(qtbot: QtBot) -> None:
    changes = ChangeFeed()
    bridge = Bridge(changes)
    heard: list[Topic] = []
    bridge.topic.connect(heard.append)
    with ThreadPoolExecutor(4) as pool:
        for number in range(1000):
            pool.submit(changes.publish, Topic.STATUS if number % 2 else Topic.AUDIT)
    qtbot.waitUntil(lambda: set(heard) == {Topic.AUDIT, Topic.STATUS})
    qtbot.wait(GATHER_MS)
    assert len(heard) <= 6


def test_the_first_change_after_silence_is_told_at_once(qtbot: QtBot) -> None:
    changes = ChangeFeed()
    bridge = Bridge(changes)
    clock = QElapsedTimer()
    clock.start()
    with qtbot.waitSignal(bridge.topic):
        changes.publish(Topic.AUDIT)
    assert clock.elapsed() < GATHER_MS


def test_signals_are_no_closer_than_the_gathering_time(qtbot: QtBot) -> None:
    changes = ChangeFeed()
    bridge = Bridge(changes)
    clock = QElapsedTimer()
    with qtbot.waitSignal(bridge.topic):
        changes.publish(Topic.AUDIT)
    clock.start()
    with qtbot.waitSignal(bridge.topic):
        changes.publish(Topic.AUDIT)
    assert clock.elapsed() >= GATHER_MS - 20
