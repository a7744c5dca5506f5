"""Work in the background is told when it is done, and holds nobody up who leaves."""

import asyncio
import subprocess
import sys
import time

import pytest

from gateway_desktop.gateway.background import in_background

LEAVING = """
import asyncio, time
from gateway_desktop.gateway.background import in_background

async def main():
    in_background(asyncio.get_running_loop(), lambda: time.sleep(60))

asyncio.run(main())
"""


async def test_the_future_is_done_with_the_work_and_fails_with_it() -> None:
    loop = asyncio.get_running_loop()
    done: list[str] = []
    await in_background(loop, lambda: done.append("yes"))
    assert done == ["yes"]
    with pytest.raises(ZeroDivisionError):
        await in_background(loop, lambda: done.append(str(1 // 0)))


@pytest.mark.slow
def test_a_program_that_ends_does_not_wait_for_it() -> None:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", LEAVING], check=True, timeout=50)
    assert time.monotonic() - began < 50
