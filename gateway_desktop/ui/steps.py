"""in_turn(): several changes, one after another, as one Future."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any


def in_turn(steps: Sequence[Callable[[], "Future[Any]"]]) -> "Future[Any]":
    """Begin each step when the one before is done; the Future has the last answer, or the first failure.

    What was done before a failure stays done: each step is a change of its own, with its own System event.
    """
    whole: Future[Any] = Future()
    _next(tuple(steps), whole, None)
    return whole


def _next(steps: tuple[Callable[[], "Future[Any]"], ...], whole: "Future[Any]", answer: Any) -> None:
    if not steps:
        whole.set_result(answer)
        return
    try:
        future = steps[0]()
    except Exception as error:  # noqa: BLE001 - the Future carries it on
        whole.set_exception(error)
        return
    future.add_done_callback(lambda done: _after(done, steps[1:], whole))


def _after(done: "Future[Any]", rest: tuple[Callable[[], "Future[Any]"], ...], whole: "Future[Any]") -> None:
    error = done.exception()
    if error is not None:
        whole.set_exception(error)
    else:
        _next(rest, whole, done.result())
