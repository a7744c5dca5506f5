"""Remote: a server of the older transport (HTTP+SSE, 2024-11-05), spoken to in lines as a command is."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import aiohttp

from gateway_desktop.core.addresses import joined, parts_of
from gateway_desktop.core.errors import Failure, Malformed, UpstreamFailed
from gateway_desktop.core.media_type import media_type
from gateway_desktop.gateway.mcp.message import failure, line, method_of, parse
from gateway_desktop.gateway.tasks import spawn
from gateway_desktop.gateway.upstream.calls import failure as upstream_failure
from gateway_desktop.gateway.upstream.calls import sent_on
from gateway_desktop.gateway.upstream.client import Answer, RawHeaders
from gateway_desktop.protocols.sse import EventSplitter, data_of, name_of

Send = Callable[[str, str, RawHeaders, bytes], Awaitable[Answer]]
_log = logging.getLogger(__name__)
_MOST_WAITING = 1000  # messages that nobody took yet: then the stream waits
FAILED = "Gateway-Desktop-Failed"  # on our own port: how a command or an older server failed, a Failure
CALLER = "Gateway-Desktop-Caller"  # on our own port: whose request it is; no two callers share a child
# What belongs to a transport; everything else of the client's goes on.
OF_TRANSPORT = frozenset(
    {"accept", "accept-encoding", "connection", "content-encoding", "content-length", "content-type"}
    | {"expect", "host", "keep-alive", "last-event-id", "mcp-protocol-version", "mcp-session-id"}
    | {"te", "transfer-encoding", "upgrade", CALLER.lower()}
)


class UpstreamRefused(UpstreamFailed):
    """The upstream opens no stream; its status and challenge are for the client."""

    def __init__(self, url: str, status: int, headers: Mapping[str, str]) -> None:
        told = f"The upstream opens no stream ({status})"
        if 300 <= status < 400:
            told = sent_on(url, headers.get("Location", ""))
        super().__init__(Failure.REFUSED, told)
        self.answered = status
        self.challenge = headers.get("WWW-Authenticate", "")


class Remote:
    """One stream and the address that messages go to."""

    what = "The upstream's stream"

    def __init__(self, name: str, send: Send, headers: RawHeaders, answer: Answer) -> None:
        self._name = name
        self._send = send
        self._headers = headers
        self._answer = answer
        self._address = ""
        self._said: asyncio.Queue[bytes] = asyncio.Queue(_MOST_WAITING)
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, name: str, url: str, send: Send, headers: RawHeaders) -> "Remote":
        """Open the stream.

        Raises:
            UpstreamFailed: it cannot be opened, or does not begin as it should.
        """
        carried = _carried(headers)
        answer = await send("GET", url, [*carried, (b"Accept", b"text/event-stream")], b"")
        made = cls(name, send, carried, answer)
        try:
            kind = media_type(answer.headers.get("Content-Type", ""))
            if answer.status != 200 or kind != "text/event-stream":
                raise UpstreamRefused(url, answer.status, answer.headers)
            blocks = made._blocks()
            made._address = await made._endpoint(url, blocks)
            answer.without_limit()
        except BaseException:
            answer.close()
            raise
        made._listening = spawn(made._listen(blocks), f"stream of {name}")
        return made

    def carry(self, headers: RawHeaders) -> None:
        """Send these from now on: the client's token may be a newer one."""
        self._headers = _carried(headers)

    async def write(self, data: bytes) -> None:
        """Post one message; where it is not taken, its answer is an error."""
        headers = [*self._headers, (b"Content-Type", b"application/json"), (b"Accept", b"application/json")]
        try:
            answer = await self._send("POST", self._address, headers, data)
        except UpstreamFailed as error:
            await self._fail(data, error.message)
            return
        status = answer.status
        answer.close()
        if status >= 300:
            await self._fail(data, f"The upstream did not take the message ({status})")

    async def lines(self) -> AsyncIterator[bytes]:
        """Yield what it says."""
        while said := await self._said.get():
            yield said

    async def end(self) -> str:
        """Close the stream."""
        if self._listening is not None:
            self._listening.cancel()
        self._answer.close()
        return "closed"

    async def last_words(self) -> str:
        """A server says nothing beside its messages."""
        return ""

    def log(self, text: str) -> None:
        """Write down what is odd about it."""
        _log.info("%s: %s", self._name, text)

    async def _endpoint(self, url: str, blocks: AsyncIterator[bytes]) -> str:
        first = await anext(blocks, b"")
        if name_of(first) != "endpoint":
            raise UpstreamFailed(Failure.BROKEN, "The upstream's stream does not begin as MCP's")
        return message_address(first, url)

    async def _blocks(self) -> AsyncIterator[bytes]:
        splitter = EventSplitter()
        try:
            async for data in self._answer.content.iter_any():
                for block in splitter.feed(data):
                    yield block
        except (aiohttp.ClientError, OSError) as error:
            raise upstream_failure(error, self._answer.host) from error

    async def _listen(self, blocks: AsyncIterator[bytes]) -> None:
        try:
            async for block in blocks:
                if data := data_of(block):
                    await self._said.put(data)
        except UpstreamFailed as error:
            self.log(error.message)
        finally:
            self._answer.close()
        await self._said.put(b"")

    async def _fail(self, data: bytes, text: str) -> None:
        try:
            asked = [message for message in parse(data)[0] if method_of(message) and "id" in message]
        except Malformed:
            return
        for message in asked:
            await self._said.put(line(failure(-32603, text, message["id"])))


def message_address(endpoint: bytes, url: str) -> str:
    """Return where messages go, as the first event of a stream says; UpstreamFailed if to another host."""
    given = joined(url, (data_of(endpoint) or b"").decode("utf-8", "replace").strip())
    if parts_of(given)[:2] != parts_of(url)[:2]:  # our credential goes nowhere else
        raise UpstreamFailed(Failure.BROKEN, "The upstream's messages would go to another host")
    return given


def _carried(headers: RawHeaders) -> RawHeaders:
    return [(name, value) for name, value in headers if name.lower().decode("latin-1") not in OF_TRANSPORT]
