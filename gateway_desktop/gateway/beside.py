"""beside(): what would hold the loop for long, done beside it in a thread, one after the other.

It is for what cannot be cut into slices: parsers, and readers that walk through all that a body holds. The
thread has the interpreter for a few milliseconds at a time, as slices have.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple

_Given = TypeVarTuple("_Given")
_Result = TypeVar("_Result")

_THREAD = ThreadPoolExecutor(1, "beside")


async def beside(work: Callable[[*_Given], _Result], *given: *_Given) -> _Result:
    """Return the result of work that touches nothing the loop may change meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, work, *given)
