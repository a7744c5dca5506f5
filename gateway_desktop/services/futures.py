"""Futures: what happens after one (`follow`), and work in a thread of its own (`beside`)."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

First = TypeVar("First")
Second = TypeVar("Second")


def follow(first: Future[First], then: Callable[[First], Future[Second]]) -> Future[Second]:
    """Return the Future of `then(result)`; errors of either step are its error. `then` returns at once."""
    outer: Future[Second] = Future()
    outer.set_running_or_notify_cancel()

    def first_done(done: Future[First]) -> None:
        try:
            then(done.result()).add_done_callback(second_done)
        except BaseException as error:  # noqa: BLE001 - the Future carries it on
            outer.set_exception(error)

    def second_done(done: Future[Second]) -> None:
        try:
            outer.set_result(done.result())
        except BaseException as error:  # noqa: BLE001 - the Future carries it on
            outer.set_exception(error)

    first.add_done_callback(first_done)
    return outer


def beside(name: str, work: Callable[[], First]) -> Future[First]:
    """Do one piece of work in a thread of its own, which bears the name."""
    worker = ThreadPoolExecutor(1, thread_name_prefix=name)
    future = worker.submit(work)
    worker.shutdown(wait=False)
    return future
