"""in_turn(): several changes, one after another, as one Future."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

from gateway_desktop.services.futures import follow


def in_turn(steps: Sequence[Callable[[], "Future[Any]"]]) -> "Future[Any]":
    """Begin each step when the one before is done; the Future has the last answer, or the first failure.

    What was done before a failure stays done: each step is a change of its own, with its own System event.
    """
    if not steps:
        nothing: Future[Any] = Future()
        nothing.set_result(None)
        return nothing
    done = steps[0]()
    for step in steps[1:]:
        done = follow(done, partial(_begin, step))
    return done


def _begin(step: Callable[[], "Future[Any]"], _: object) -> "Future[Any]":
    return step()
