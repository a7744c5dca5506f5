"""Work beside the loop: its result or its error comes back, and one is done after the other."""

import asyncio
import threading

import pytest

from gateway_desktop.gateway.beside import beside


def test_the_result_comes_back_and_the_error_too() -> None:
    async def run() -> None:
        assert await beside(divmod, 7, 2) == (3, 1)
        with pytest.raises(ZeroDivisionError):
            await beside(divmod, 7, 0)

    asyncio.run(run())


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
