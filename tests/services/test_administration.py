"""One door for every change."""

from concurrent.futures import Future

import pytest

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.changes import Topic
from gateway_desktop.services.administration import Change, resolved
from gateway_desktop.services.futures import follow
from tests.services.conftest import Office


def failed(error: BaseException) -> "Future[int]":
    future: Future[int] = Future()
    future.set_exception(error)
    return future


def test_a_change_waits_for_the_gateway_with_its_own_version(office: Office) -> None:
    asked: list[int] = []
    obeyed: Future[None] = Future()

    def applied(version: int) -> Future[None]:
        asked.append(version)
        return obeyed

    administration = office.with_outside(applied=applied).services.administration
    done = administration.change(lambda change: change.now_us)
    office.store.writer.submit(lambda _database: None).result()
    assert not done.done()
    assert asked == [office.version()]
    obeyed.set_result(None)
    assert done.result(60) > 0


def test_a_change_that_cannot_be_obeyed_fails_though_it_is_written(office: Office) -> None:
    before = office.version()
    refused = office.with_outside(applied=lambda _version: failed(ValueError("no")))
    with pytest.raises(ValueError, match="no"):
        refused.services.administration.change(lambda _change: None).result(60)
    assert office.version() == before + 1


def test_a_bug_in_a_change_rolls_everything_back(office: Office) -> None:
    def work(change: Change) -> None:
        change.record(SystemEvent(Category.SYSTEM, "half done"))
        raise ZeroDivisionError

    before = office.version()
    with pytest.raises(ZeroDivisionError):
        office.services.administration.change(work, Topic.SETTINGS).result(60)
    assert office.version() == before and not office.events()


def test_a_note_changes_no_configuration(office: Office) -> None:
    before = office.version()
    office.services.administration.note(SystemEvent(Category.SYSTEM, "seen")).result(60)
    assert office.version() == before
    assert office.told() == [("seen", "")]


def test_one_future_follows_another_with_the_error_of_either() -> None:
    assert follow(resolved(1), lambda number: resolved(number + 1)).result(60) == 2
    with pytest.raises(ValueError, match="first"):
        follow(failed(ValueError("first")), resolved).result(60)
    with pytest.raises(ValueError, match="second"):
        follow(resolved(1), lambda _number: failed(ValueError("second"))).result(60)
    with pytest.raises(ZeroDivisionError):
        follow(resolved(0), lambda number: resolved(1 // number)).result(60)
