"""One message on its way between server and client: whose answer it is, what it asks, what becomes of it."""

import contextlib
import time
from collections.abc import Iterable

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import Malformed, Refused, UpstreamFailed
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.reply import Reply
from gateway_desktop.gateway.beside import beside, if_long
from gateway_desktop.gateway.filter import CallNext
from gateway_desktop.gateway.mcp_http.aside import Aside
from gateway_desktop.gateway.mcp_http.sessions import Session
from gateway_desktop.gateway.mcp_http.task_owners import TaskOwners
from gateway_desktop.gateway.mcp_http.upstream_calls import tell
from gateway_desktop.gateway.mcp_http.withheld import Withheld
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.protocols.json_rpc import Message, alone, id_as_json, meant, read, read_answer_of
from gateway_desktop.protocols.mcp.adapter import CANCELLED, server_call
from gateway_desktop.protocols.mcp.methods import answer_texts
from gateway_desktop.protocols.mcp.reader import read_answer
from gateway_desktop.protocols.mcp.refusals import in_place
from gateway_desktop.protocols.sse import data_of, with_data, without_remarks

_LONG = 64 << 10  # bytes of an event


class Messages:
    """Reads what passes, message by message. `within`: the filters that messages of servers go through."""

    def __init__(self, runtime: Runtime, within: CallNext, withheld: Withheld, tasks: TaskOwners) -> None:
        self._runtime = runtime
        self._withheld = withheld
        self._tasks = tasks
        self._within = within

    async def of_server(self, block: bytes, stream: Exchange, session: Session | None, back: str) -> bytes:
        """Return what the client gets of one event of a stream; `back`: where the client's answers go."""
        block, said = await beside(_read, block) if len(block) > _LONG else _read(block)
        if not said:
            return block
        data = alone(said)
        message = await if_long(read_answer_of, data)
        if message is None:  # what we cannot read, a client may: it was looked at by nobody
            return b""
        if message.method and message.id:
            new = await self._asked(message, data, stream, session, back)
        elif message.method:
            _count(stream, message.method)
            if message.method == CANCELLED and session is not None:
                asked = session.asked.pop(meant(_cancelled(message), session.asked), None)
                await self.give_up([asked] if asked is not None else ())
            new = await self._told(message, data, stream, session)
        else:
            new = await self._answer(message, data, stream, session)
        if new is said:
            return block
        return with_data(block, new) if new else b""

    async def answered(
        self, exchange: Exchange, session: Session | None, message: Message, data: bytes
    ) -> bytes:
        """Complete a call's reply by the message that answers it; return what the asker gets."""
        call, reply = exchange.call, exchange.reply
        assert call is not None
        if reply is None:
            reply = exchange.reply = Reply(200)
        await if_long(lambda _: read_answer(call, reply, message), data)
        if session is not None:
            session.learn(reply)
        if "direction" not in call.detail:  # a client's own tasks are of nobody else
            self._tasks.learn(exchange, call, message)
        try:
            for rewrite in reversed(exchange.on_message):
                data = await rewrite(data)
            data = await self._withheld.sift(exchange, message, data, reply)
        except Refused as error:
            exchange.error = error.bare()
            return in_place(error, exchange.id, call.request_id)
        return data

    async def client_answer(self, exchange: Exchange, session: Session | None, body: bytes) -> bytes:
        """Complete the server's request that the client answers here; return what the server gets.

        Raises Refused for what must not pass and answers nothing that was asked here.
        """
        message, call = read(body), exchange.call
        assert call is not None
        if message is None:
            raise Malformed("The answer is not JSON that every parser reads")
        call.texts = answer_texts(message.value)
        asked = session.asked.pop(meant(message.id, session.asked), None) if session is not None else None
        if asked is None:
            await self._within(exchange)
            exchange.reply = Reply(200)
            return call.body
        exchange.rowless = True
        try:
            await self._within(exchange)
        except Refused as error:
            asked.error = error
            new = in_place(error, asked.id, message.id)
        else:
            new = await self.answered(asked, None, read(call.body) or message, call.body)
        _join(asked, call)
        await self.complete(asked)
        return new

    async def unasked(self, exchange: Exchange, message: Message | None, body: bytes) -> bytes:
        """Return what the client gets of an answer to something else; it may show it all the same."""
        call, reply = exchange.call, exchange.reply
        assert call is not None and reply is not None
        if message is not None:
            read_answer(call, reply, message)
        if message is None or message.method:
            reply.texts = [TextPart("", "tool_result", body.decode(errors="replace"), call.target)]
        return body if exchange.guard is None else await exchange.guard.whole(body, reply)

    async def complete(self, exchange: Exchange) -> None:
        """Write down a call whose answer came on another stream than its own, before the asker has it."""
        snapshot = self._runtime.snapshot
        record = await self._runtime.records.finished(exchange, snapshot)
        if record.kept and snapshot.settings.audit.wait_for_commit:
            await self._runtime.commits.durable(record)
        else:
            self._runtime.commits.queue(record)

    async def abandon(self, session: Session) -> None:
        """Write down the calls of a session that nobody will answer any more."""
        await self.give_up(session.open_calls())

    async def cancelled(self, session: Session, body: bytes) -> None:
        """The client cancelled a call of the session; where the server says nothing more, it ends here."""
        message = read(body)
        assert message is not None
        id = _cancelled(message)
        if (limit := session.running.pop(meant(id, session.running), None)) is not None:
            limit.reschedule(0)
        if (waiting := session.waiting.pop(meant(id, session.waiting), None)) is not None:
            await self.give_up([waiting])

    async def give_up(self, calls: Iterable[Exchange]) -> None:
        """Write down calls that nobody will answer any more."""
        for exchange in calls:
            exchange.abandoned = True
            await self.complete(exchange)

    async def _answer(
        self, message: Message, data: bytes, stream: Exchange, session: Session | None
    ) -> bytes:
        call = stream.call
        if call is not None and message.id and meant(message.id, (call.request_id,)) == call.request_id:
            if session is not None:
                session.remember(stream)
            return await self.answered(stream, session, message, data)
        if session is None:
            return b""  # nobody asked: a client that takes 1.0 for 1 would believe it
        if (waiting := session.waiting.pop(meant(message.id, session.waiting), None)) is not None:
            session.remember(waiting)
            new = await self.answered(waiting, session, message, data)
            await self.complete(waiting)
            return new
        if (id := meant(message.id, session.answered)) not in session.answered:
            return b""
        return await self._again(session.answered[id], message, data)

    async def _again(self, asked: Exchange | None, message: Message, data: bytes) -> bytes:
        """Return what the client gets of an answer that is sent once more, to who resumes."""
        if asked is None or asked.call is None:
            return data
        reply = Reply(200)
        read_answer(asked.call, reply, message)
        try:
            for rewrite in reversed(asked.on_message):
                data = await rewrite(data)
            data = await self._withheld.sift(asked, message, data, reply, again=True)
        except Refused as error:
            return in_place(error, asked.id, message.id)
        return data

    async def _asked(
        self, message: Message, data: bytes, stream: Exchange, session: Session | None, back: str
    ) -> bytes:
        """Take a request of the server through the filters; where it is refused, the server is told so."""
        call = server_call(message, data)
        exchange = _of_server(call, stream, session)
        try:
            await self._within(exchange)
        except (Refused, Malformed) as error:
            exchange.error = error.bare()
            await self.complete(exchange)
            with contextlib.suppress(UpstreamFailed):  # it will notice that nobody answers
                await tell(self._runtime, stream, back, in_place(error, exchange.id, message.id))
            return b""
        if session is None:  # nobody can say which answer is meant
            exchange.reply = Reply(200, complete=True)
            await self.complete(exchange)
        elif not _is_again(session.asked.get(message.id), call):
            await self.give_up(session.ask(exchange))
        return self._runtime.telemetry.carried(exchange)

    async def _told(self, message: Message, data: bytes, stream: Exchange, session: Session | None) -> bytes:
        """Take a notification of the server through the filters; it has a row where something was found."""
        call = server_call(message, data)
        exchange = _of_server(call, stream, session)
        if not call.texts:
            return data
        try:
            await self._within(exchange)
        except (Refused, Malformed) as error:
            exchange.error = error.bare()
            await self.complete(exchange)
            return b""
        if call.noted or call.verdict.hits:
            exchange.reply = Reply(200, complete=True)
            await self.complete(exchange)
        return self._runtime.telemetry.carried(exchange)


