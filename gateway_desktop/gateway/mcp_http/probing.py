"""Try an MCP server: shake hands, in the revision with sessions or the one without, and ask for its tools."""

import itertools
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from gateway_desktop.core.errors import Failure, UpstreamFailed
from gateway_desktop.core.media_type import media_type
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.status import Diagnosis
from gateway_desktop.gateway.mcp.handshake import CLIENT, INITIALIZE, VERSION, offered
from gateway_desktop.gateway.mcp.remote import message_address
from gateway_desktop.gateway.upstream.calls import Upstream, failure, redirect_shown
from gateway_desktop.gateway.upstream.client import Answer, RawHeaders
from gateway_desktop.gateway.upstream_oauth.challenges import metadata_address
from gateway_desktop.gateway.upstream_oauth.documents import Documents
from gateway_desktop.protocols.crowded import TOO_MUCH, crowded
from gateway_desktop.protocols.json_rpc import Message, alone, meant, read, read_answer_of
from gateway_desktop.protocols.mcp.routing_headers import MODERN
from gateway_desktop.protocols.sse import EventSplitter, data_of, name_of

_META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": CLIENT,
}
_LARGEST = 16 << 20
_TOO_MUCH = f"The server's answer {TOO_MUCH}"
_NOT_MCP = "The upstream answers, but not in MCP; check its address"


async def probe_server(
    upstream: Upstream, url: str, proxy: Proxy, secret: Secret | None, steps: list[str]
) -> Diagnosis:
    """Return which tools the server offers; raise UpstreamFailed where that goes no further."""
    conversation = _Conversation(upstream, url, proxy, secret)
    try:
        begun = await _begun(conversation, steps)
        return await offered("server", begun, conversation.ask, steps)
    except _Answered as error:
        return Diagnosis(False, str(error), tuple(steps))
    finally:
        await conversation.end()


async def _begun(conversation: "_Conversation", steps: list[str]) -> dict[str, object]:
    """Return what the server says of itself; one that has no sessions is asked without."""
    try:
        begun = await conversation.ask("initialize", INITIALIZE)
        spoken = begun.get("protocolVersion")
        await conversation.tell("notifications/initialized")
    except _Answered as error:
        if not error.of_mcp:
            raise
        conversation.stateless = True
        begun, spoken = await conversation.ask("server/discover", {}), MODERN
    server = begun.get("serverInfo") or _meta_of(begun).get("io.modelcontextprotocol/serverInfo")
    name = server.get("name") if isinstance(server, dict) else None
    steps.append(f"{name or 'the server'} speaks MCP {spoken}")
    return begun


def _meta_of(result: dict[str, object]) -> dict[str, object]:
    meta = result.get("_meta")
    return meta if isinstance(meta, dict) else {}


_SIGNS_IN = (
    "The server signs people in itself (401): with `oauth enable NAME --mode upstream` callers bring their "
    "own tokens, and its tools are seen once somebody has signed in"
)


class _Answered(Exception):
    """The server said something else than what was asked for."""

    def __init__(self, said: str, *, of_mcp: bool = False) -> None:
        super().__init__(said)
        self.of_mcp = of_mcp  # it is an MCP server that says no


