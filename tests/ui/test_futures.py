from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.ui.futures import relay, when_done, words
from tests.ui.conftest import Until


def test_an_answer_from_a_thread_arrives_on_the_main_thread(until: Until) -> None:
    asker = QObject()
    arrived: list[tuple[int, QThread]] = []
    with ThreadPoolExecutor(1) as pool:
        when_done(asker, pool.submit(lambda: 7), lambda n: arrived.append((n, QThread.currentThread())))
    until(lambda: bool(arrived))
    assert arrived == [(7, relay().thread())]


def test_an_answer_is_dropped_when_the_asker_has_asked_again(until: Until) -> None:
    asker = QObject()
    arrived: list[int] = []
    first: Future[int] = Future()
    second: Future[int] = Future()
    when_done(asker, first, arrived.append, slot="rows")
    when_done(asker, second, arrived.append, slot="rows")
    first.set_result(1)
    second.set_result(2)
    until(lambda: bool(arrived))
    assert arrived == [2]


def test_slots_do_not_supersede_each_other(until: Until) -> None:
    asker = QObject()
    arrived: list[str] = []
    for slot in ("rows", "count"):
        future: Future[str] = Future()
        when_done(asker, future, arrived.append, slot=slot)
        future.set_result(slot)
    until(lambda: len(arrived) == 2)


def test_an_answer_for_a_deleted_asker_is_dropped(qtbot: QtBot, until: Until) -> None:
    asker, witness = QObject(), QObject()
    arrived: list[object] = []
    future: Future[int] = Future()
    when_done(asker, future, arrived.append)
    when_done(witness, future, lambda _: arrived.append("witness"))
    with qtbot.waitSignal(asker.destroyed):
        asker.deleteLater()
    future.set_result(1)
    until(lambda: bool(arrived))
    assert arrived == ["witness"]


def test_a_failure_goes_to_the_one_who_handles_it(until: Until) -> None:
    asker = QObject()
    failures: list[BaseException] = []
    future: Future[int] = Future()
    when_done(asker, future, None, failures.append)
    future.set_exception(ConfigurationError("port", "is taken"))
    until(lambda: bool(failures))
    assert words(failures[0]) == "port: is taken"


def test_a_failure_that_nobody_handles_is_said_in_the_window(qtbot: QtBot) -> None:
    asker = QObject()
    future: Future[int] = Future()
    when_done(asker, future)
    with qtbot.waitSignal(relay().unheard) as said:
        future.set_exception(ConfigurationError("port", "is taken"))
    assert said.args == ["port: is taken"]


def test_a_bug_is_logged_and_named(qtbot: QtBot, expect_log: Callable[[str], None]) -> None:
    expect_log("A question of the window failed")
    asker = QObject()
    future: Future[int] = Future()
    when_done(asker, future)
    with qtbot.waitSignal(relay().unheard) as said:
        future.set_exception(KeyError("model"))
    assert "KeyError" in said.args[0]


@pytest.mark.parametrize("slot", ["", "rows"])
def test_a_cancelled_question_is_silent(slot: str, until: Until) -> None:
    asker = QObject()
    arrived: list[object] = []
    cancelled: Future[int] = Future()
    when_done(asker, cancelled, arrived.append, arrived.append, slot)
    cancelled.cancel()
    after: Future[int] = Future()
    when_done(asker, after, arrived.append)
    after.set_result(3)
    until(lambda: bool(arrived))
    assert arrived == [3]