def _read(block: bytes) -> tuple[bytes, bytes | None]:
    """Return an event without what no client reads, and its data."""
    block = without_remarks(block)
    return block, data_of(block)


def _of_server(call: Call, stream: Exchange, session: Session | None) -> Exchange:
    """Return the exchange that a server's message on a stream is."""
    if stream.call is not None:
        call.session = stream.call.session
        call.detail["within"] = stream.id
        call.app = stream.call.app
    if session is not None and session.server:
        call.detail["server"] = session.server
        call.detail["protocol_version"] = session.version
    if session is not None and session.app:
        call.app = session.app
    return Exchange(
        id=new_id(),
        proxy=stream.proxy,
        request=stream.request,
        started_us=now_us(),
        started=time.perf_counter(),
        client=Aside(),
        read_body=stream.read_body,
        principal=stream.principal,
        call=call,
        request_bytes=len(call.body),
    )


def _is_again(asked: Exchange | None, call: Call) -> bool:
    """Return whether a resumed stream brings a request once more that waits already."""
    return asked is not None and asked.call is not None and asked.call.body == call.body


def _join(asked: Exchange, answer: Call) -> None:
    """Add what was found in the client's answer to the row of the request that it answers."""
    call = asked.call
    assert call is not None
    call.noted = (*call.noted, *answer.noted)
    call.verdict = call.verdict.joined(answer.verdict)


def _cancelled(message: Message) -> str:
    """Return which request a cancellation names."""
    return id_as_json(message.params.get("requestId"))


def _count(stream: Exchange, method: str) -> None:
    """Note how many notifications came, by name."""
    if stream.reply is None:
        return
    counts = stream.reply.detail.setdefault("notifications", {})
    if isinstance(counts, dict) and (method in counts or len(counts) < 20):
        counts[method[:100]] = counts.get(method[:100], 0) + 1