class _Conversation:
    """A few requests to one server, by the transport that its address names."""

    def __init__(self, upstream: Upstream, url: str, proxy: Proxy, secret: Secret | None) -> None:
        self._upstream = upstream
        self._url = url
        self._secret = secret
        self._proxy = proxy
        self._verify = proxy.verify_tls
        self._ids = itertools.count(1)
        self._headers: RawHeaders = [
            (b"Accept", b"application/json, text/event-stream"),
            (b"Content-Type", b"application/json"),
        ]
        if secret:
            self._headers.append((b"Authorization", b"Bearer " + secret.encode()))
        self._legacy = urlsplit(url).path.rstrip("/").endswith("/sse")
        self._events: _Events | None = None
        self._message_url = url
        self._session = False
        self.stateless = False

    async def ask(self, method: str, params: Mapping[str, object]) -> dict[str, Any]:
        """Return the result; raise _Answered for an error, UpstreamFailed for none."""
        id = str(next(self._ids))
        if self._legacy and self._events is None:
            await self._open()
        if self.stateless:
            params = {**params, "_meta": _META}
        body = {"jsonrpc": "2.0", "id": int(id), "method": method, "params": params}
        answer = await self._post(body, method)
        try:
            message = await self._answer_of(answer, id)
        finally:
            answer.close()
        if message.error is not None:
            raise _Answered(f"The server refuses {method}: {message.error.get('message')}", of_mcp=True)
        return message.result

    async def tell(self, method: str) -> None:
        """Send a notification."""
        (await self._post({"jsonrpc": "2.0", "method": method}, method)).close()

    async def end(self) -> None:
        """End the session, if there is one."""
        if self._events is not None:
            self._events.answer.close()
        if self._session:
            try:
                sent = await self._upstream.send("DELETE", self._url, self._headers, b"", verify=self._verify)
            except UpstreamFailed:
                return  # it ends by itself
            sent.close()

    async def _post(self, body: object, method: str) -> Answer:
        headers = list(self._headers)
        if self.stateless:
            headers += [(b"MCP-Protocol-Version", MODERN.encode()), (b"Mcp-Method", method.encode())]
        answer = await self._upstream.send(
            "POST", self._message_url, headers, json.dumps(body).encode(), verify=self._verify
        )
        session = answer.headers.get("Mcp-Session-Id", "")
        if session and not self._session:
            self._session = True
            self._headers += [
                (b"Mcp-Session-Id", session.encode("latin-1")),
                (b"MCP-Protocol-Version", VERSION.encode()),
            ]
        return answer

    async def _check(self, answer: Answer) -> None:
        """Raise _Answered for a status that is no answer."""
        challenge = answer.headers.get("WWW-Authenticate", "")
        passes = self._proxy.passes_through
        if answer.status == 401 and not self._secret and (passes or metadata_address(challenge)):
            await Documents(self._upstream).resource(self._proxy)
            raise _Answered(_SIGNS_IN)
        said = read(await answer.first(_LARGEST)) if answer.status in (400, 404) else None
        if said is not None and said.error is not None and "jsonrpc" in said.value:
            raise _Answered(f"The server refuses: {said.error.get('message')}", of_mcp=True)
        if answer.status >= 400:
            known = {
                401: "refuses the credential, or wants one",
                403: "refuses the credential, or the host name that it is called by",
            }
            why = known.get(answer.status, "answers with an error")
            raise _Answered(f"The upstream {why} ({answer.status}); check address and credential")
        if answer.status >= 300:
            raise _Answered(redirect_shown(self._url, answer.headers.get("Location", "")))

    async def _answer_of(self, answer: Answer, id: str) -> Message:
        await self._check(answer)
        if self._events is not None:
            return await self._events.answer_to(id)
        kind = media_type(answer.headers.get("Content-Type", ""))
        if kind == "text/event-stream":
            return await _Events(answer).answer_to(id)
        body = alone(await answer.first(_LARGEST))
        message = read_answer_of(body)
        if message is None or not (message.error or _answers(message, id)):
            many = message is None and crowded(body)
            raise _Answered(_TOO_MUCH if many else _NOT_MCP)
        return message

    async def _open(self) -> None:
        answer = await self._upstream.send("GET", self._url, self._headers, b"", verify=self._verify)
        self._events = _Events(answer)
        if 300 <= answer.status < 400:
            raise _Answered(redirect_shown(self._url, answer.headers.get("Location", "")))
        if answer.status >= 300:
            raise _Answered(f"The upstream opens no stream at this address ({answer.status})")
        block = await self._events.next()
        if name_of(block) != "endpoint":
            raise _Answered("The upstream's stream does not begin as MCP's; check its address")
        self._message_url = message_address(block, self._url)


def _answers(message: Message, id: str) -> bool:
    return not message.method and meant(message.id, (id,)) == id


class _Events:
    """The events of one stream."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self._splitter = EventSplitter()
        self._blocks: list[bytes] = []

    async def next(self) -> bytes:
        """Return the next event; raise UpstreamFailed at the end."""
        while not self._blocks:
            try:
                data = await self.answer.content.readany()
            except (aiohttp.ClientError, OSError) as error:
                raise failure(error, self.answer.host) from error
            if not data:
                raise UpstreamFailed(Failure.BROKEN, "The upstream ended the stream without an answer")
            self._blocks = self._splitter.feed(data)
        return self._blocks.pop(0)

    async def answer_to(self, id: str) -> Message:
        """Return the answer to a request."""
        while True:
            data = data_of(await self.next())
            message = read_answer_of(alone(data)) if data else None
            if message is not None and _answers(message, id):
                return message
            if data and message is None and crowded(data):
                raise _Answered(_TOO_MUCH)
