"""beside(): what would hold the loop for long, done beside it in a thread, one after the other.

It is for what cannot be cut into slices: parsers, and readers that walk through all that a body holds. The
thread has the interpreter for a few milliseconds at a time, as slices have.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple

from gateway_desktop.core.slices import AT_ONCE
from gateway_desktop.protocols.crowded import takes_long

_Given = TypeVarTuple("_Given")
_Result = TypeVar("_Result")
_Read = TypeVar("_Read")
_One = TypeVar("_One")

_THREAD = ThreadPoolExecutor(1, "beside")


async def beside(work: Callable[[*_Given], _Result], *given: *_Given) -> _Result:
    """Return the result of work that touches nothing the loop may change meanwhile.

    Who is cancelled waits for work that has begun: what it reads is nobody else's before.
    """
    begun = _THREAD.submit(work, *given)
    try:
        return await asyncio.wrap_future(begun)
    except asyncio.CancelledError:
        if not begun.cancel():
            with contextlib.suppress(Exception):
                await asyncio.wrap_future(begun)
        raise
    finally:
        del begun  # it holds what was raised, which holds this frame: without the ring all of it goes at once


async def if_long(work: Callable[[bytes], _Read], data: bytes) -> _Read:
    """Return what a reader makes of JSON; beside the loop where that takes long."""
    return await beside(work, data) if takes_long(data) else work(data)


async def in_turns(many: Iterable[_One]) -> AsyncIterator[_One]:
    """Yield each; of very many the loop is given to others in between."""
    for count, one in enumerate(many, 1):
        if count % AT_ONCE == 0:
            await asyncio.sleep(0)
        yield one
