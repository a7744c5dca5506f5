"""StdioSession: one command or older server, and who waits for what it says."""

import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass

import msgspec

from gateway_desktop.core.errors import Malformed
from gateway_desktop.gateway.mcp.event_stream import EventStream
from gateway_desktop.gateway.mcp.message import (
    SUBSCRIPTION,
    Message,
    answered_by,
    failure,
    line,
    meta_of,
    method_of,
    parse,
    raw,
    value,
    with_meta,
    with_param,
)
from gateway_desktop.gateway.mcp.message import members as members_of
from gateway_desktop.gateway.mcp.mirrored import Mirrored
from gateway_desktop.gateway.mcp.speaker import Speaker
from gateway_desktop.protocols.json_rpc import INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND

_IDLE_BYTES = 64 << 10  # of what was delivered, kept for those who come back
_TOKENS = 1000
_UNKNOWN = frozenset({INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS})
_UNASKED = frozenset(
    f"notifications/{name}"
    for name in (
        "tools/list_changed",
        "prompts/list_changed",
        "resources/list_changed",
        "resources/updated",
        "tasks/status",
    )
)


@dataclass(frozen=True, slots=True)
class _Asked:
    id: msgspec.Raw  # as the client said it
    stream: EventStream


class StdioSession:
    """Ids and progress tokens of requests are ours towards the child, so that no two clients' can meet."""

    def __init__(self, child: Speaker, *, stateless: bool) -> None:
        self.id = secrets.token_urlsafe(24)
        self.child = child
        self.stateless = stateless
        self.version = ""  # as negotiated; empty before
        self.dead = False
        self.answered = False  # the child answered something, so that it works
        self.mirrored = Mirrored()
        self.older = False  # the child knows nothing of the revision without sessions
        self.used = time.monotonic()
        self.general = EventStream(0)  # what belongs to no request: the GET stream
        self._streams: OrderedDict[int, EventStream] = OrderedDict()
        self._waiting: dict[int, _Asked] = {}
        self._tokens: OrderedDict[int, _Asked] = OrderedDict()
        self._latest = {"initialize": 0, "server/discover": 0, "tools/list": 0}  # our ids
        self._next = 0

    @property
    def busy(self) -> bool:
        """Whether somebody listens for what it says; an answer that nobody waits for may never come."""
        streams = (self.general, *(asked.stream for asked in self._waiting.values()))
        return any(stream.followers for stream in streams)

    def stream(self, number: int) -> EventStream | None:
        """Return a stream by its number, if it is still kept."""
        return self.general if number == 0 else self._streams.get(number)

    async def send(self, messages: list[Message]) -> EventStream | None:
        """Give the client's messages to the child; return the stream of the answers, None if none is due.

        Raises:
            Malformed: a request without a usable id.
        """
        self.used = time.monotonic()
        requests = [message for message in messages if "method" in message and "id" in message]
        if any(request["id"] in (b"null", b"true", b"false") for request in requests):
            raise Malformed("A request's id is a text or a number", "id")
        stream = None
        if requests:
            self._next += 1
            stream = self._streams[self._next] = EventStream(self._next)
        for message in messages:
            if (outward := self._outward(message, stream)) is not None:
                await self.child.write(line(outward))
        if self.dead and stream is not None:
            self._fail(f"{self.child.what} ended before it answered")
        return stream

    async def cancel(self, stream: EventStream) -> None:
        """The client closed the stream: where nothing is resumed, that is how it cancels."""
        for number in list(stream.waiting):
            self._waiting.pop(number, None)
            params = raw({"requestId": number, "reason": "The client closed the stream"})
            told = {"jsonrpc": raw("2.0"), "method": raw("notifications/cancelled"), "params": params}
            await self.child.write(line(told))
        self._finish(stream)
        self._streams.pop(stream.number, None)

    async def listen(self) -> None:
        """Hand out what the child says until it ends; then whoever waits gets an error."""
        async for data in self.child.lines():
            try:
                messages, _ = parse(data)
            except Malformed:
                self.child.log(
                    f"not a message on standard output, dropped: {data[:200].decode('utf-8', 'replace')}"
                )
                if (number := answered_by(data)) is None:
                    continue
                messages = [failure(-32603, f"{self.child.what} answered what is no JSON", number)]
            for message in messages:
                await self._inward(message).room()
        self.dead = True
        how = await self.child.end()
        self._fail(f"{self.child.what} ended ({how}) before it answered")

    def delivered(self, stream: EventStream) -> None:
        """Keep little of what was taken: the session may be idle for long."""
        self.used = time.monotonic()
        kept = 0
        for number in reversed(list(self._streams)):
            old = self._streams[number]
            if old.finished and old.delivered == old.last and not old.followers:
                kept += old.bytes
                if kept > _IDLE_BYTES or self.stateless:
                    del self._streams[number]
        if stream is self.general:
            stream.forget_delivered()

    def _outward(self, message: Message, stream: EventStream | None) -> Message | None:
        """Return what the child hears of a message; None for nothing."""
        method = method_of(message)
        if method and "id" in message and stream is not None:
            self._next += 1
            self._waiting[self._next] = _Asked(message["id"], stream)
            stream.waiting.add(self._next)
            if method in self._latest:
                self._latest[method] = self._next
            if "progressToken" in meta_of(message):
                self._tokens[self._next] = _Asked(meta_of(message)["progressToken"], stream)
                if len(self._tokens) > _TOKENS:
                    self._tokens.popitem(last=False)
                message = with_meta(message, {"progressToken": raw(self._next)})
            return message | {"id": raw(self._next)}
        if method == "notifications/cancelled":
            wanted = members_of(message, "params").get("requestId")
            for number, waiting in self._waiting.items():
                if waiting.id == wanted:
                    return with_param(message, "requestId", number)
            return None  # it was answered meanwhile, and to the child that number is another request
        return message

    def _inward(self, message: Message) -> EventStream:
        """Put what the child says where it belongs; return that stream."""
        self.used = time.monotonic()
        method = method_of(message)
        if not method:
            return self._answer(message)
        stream = self._newest()
        if method == "notifications/progress":
            message, stream = self._progress(message, stream)
        elif method == "notifications/cancelled" and self.stateless:
            asked = self._waiting.pop(_number(members_of(message, "params").get("requestId")), None)
            if asked is not None:  # the end of a subscription: on HTTP, the end of its stream
                self._finish(asked.stream)
            return stream
        elif SUBSCRIPTION in meta_of(message):
            asked = self._waiting.get(_number(meta_of(message)[SUBSCRIPTION]))
            if asked is not None:
                message, stream = with_meta(message, {SUBSCRIPTION: asked.id}), asked.stream
        elif method in _UNASKED:
            stream = self.general
        stream.put(msgspec.json.encode(message))
        return stream

    def _answer(self, message: Message) -> EventStream:
        number = _number(message.get("id"))
        asked = self._waiting.pop(number, None)
        if asked is None:
            self.child.log("an answer to nothing that was asked, dropped")
            return self.general
        self.answered = True
        if number == self._latest["initialize"] and "result" in message:
            self.version = str(value(members_of(message, "result"), "protocolVersion") or "")
        elif number == self._latest["server/discover"]:
            self.older = value(members_of(message, "error"), "code") in _UNKNOWN
        elif number == self._latest["tools/list"]:
            self.mirrored.learn(members_of(message, "result"))
        self._give(number, asked, message | {"id": asked.id})
        return asked.stream

    def _give(self, number: int, asked: _Asked, answer: Message) -> None:
        """Put an answer on the stream of its request; the last one that is due there ends it."""
        asked.stream.put(msgspec.json.encode(answer))
        asked.stream.waiting.discard(number)
        if not asked.stream.waiting:
            self._finish(asked.stream)

    def _progress(self, message: Message, stream: EventStream) -> tuple[Message, EventStream]:
        token = self._tokens.get(_number(members_of(message, "params").get("progressToken")))
        if token is None:
            return message, stream
        where = self.general if token.stream.finished else token.stream
        return with_param(message, "progressToken", token.id), where

    def _newest(self) -> EventStream:
        """Return where a message without a visible reason belongs: the latest request that is heard of."""
        for asked in reversed(self._waiting.values()):
            if asked.stream.followers:
                return asked.stream
        return self.general

    def _fail(self, text: str) -> None:
        for number, asked in list(self._waiting.items()):
            del self._waiting[number]
            asked.stream.failed = True
            self._give(number, asked, failure(-32603, text, asked.id))
        self.general.finish()

    def _finish(self, stream: EventStream) -> None:
        stream.finish()
        for number in [
            number for number, asked in self._tokens.items() if asked.stream is stream and self.stateless
        ]:
            del self._tokens[number]


def _number(found: msgspec.Raw | None) -> int:
    """Return one of our numbers; the official SDKs take "7" for 7, too."""
    try:
        number = msgspec.json.decode(found) if found is not None else 0
        return int(number) if isinstance(number, int | str) else 0
    except (msgspec.DecodeError, ValueError):
        return 0
