"""Bridge: a client that only speaks stdio on one side, a streamable HTTP endpoint on the other."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable

import aiohttp
import msgspec

from gateway_desktop.core.errors import Malformed, Unavailable, UpstreamFailed
from gateway_desktop.gateway.mcp.http import Answered, Http
from gateway_desktop.gateway.mcp.message import (
    Message,
    failure,
    line,
    members,
    meta_of,
    method_of,
    parse,
    raw,
    value,
)
from gateway_desktop.gateway.mcp.mirrored import Mirrored
from gateway_desktop.gateway.mcp.sign_in import SignIn
from gateway_desktop.gateway.tasks import spawn
from gateway_desktop.protocols.mcp.routing_headers import VERSION_META
from gateway_desktop.protocols.sse import EventSplitter, data_of

_log = logging.getLogger(__name__)
_DRAIN = 10.0  # seconds that answers have after the client's input ended
_RETRY = 1.0  # seconds before a broken stream is taken up again
_TRIES = 30
_LISTENS = 3.0  # seconds that the stream of a new session has to open before it is asked
_SESSION, _VERSION = "Mcp-Session-Id", "MCP-Protocol-Version"
_ROUNDS = 3  # tokens that are tried: one in hand, one that is kept, a new one


class Bridge:
    """Reads lines from `read` until it returns none, gives lines to `write`."""

    def __init__(
        self,
        url: str,
        headers: dict[str, str],
        write: Callable[[bytes], None],
        sign_in: SignIn | None = None,
        http: Http | None = None,
        there: str = "The gateway",
    ) -> None:
        self._url = url
        self._given = http  # None: one of our own
        self._there = there
        self._sign_in = sign_in  # None: the headers have a key
        self._headers = {
            "Accept": "application/json, text/event-stream",
            "Content-Type": "application/json",
        } | headers
        self._write = write
        self._mirrored = Mirrored()
        self._client: aiohttp.ClientSession | None = None
        # By id; and whether it has no session.
        self._requests: dict[bytes, tuple[asyncio.Task[None], bool]] = {}
        self._general: asyncio.Task[None] | None = None
        self._opening: Message | None = None  # what the client opened its session with
        self._renewing = asyncio.Lock()
        self._renewed = asyncio.Event()
        self._listening = asyncio.Event()  # no new session waits for its own stream
        self._listening.set()

    async def run(self, lines: AsyncIterator[bytes]) -> None:
        """Carry messages until the client's input ends; then end the session."""
        if self._given is not None:
            await self._carry(lines)
            return
        limits = aiohttp.ClientTimeout(total=None, sock_connect=10)
        async with aiohttp.ClientSession(timeout=limits, read_bufsize=1 << 20) as self._client:
            await self._carry(lines)

    def carry(self, headers: dict[str, str]) -> None:
        """Send these headers from now on, too."""
        self._headers |= headers

    async def _carry(self, lines: AsyncIterator[bytes]) -> None:
        try:
            async for data in lines:
                await self._take(data)
            if self._requests:
                await asyncio.wait({task for task, _ in self._requests.values()}, timeout=_DRAIN)
        finally:
            await self._end()

    async def _take(self, data: bytes) -> None:
        try:
            messages, _ = parse(data)
        except Malformed as error:
            self._write(line(failure(-32700, error.message)))
            return
        for message in messages:
            await self._send(message)

    async def _send(self, message: Message) -> None:
        method = method_of(message)
        if method and "id" in message:
            stateless = VERSION_META in meta_of(message)
            task = spawn(self._ask(message), "request of a stdio client")
            self._requests[bytes(message["id"])] = (task, stateless)
            task.add_done_callback(lambda _: self._requests.pop(bytes(message["id"]), None))
            if method == "initialize":
                self._opening = message
                await asyncio.wait({task})
            return
        if method == "notifications/cancelled" and self._cancel(message):
            return
        try:
            async with self._request("POST", self._headers, line(message)) as answer:
                if answer.status >= 400:
                    _log.warning("The gateway refused %s: %d", method or "an answer", answer.status)
        except (aiohttp.ClientError, OSError, Unavailable, UpstreamFailed) as error:
            _log.warning("%s did not reach the gateway: %s", method or "an answer", type(error).__name__)
        if method == "notifications/initialized" and self._general is None:
            self._general = spawn(self._follow(None), "stream of the session")

    @property
    def _http(self) -> Http:
        found = self._given or self._client
        assert found is not None
        return found

    @contextlib.asynccontextmanager
    async def _request(
        self, method: str, headers: dict[str, str], data: bytes | None = None
    ) -> AsyncIterator[Answered]:
        """Send one request; where a token is wanted, get one and send it again.

        Raises:
            Unavailable: nobody signed in.
        """
        signing = self._sign_in
        for _ in range(_ROUNDS if signing is not None else 0):
            assert signing is not None
            token = signing.token
            async with self._http.request(
                method, self._url, data=data, headers=_signed(headers, token)
            ) as it:
                challenge = it.headers.get("WWW-Authenticate", "")
                if not signing.helps(it.status, challenge):
                    yield it
                    return
            assert self._client is not None
            await signing.again(self._client, token, challenge)
        token = signing.token if signing is not None else ""
        async with self._http.request(method, self._url, data=data, headers=_signed(headers, token)) as it:
            yield it

    def _cancel(self, message: Message) -> bool:
        """Close the stream of a request that has no session: that is how it is cancelled there."""
        wanted = members(message, "params").get("requestId")
        task, stateless = self._requests.get(bytes(wanted or b""), (None, False))
        if task is None or not stateless:
            return False
        task.cancel()
        return True

    async def _ask(self, message: Message) -> None:
        try:
            session = self._headers.get(_SESSION, "")
            if await self._asked(message, session) or (
                await self._begun_again(session) and await self._asked(message, self._headers[_SESSION])
            ):
                return
            self._fail(message, f"{self._there} knows this session no more, and begins no other")
        except (aiohttp.ClientError, OSError, UpstreamFailed) as error:
            self._fail(message, f"{self._there} cannot be reached: {type(error).__name__}")
        except Unavailable as error:
            self._fail(message, str(error))

    async def _asked(self, message: Message, session: str) -> bool:
        """Ask, and give the answer; return False where the session is over, and nothing was done."""
        await self._listens()
        headers = self._headers | self._mirrored.headers(message)
        async with self._request("POST", headers, line(message)) as answer:
            if answer.status == 404 and session:
                return False
            if _SESSION in answer.headers and method_of(message) == "initialize":
                self._headers[_SESSION] = answer.headers[_SESSION]
            if answer.content_type == "text/event-stream":
                last, done = await self._events(answer, message["id"])
            else:
                last, done = "", True
                self._answer(message, answer.status, await answer.read())
        if not done and not (last and await self._follow(last, message["id"])):
            self._fail(message, f"{self._there} ended the answer before it was whole")
        return True

    async def _begun_again(self, session: str) -> bool:
        """Open a new session in the place of one that is over, as MCP wants of who is answered 404.

        The client knows nothing of it, so that the new one has to be of the same revision. Returns whether
        there is one.
        """
        async with self._renewing:
            if self._headers.get(_SESSION) != session:  # another request was faster
                return True
            if self._opening is None:
                return False
            headers = {name: value for name, value in self._headers.items() if name != _SESSION}
            async with self._request("POST", headers, line(self._opening)) as answer:
                body = await answer.read()
                new = answer.headers.get(_SESSION, "")
            streams = answer.content_type == "text/event-stream"
            said = [data_of(block) or b"" for block in EventSplitter().feed(body)] if streams else [body]
            versions = [value(members(one, "result"), "protocolVersion") for one in _messages(said)]
            if not new or self._headers.get(_VERSION) not in versions:
                return False
            self._headers[_SESSION] = new
            self._listening.clear()
            initialized = {"jsonrpc": raw("2.0"), "method": raw("notifications/initialized")}
            async with self._request("POST", self._headers, line(initialized)):
                pass
            if self._general is None or self._general.done():
                self._general = spawn(self._follow(None), "stream of the session")
            self._renewed.set()
            return True

    async def _listens(self) -> None:
        """Wait for the stream of a new session: what a server asks there before it is open reaches nobody."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LISTENS):
                await self._listening.wait()

    def _answer(self, message: Message, status: int, body: bytes) -> None:
        try:
            found, _ = parse(body)
        except Malformed:
            found = []
        if not found or "jsonrpc" not in found[0] or not ("result" in found[0] or "error" in found[0]):
            said = found[0] if found else {}
            why = value(members(said, "error"), "message") or value(said, "error")
            told = f": {why}" if isinstance(why, str) else ""
            self._fail(message, f"{self._there} answered with status {status}{told}")
            return
        for one in found:
            self._out(one if value(one, "id") is not None else one | {"id": message["id"]})

    async def _events(self, answer: Answered, request: msgspec.Raw | None) -> tuple[str, bool]:
        """Hand on a stream's messages; return its last id and whether the request's answer was among them."""
        last, splitter = "", EventSplitter()
        async for piece in answer.content.iter_any():
            for block in splitter.feed(piece):
                last = _id_of(block) or last
                for message in _messages([data_of(block) or b""]):
                    self._out(message)
                    if request is not None and _answers(message, request):
                        return last, True
        return last, False

    async def _follow(self, last: str | None, request: msgspec.Raw | None = None) -> bool:
        """Take up a stream again, or the session's own; return whether the request's answer came.

        Only a session whose stream was open is over by a 404: servers that open none say so, too.
        """
        tries, session, opened = _TRIES, self._headers.get(_SESSION, ""), False
        while tries:
            tries -= 1
            if request is None and self._headers.get(_SESSION, "") != session:  # another has begun
                session, last, opened = self._headers[_SESSION], None, False
            headers = self._headers | ({"Last-Event-ID": last} if last else {})
            with contextlib.suppress(aiohttp.ClientError, OSError, Unavailable, UpstreamFailed):
                async with self._request("GET", headers) as answer:
                    if answer.status == 404 and opened:
                        await self._begun_again(session)
                        continue
                    if request is None:
                        self._listening.set()
                    if answer.status != 200 or answer.content_type != "text/event-stream":
                        return False
                    opened = request is None and session != ""
                    seen, done = await self._events(answer, request)
                    last, tries = seen or last, _TRIES
                    if done:
                        return True
            await self._pause()
        return False

    async def _pause(self) -> None:
        """Wait before a stream is taken up again: less long where a new session has begun."""
        self._renewed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_RETRY):
                await self._renewed.wait()

    def _out(self, message: Message) -> None:
        result = members(message, "result")
        if version := value(result, "protocolVersion"):
            self._headers[_VERSION] = str(version)
        self._mirrored.learn(result)
        self._write(line(message))

    def _fail(self, message: Message, text: str) -> None:
        self._out(failure(-32603, text, message["id"]))

    async def _end(self) -> None:
        tasks = [task for task, _ in self._requests.values()] + ([self._general] if self._general else [])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if _SESSION in self._headers:
            with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError, UpstreamFailed):
                token = self._sign_in.token if self._sign_in is not None else ""
                headers = _signed(self._headers, token)
                async with asyncio.timeout(2), self._http.request("DELETE", self._url, headers=headers):
                    pass


def _answers(message: Message, request: msgspec.Raw) -> bool:
    """Return whether a message answers a request; as the official SDKs read it: "7" is 7, too."""
    id = value(message, "id")
    return "method" not in message and id is not None and str(id) == str(msgspec.json.decode(request))


def _signed(headers: dict[str, str], token: str) -> dict[str, str]:
    return headers | {"Authorization": f"Bearer {token}"} if token else headers


def _id_of(block: bytes) -> str:
    """Return the id of an event, empty if it has none."""
    found = [row[3:].strip() for row in block.splitlines() if row.startswith(b"id:")]
    return found[-1].decode("utf-8", "replace") if found else ""


def _messages(said: list[bytes]) -> list[Message]:
    """Return the messages of events' data; an empty one only says where to resume."""
    found: list[Message] = []
    for data in said:
        try:
            found += parse(data)[0] if data.strip() else []
        except Malformed:
            _log.warning("The gateway sent an event that is no message; it was dropped")
    return found
