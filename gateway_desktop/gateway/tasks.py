"""Background tasks that are named, kept, and whose errors are logged."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

_log = logging.getLogger(__name__)
_PATIENCE = 5.0  # seconds
_running: set[asyncio.Task[Any]] = set()


def spawn(work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
    """Run the coroutine beside others; the loop alone would keep only a weak reference to it."""
    task = asyncio.get_running_loop().create_task(work, name=name)
    _running.add(task)
    task.add_done_callback(_finished)
    return task


async def end_tasks(kind: str) -> None:
    """Cancel the tasks whose names begin so, and wait until they have said how they ended."""
    ending = [task for task in _running if task.get_name().startswith(kind)]
    for task in ending:
        task.cancel()
    if ending:
        await asyncio.wait(ending, timeout=_PATIENCE)


def _finished(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()):
        _log.error("Background task %s failed", task.get_name(), exc_info=error)
