"""What is said on one stream of an MCP session, kept for a while so that a client can come back for it."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

_EVENTS = 1000
_BYTES = 16 << 20


class EventStream:
    """Numbered events, at most 1000 or 16 MB of them: the oldest go first, the newest always stays."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.waiting: set[int] = set()  # ids of requests that are to be answered here
        self.finished = False
        self.batch = False  # its answers are items of one
        self.failed = False  # finished by the end of the command, not by answers
        self.followers = 0
        self.bytes = 0
        self.delivered = 0  # number of the last event that a follower took
        self._undelivered = 0  # bytes after it
        self._events: deque[bytes] = deque()
        self._first = 1
        self._changed = asyncio.Event()
        self._taken = asyncio.Event()

    @property
    def last(self) -> int:
        """The number of the newest event; 0 if there was none."""
        return self._first + len(self._events) - 1

    def put(self, data: bytes) -> None:
        """Say something."""
        self._events.append(data)
        self.bytes += len(data)
        self._undelivered += len(data)
        while len(self._events) > 1 and (self.bytes > _BYTES or len(self._events) > _EVENTS):
            self._drop()
        self._changed.set()

    def finish(self) -> None:
        """Say that nothing more comes."""
        self.finished = True
        self._changed.set()

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Somebody takes what is said here."""
        self.followers += 1
        try:
            yield
        finally:
            self.followers -= 1
            self._taken.set()

    async def room(self) -> None:
        """Wait as long as a follower of the answer to a request is behind: it would lose what is oldest.

        Not for the stream that belongs to no request: who listens there and does not read stops nothing.
        """
        while self.number and self.followers and self._is_full():
            self._taken.clear()
            await self._taken.wait()

    async def after(self, number: int) -> list[tuple[int, bytes]]:
        """Return the events after that number with their own, once there is one; none once it is finished."""
        while True:
            self._changed.clear()
            start = max(number + 1, self._first)
            if found := list(enumerate(islice(self._events, start - self._first, None), start)):
                self.delivered, self._undelivered = self.last, 0
                self._taken.set()
                return found
            if self.finished:
                return []
            await self._changed.wait()

    def forget_delivered(self) -> None:
        """Drop what was taken, as on a stream that goes on for hours."""
        while self._events and self._first <= self.delivered - 100:
            self._drop()

    def _is_full(self) -> bool:
        return self._undelivered >= _BYTES or self.last - self.delivered >= _EVENTS

    def _drop(self) -> None:
        self.bytes -= len(self._events.popleft())
        self._first += 1
