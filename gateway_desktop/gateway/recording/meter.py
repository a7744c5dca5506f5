"""Meter: reads a copy of an answer and can never break it."""

import logging
from codecs import BOM_UTF8
from collections.abc import Iterator

from gateway_desktop.core.reply import Reply
from gateway_desktop.gateway.beside import beside
from gateway_desktop.gateway.upstream.compression import GARBAGE, Decompressor, in_parts
from gateway_desktop.protocols.adapter import ReplyReader
from gateway_desktop.protocols.json_body import is_json

_log = logging.getLogger(__name__)
_LONG = 128 << 10  # bytes of an event, or of what is no stream
_MUCH = 1 << 20  # bytes of a stream: 5,000 tools called, whose texts are put together at its end
_ENDS = (b"\n\n", b"}\n")  # of events and of lines, with which most pieces end


class Meter:
    """A protocol's ReplyReader behind the content coding; if it fails, the bytes go on unread."""

    def __init__(self, reader: ReplyReader, decompressor: Decompressor | None, coding: str) -> None:
        self._reader: ReplyReader | None = reader
        self._decompressor = decompressor
        self.clear = b""  # the whole body without its content coding
        self._since_end = 0  # bytes that came since a piece that an event ended
        self._came = 0  # bytes of a stream
        self.reply: Reply = reader.reply
        if coding and decompressor is None and coding.lower() != "identity":
            self._reader = None
            self.reply.detail["not_read"] = f"Content-Encoding {coding} cannot be read"

    @property
    def reads(self) -> bool:
        """Whether the answer can be read."""
        return self._reader is not None

    @property
    def silent(self) -> bool:
        """Whether the answer is read, and said nothing yet of what was asked for."""
        return self._reader is not None and self.reply.silent

    @property
    def unpacks(self) -> bool:
        """Whether the answer is compressed: a little of it may be much."""
        return self._decompressor is not None

    @property
    def unpacked(self) -> int:
        """How many bytes were made of the body of an answer that is compressed."""
        return len(self.clear) if self.unpacks else 0

    async def piece(self, data: bytes) -> bytes:
        """Read a piece of a stream, beside the loop where an event may be long; return as `feed` does."""
        self._since_end += len(data)
        self._came += len(data)
        if self._reader is not None and self._decompressor is not None:
            await self._packed(self._reader, self._decompressor, data)
            return data
        seen = await beside(self.feed, data) if self._since_end > _LONG else self.feed(data)
        if data.endswith(_ENDS):
            self._since_end = 0
        return seen

    async def _packed(self, reader: ReplyReader, decompressor: Decompressor, data: bytes) -> None:
        """Read what a piece unpacks to, a part at a time: others have their turn in between."""

        def begin() -> Iterator[bytes]:
            parts = in_parts(decompressor.decompress(data))
            reader.feed(next(parts))
            return parts

        try:
            for part in await beside(begin):
                await beside(reader.feed, part)
        except Exception as error:  # noqa: BLE001 - metering must not cost the caller the answer
            self._give_up(error)

    async def last(self) -> bytes:
        """Read the end of a stream in the same way."""
        long = self.unpacks or self._since_end > _LONG or self._came > _MUCH
        return await beside(self.end) if long else self.end()

    def feed(self, data: bytes) -> bytes:
        """Read a piece that is not packed; return what the caller gets of it."""
        if self._reader is None:
            return data
        try:
            return self._reader.feed(data)
        except Exception as error:  # noqa: BLE001 - metering must not cost the caller the answer
            self._give_up(error)
        return data

    def end(self) -> bytes:
        """Read the end; return what the reader had held back for the caller."""
        if self._reader is None:
            return b""
        try:
            rest = self._reader.end()
            return rest if self._decompressor is None else b""
        except Exception as error:  # noqa: BLE001 - as above
            self._give_up(error)
        return b""

    def whole(self, body: bytes) -> None:
        """Read an answer that came whole."""
        if self._reader is None:
            return
        try:
            clear = body if self._decompressor is None else self._decompressor.decompress(body)
            self.clear = clear.removeprefix(BOM_UTF8)  # which parsers may skip (RFC 8259 section 8.1)
            self._reader.feed(self.clear)
            self._reader.end()
        except Exception as error:  # noqa: BLE001 - as above
            self._give_up(error)

    def aborted(self) -> None:
        """Make the best of an answer that was cut off."""
        if self._reader is not None:
            try:
                self._reader.aborted()
            except Exception as error:  # noqa: BLE001 - as above
                self._give_up(error)

    def is_json(self) -> bool:
        """Return whether the whole body is JSON; one that we cannot read counts as such."""
        return self._reader is None or is_json(self.clear)

    def _give_up(self, error: Exception) -> None:
        bug = None if isinstance(error, GARBAGE) else error  # theirs needs no traceback of ours
        _log.error("An answer could not be metered: %s", error, exc_info=bug)
        self._reader = None
        self.reply.detail["not_read"] = f"The meter failed: {type(error).__name__}"
