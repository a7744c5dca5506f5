"""Sessions: who opened one, and which calls in it wait for their answer.

A session belongs to the principal and client that opened it; to everybody else it does not exist (404).
"""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from gateway_desktop.core.errors import GatewayError, Reason, Refused
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.principal import Principal
from gateway_desktop.core.reply import Reply
from gateway_desktop.gateway.mcp_http.resumption import KeptStream

_MOST = 20_000  # sessions; those unused for longest make place
_IN_ORDER = 0.05  # seconds that calls wait for the stream that belongs to them
_MOST_OPEN = 1000  # calls of a session that wait, and as many requests of its server
_MOST_GIVEN = 1000  # ids of events of a session
_REMEMBERED = 64  # answers that are looked at again when a stream is resumed
_GONE = "There is no such session here: it ended, or never was. Initialize again"

Owner = tuple[str, str, str, str]


@dataclass(slots=True)
class Session:
    """One session as the gateway knows it."""

    id: str  # the upstream's, or for the older transport one of ours
    proxy_id: str
    owner: Owner
    message_url: str = ""  # of the older transport: where the client's messages go upstream
    give: Callable[[bytes], Awaitable[None]] | None = None  # of the older transport: to the client's stream
    server: str = ""
    version: str = ""
    app: str | None = None  # the client, as it said when it opened the session
    waiting: dict[str, Exchange] = field(default_factory=dict)  # calls whose answer comes on another stream
    running: dict[str, asyncio.Timeout] = field(default_factory=dict)  # the ends of calls on their own stream
    asked: dict[str, Exchange] = field(default_factory=dict)  # the server's requests, till the client answers
    opening: asyncio.Event | None = None  # until the client's stream is there
    kept: list[KeptStream] = field(default_factory=list)  # streams that go on without their client
    answered: OrderedDict[str, Exchange | None] = field(default_factory=OrderedDict)  # None: passed as it was
    given: dict[int, None] = field(default_factory=dict)  # hashes of events' ids, the newest last

    def gives(self, id: str) -> None:
        """Keep the id of an event that the client gets."""
        key = hash(id.strip())
        self.given.pop(key, None)
        self.given[key] = None
        if len(self.given) > _MOST_GIVEN:
            del self.given[next(iter(self.given))]

    def check_given(self, id: str) -> None:
        """Raise Refused for an event of another session: servers keep the streams of all in one place."""
        if hash(id) not in self.given:
            raise Refused(Reason.ACCESS, "No event of this session has that Last-Event-ID", 400)

    def remember(self, exchange: Exchange) -> None:
        """Keep what was done to the answer to a call: upstream may send it again to who resumes."""
        call, guard = exchange.call, exchange.guard
        if call is None:
            return
        changes = exchange.on_message or (guard is not None and guard.rewrites)
        self.answered[call.request_id] = exchange if changes else None
        self.answered.move_to_end(call.request_id)
        if len(self.answered) > _REMEMBERED:
            self.answered.popitem(last=False)

    async def in_order(self) -> None:
        """Wait for the stream that clients open beside their first call, on a connection of its own.

        Where the call is there first, the server finds nobody to ask what it wants to ask.
        """
        if self.opening is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.opening.wait(), _IN_ORDER)
            self.opening = None

    @contextlib.asynccontextmanager
    async def cancellable(self, exchange: Exchange) -> AsyncIterator[None]:
        """Raise GatewayError once the client cancels the call: servers give no answer to it then."""
        call, limit = exchange.call, asyncio.timeout(None)
        assert call is not None
        try:
            async with limit:
                self.running[call.request_id] = limit
                try:
                    yield
                finally:
                    if self.running.get(call.request_id) is limit:
                        del self.running[call.request_id]
        except TimeoutError:
            if not limit.expired():
                raise
            if exchange.reply is None or not exchange.reply.complete:
                exchange.abandoned = True
                raise GatewayError("The client cancelled the call", 200) from None

    def learn(self, reply: Reply) -> None:
        """Keep what the answer to `initialize` says of the server."""
        if "server" in reply.detail:
            self.server = str(reply.detail["server"])
        if "protocol_version" in reply.detail:
            self.version = str(reply.detail["protocol_version"])

    def wait_for(self, exchange: Exchange) -> list[Exchange]:
        """Keep a call whose answer comes on another stream; return those that nobody will answer any more."""
        return _kept(self.waiting, exchange)

    def ask(self, exchange: Exchange) -> list[Exchange]:
        """Keep a request of the server until the client answers; return those nobody will answer any more."""
        return _kept(self.asked, exchange)

    def open_calls(self) -> Iterator[Exchange]:
        """Return and forget the calls that nobody will answer any more."""
        for calls in (self.waiting, self.asked):
            while calls:
                yield calls.popitem()[1]


class Sessions:
    """All sessions of this gateway."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], Session] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def add(self, exchange: Exchange, id: str) -> tuple[Session, list[Session]]:
        """Return the new session, and those that had to make place for it.

        Raises:
            Refused: the upstream gave somebody else's session again.
        """
        owner = owner_of(exchange.principal)
        key = (exchange.proxy.id, id)
        known = self._known.get(key)
        if known is not None and known.owner != owner:
            raise Refused(Reason.ACCESS, _GONE, 404)
        session = self._known[key] = known or Session(id, exchange.proxy.id, owner)
        dropped = []
        while len(self._known) > _MOST:
            dropped.append(self._known.popitem(last=False)[1])
        return session, dropped

    def find(self, exchange: Exchange, id: str) -> Session:
        """Return the session if it is the caller's; raise GatewayError (404) otherwise."""
        key = (exchange.proxy.id, id)
        session = self._known.get(key)
        if session is None:
            raise GatewayError(_GONE, 404)
        if session.owner != owner_of(exchange.principal):
            raise Refused(Reason.ACCESS, _GONE, 404)
        self._known.move_to_end(key)
        return session

    def of(self, exchange: Exchange) -> Session | None:
        """Return the session that a request names, by its header or in its address, if it is the caller's."""
        head = exchange.request
        id = head.headers.get("Mcp-Session-Id", "") or dict(parse_qsl(head.query)).get("session_id", "")
        session = self._known.get((exchange.proxy.id, id))
        return session if session is not None and session.owner == owner_of(exchange.principal) else None

    def end(self, session: Session) -> None:
        """Forget a session."""
        self._known.pop((session.proxy_id, session.id), None)


def owner_of(principal: Principal) -> Owner:
    """Return whose a session is: one person's two keys are two clients."""
    return principal.kind, principal.person, principal.api_key_id or "", principal.client_id or ""


def _kept(open_calls: dict[str, Exchange], exchange: Exchange) -> list[Exchange]:
    """Keep an exchange; return the one whose id it takes, and beyond the limit the oldest."""
    call = exchange.call
    assert call is not None
    replaced = open_calls.pop(call.request_id, None)
    left = [replaced] if replaced is not None and replaced is not exchange else []
    open_calls[call.request_id] = exchange
    while len(open_calls) > _MOST_OPEN:
        left.append(open_calls.pop(next(iter(open_calls))))
    return left
