"""in_background(): long work in a thread that nobody waits for at the end of the program.

The threads of an executor are joined when the interpreter ends, so that a gateway that is stopped while its
detectors are being built would stay for as long as that takes.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any


def in_background(loop: asyncio.AbstractEventLoop, work: Callable[[], None]) -> "asyncio.Future[None]":
    """Begin the work; the Future is done with it, on the loop."""
    done: asyncio.Future[None] = loop.create_future()

    def run() -> None:
        error: Exception | None = None
        try:
            work()
        except Exception as failed:  # noqa: BLE001 - the Future carries it on
            error = failed
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(_resolve, done, error)

    threading.Thread(target=run, name="background", daemon=True).start()
    return done


def has_failed(work: "asyncio.Future[Any]") -> bool:
    """Return whether it ended without a result: who needs it may begin it again."""
    return work.done() and (work.cancelled() or work.exception() is not None)


def _resolve(done: "asyncio.Future[None]", error: Exception | None) -> None:
    if done.cancelled():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
