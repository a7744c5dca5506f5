"""A stream whose client left while the work goes on: its events are kept for who comes back."""

import asyncio
from collections import deque
from itertools import islice

from gateway_desktop.protocols.sse import id_of

_MOST_BYTES = 4 << 20  # of one stream; beyond that only the upstream can give the events again


class KeptStream:
    """Events since the stream began, the newest as far as they fit."""

    def __init__(self) -> None:
        self.ended = False
        self.taken = False  # a client reads on: what comes is for it
        self._blocks: deque[bytes] = deque()
        self._first = 0  # the number of the first block that is still here
        self._bytes = 0
        self._places: dict[str, int] = {}  # by event id: the number of the block after it
        self._news = asyncio.Event()

    @property
    def resumable(self) -> bool:
        """Return whether an event had an id to resume from."""
        return bool(self._places)

    def add(self, block: bytes) -> str | None:
        """Keep an event and return its id, if it has one."""
        self._blocks.append(block)
        self._bytes += len(block)
        if (id := id_of(block)) is not None:
            self._places.pop(id, None)
            self._places[id] = self._first + len(self._blocks)
        while self._bytes > _MOST_BYTES:
            self._bytes -= len(self._blocks.popleft())
            self._first += 1
        while len(self._places) > 1 and next(iter(self._places.values())) < self._first:
            del self._places[next(iter(self._places))]
        self._news.set()
        return id

    def end(self) -> None:
        """Nothing more will come."""
        self.ended = True
        self._news.set()

    def place_after(self, last_event_id: str) -> int | None:
        """Return where to read on, if all that came after this event is here."""
        place = self._places.get(last_event_id)
        return place if place is not None and place >= self._first else None

    async def read(self, since: int) -> list[bytes]:
        """Return the blocks from this number on, waiting for the first; none at the end or if one is gone."""
        while self._first + len(self._blocks) <= since and not self.ended:
            self._news.clear()
            await self._news.wait()
        return list(islice(self._blocks, since - self._first, None)) if since >= self._first else []
