"""Work beside the loop: its result or its error comes back, and one is done after the other."""

import asyncio
import contextlib
import gc
import threading
import weakref
from collections.abc import Callable

import pytest

from gateway_desktop.gateway.beside import beside


async def test_the_result_comes_back_and_the_error_too() -> None:
    assert await beside(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await beside(divmod, 7, 0)


async def test_what_work_held_that_failed_is_gone_with_its_error() -> None:
    held: list[Callable[[], object]] = []

    class Body(bytearray):
        """What it read."""

    def work() -> None:
        body = Body(b"many bytes")
        held.append(weakref.ref(body))
        raise ValueError

    gc.disable()
    try:
        with contextlib.suppress(ValueError):
            await beside(work)
        await beside(len, b"")  # by now its thread has let go of it
        assert held[0]() is None
    finally:
        gc.enable()


async def test_who_is_cancelled_leaves_when_the_work_has_ended() -> None:
    ended: list[str] = []
    begun, goes_on = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        goes_on.wait(60)
        ended.append("work")

    waits = asyncio.ensure_future(beside(work))
    await asyncio.to_thread(begun.wait, 60)
    waits.cancel()
    asyncio.get_running_loop().call_soon(goes_on.set)
    with pytest.raises(asyncio.CancelledError):
        await waits
    assert ended == ["work"]


def test_works_are_done_one_after_the_other_and_who_gives_up_is_stepped_over() -> None:
    done: list[str] = []
    goes_on = threading.Event()

    async def run() -> None:
        first = asyncio.ensure_future(beside(goes_on.wait, 60))
        given_up = asyncio.ensure_future(beside(done.append, "given up"))
        third = asyncio.ensure_future(beside(done.append, "third"))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0)
        assert not done
        goes_on.set()
        assert await first
        await third

    asyncio.run(run())
    assert done == ["third"]
