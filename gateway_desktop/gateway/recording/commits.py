"""Waiting on the loop for commits that another thread makes."""

import asyncio
from collections import deque
from functools import partial

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.gateway.ports import Recorder

_Done = tuple[asyncio.Future[None], BaseException | None]


class Commits:
    """Appends records and resolves on the loop; a batch of commits wakes the loop once."""

    def __init__(self, recorder: Recorder, loop: asyncio.AbstractEventLoop) -> None:
        self._recorder = recorder
        self._loop = loop
        self._done: deque[_Done] = deque()
        self._woken = False  # the loop will look, and has not begun to

    async def durable(self, record: AuditRecord) -> None:
        """Return when the record is on disk; raise what the commit raised."""
        future = self._loop.create_future()
        self._recorder.append(record, partial(self._committed, future))
        await future

    def queue(self, record: AuditRecord) -> None:
        """Append without waiting."""
        self._recorder.append(record, None)

    def _committed(self, future: asyncio.Future[None], error: BaseException | None) -> None:
        self._done.append((future, error))  # before asking: the loop may be looking right now
        if not self._woken:
            self._woken = True
            self._loop.call_soon_threadsafe(self._resolve)

    def _resolve(self) -> None:
        self._woken = False  # before looking: who comes from now on wakes it again
        while self._done:
            future, error = self._done.popleft()
            if future.done():  # the client left while waiting
                continue
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)
