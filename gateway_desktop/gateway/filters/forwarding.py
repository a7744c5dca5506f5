"""The end of the chain: call upstream, give the answer to the caller."""

import asyncio
import time
from dataclasses import dataclass

import aiohttp

from gateway_desktop.core.call import Call, memory_of
from gateway_desktop.core.errors import Failure, Refused, UpstreamFailed
from gateway_desktop.core.exchange import AnswerGuard, Exchange, RequestHead
from gateway_desktop.core.media_type import EVENTS, LINES, media_type
from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.beside import beside
from gateway_desktop.gateway.callers import check_still
from gateway_desktop.gateway.downstream.client_stream import ClientLeft
from gateway_desktop.gateway.downstream.whole_answer import JOINED
from gateway_desktop.gateway.filter import CallNext, RuntimeFilter
from gateway_desktop.gateway.led_back import lead_redirect_back, lead_results_back, lead_upload_back
from gateway_desktop.gateway.recording.meter import Meter
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.gateway.upstream import own_credential
from gateway_desktop.gateway.upstream.calls import failure, trouble
from gateway_desktop.gateway.upstream.client import Answer
from gateway_desktop.gateway.upstream.compression import GARBAGE, decompressor, in_parts
from gateway_desktop.gateway.upstream.headers import answer_headers, request_headers
from gateway_desktop.protocols.adapters import FORWARDED
from gateway_desktop.protocols.crowded import takes_long
from gateway_desktop.protocols.llm.known_provider import provider_named

WHOLE_LIMIT = 8 << 20  # an answer that is not a stream is given whole up to here, piece by piece beyond
SIFTED_LIMIT = 32 << 20  # one that may pass as a whole only


class Forwarding(RuntimeFilter):
    """Sends the call's bytes, gives back the answer's, and lets the meter read a copy."""

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:  # noqa: ARG002 - the last one
        """Set the reply; raise UpstreamFailed for what went wrong on the way."""
        call, proxy, head = exchange.call, exchange.proxy, exchange.request
        assert call is not None
        runtime = self._runtime
        lead_results_back(runtime, exchange)
        runtime.queued.recognise(exchange)
        url, credential = self._target(proxy, head)
        rewrites = bool(exchange.on_message) or (exchange.guard is not None and exchange.guard.rewrites)
        plain = call.hides_usage or rewrites
        headers = request_headers(head, credential, compressed=call.compressed, plain=plain)
        exchange.sent = True
        try:
            answer = await runtime.upstream.send(
                head.method, url, headers, call.body, verify=proxy.verify_tls
            )
            exchange.timeline["answered"] = time.perf_counter() - exchange.started
            try:
                await self._answer(exchange, call, answer, url)
            except (aiohttp.ClientError, OSError, *GARBAGE) as error:
                raise failure(error, answer.host) from error
            finally:
                answer.close()
                try:
                    await own_credential.forget(runtime.snapshot.credentials.get(proxy.id), exchange.reply)
                finally:
                    runtime.queued.note(exchange)
        except UpstreamFailed as error:
            runtime.note(proxy, error.message)
            raise
        runtime.note(proxy, trouble(proxy, exchange.reply))

    def _target(self, proxy: Proxy, head: RequestHead) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Return the address upstream, and the headers that carry our credential there."""
        runtime = self._runtime
        secret = runtime.credential_of(proxy)
        if proxy.kind is Kind.A2A:
            agents = runtime.agents
            headers = agents.credential_headers(proxy, secret) if secret else ()
            return agents.url(proxy, head.path, head.query), headers
        provider = provider_named(proxy.provider)
        headers = provider.credential_headers(head.path, secret) if secret else ()
        return provider.url(runtime.base_of(proxy), head.path, head.query), headers

    async def _answer(self, exchange: Exchange, call: Call, answer: Answer, url: str) -> None:
        content_type = answer.headers.get("Content-Type", "")
        coding = _coding(answer)
        reader = FORWARDED[exchange.proxy.kind].read_reply(call, answer.status, content_type)
        meter = Meter(reader, decompressor(coding), coding)
        exchange.reply = meter.reply
        secret = self._runtime.snapshot.credentials.get(exchange.proxy.id)
        looks = own_credential.is_secret(secret) or (exchange.guard is not None and exchange.guard.rewrites)
        if looks and not meter.reads and exchange.request.method != "HEAD":  # nobody asked for it so
            raise _broken("is in a coding that cannot be looked into")
        headers = answer_headers(answer.raw_headers, answer.headers.get("Connection", ""))
        headers = own_credential.out_of_headers(secret, headers)
        headers = lead_upload_back(self._runtime, exchange, headers)
        headers = lead_redirect_back(self._runtime, exchange, answer.status, url, headers)
        returned = _Returned(self._runtime, exchange, call, answer, headers, meter, secret)
        try:
            if (
                not _is_stream(call, answer.status, content_type)
                and (whole := await _whole(exchange, answer)) is not None
            ):
                await returned.whole(whole)
                return
            if exchange.whole_only:
                raise _broken("came in a way that cannot be sifted")
            if exchange.guard is not None and exchange.guard.rewrites:
                await returned.guarded_pieces(exchange.guard)
            else:
                await returned.pieces()
        except (asyncio.CancelledError, ClientLeft, aiohttp.ClientError, OSError, Refused, *GARBAGE):
            meter.aborted()
            raise


@dataclass(slots=True)
class _Returned:
    """An answer on its way to the caller."""

    runtime: Runtime
    exchange: Exchange
    call: Call
    answer: Answer
    headers: list[tuple[str, str]]
    meter: Meter
    secret: Secret | None

    async def whole(self, whole: bytes) -> None:
        """Give it at once, when it is what the caller can read."""
        meter, exchange = self.meter, self.exchange
        if takes_long(whole) or meter.unpacks:
            await beside(meter.whole, whole)
        else:
            meter.whole(whole)
        exchange.take_memory(memory_of(meter.reply.texts) + meter.unpacked)
        await self._check()
        if exchange.guard is not None:
            whole = await self._guarded(exchange.guard, whole)
        passed = whole
        for rewrite in reversed(exchange.on_message):  # who rewrites asked for an answer in the clear
            passed = await rewrite(passed)
        passed = await self._without_credential(self._changed(whole, passed))
        length = self.answer.content_length
        if exchange.request.method == "HEAD" and length is not None:  # of the body that is not sent
            self.headers = [*self.headers, ("Content-Length", str(length))]
        await exchange.client.whole(self.answer.status, self.headers, passed)

    async def pieces(self) -> None:
        """Give a stream as it comes; in the clear, where our credential might stand in what is packed."""
        client, meter, plain = self.exchange.client, self.meter, None
        passing = own_credential.Stream(self.secret)
        if own_credential.is_secret(self.secret) and self.answer.status != 206:  # a part of it is no whole
            plain = decompressor(_coding(self.answer))
        headers = self.headers if plain is None else _uncoded(self.headers)
        hidden = plain is not None or self.call.hides_usage
        await client.begin(self.answer.status, headers, None if hidden else self.answer.content_length)
        while data := await self._next():
            seen = await meter.piece(data)
            clear = seen if plain is None else await beside(plain.decompress, data)
            if out := await passing.piece(clear):
                await client.write(out, silent=meter.silent)
        if out := passing.feed(await meter.last()) + passing.end():
            await client.write(out, silent=meter.silent)

    async def guarded_pieces(self, guard: AnswerGuard) -> None:
        """Give a stream as the guard, which sees nothing of our credential, lets it pass.

        The head waits for the first piece: it may yet be refused.
        """
        client, answer, meter = self.exchange.client, self.answer, self.meter
        plain, passing = decompressor(_coding(answer)), own_credential.Stream(self.secret)
        guard.opens(media_type(answer.headers.get("Content-Type", "")))

        async def give(data: bytes) -> None:
            if not data:
                return
            if not client.started:
                await client.begin(answer.status, _uncoded(self.headers), None)
            await client.write(data, silent=meter.silent)

        while data := await self._next():
            seen = await meter.piece(data)
            clear = seen if plain is None else await beside(plain.decompress, data)
            for part in in_parts(await passing.piece(clear)):
                await give(await guard.piece(part))
        await give(await guard.piece(passing.feed(await meter.last()) + passing.end()))
        await own_credential.forget(self.secret, meter.reply)
        await give(await guard.end(meter.reply))
        if not client.started:
            await client.begin(answer.status, _uncoded(self.headers), None)

    async def _next(self) -> bytes:
        """Return the next piece of a stream; an agent's may stay open for days."""
        data = await self.answer.piece()
        if data and self.exchange.proxy.kind is Kind.A2A:
            await check_still(self.runtime, self.exchange)
        return data

    async def _guarded(self, guard: AnswerGuard, whole: bytes) -> bytes:
        """Return the body as the guard lets it pass; what it changed is no longer compressed.

        It sees nothing of our credential: of one that it masks in part, the rest would pass.
        """
        meter = self.meter
        if guard.rewrites and not meter.reads:
            raise _broken("is not in the coding that it names")
        await own_credential.forget(self.secret, meter.reply)
        clear = await own_credential.sifted(self.secret, meter.clear)
        passed = await guard.whole(clear, meter.reply)
        return whole if passed is meter.clear else self._changed(whole, passed)

    async def _without_credential(self, whole: bytes) -> bytes:
        """Return the body without our credential, which never comes back, whoever repeats it."""
        if any(name.lower() == "content-encoding" for name, _ in self.headers):
            clear = await own_credential.sifted(self.secret, self.meter.clear)
            return whole if clear is self.meter.clear else self._changed(whole, clear)
        return await own_credential.sifted(self.secret, whole)

    def _changed(self, whole: bytes, passed: bytes) -> bytes:
        """Return the body that passes; another one than came is in the clear."""
        if passed is not whole:
            self.headers = _uncoded(self.headers)
        return passed

    async def _check(self) -> None:
        """Raise UpstreamFailed for a success that is not what the caller can read."""
        if not 200 <= self.answer.status < 300:
            return
        content_type = self.answer.headers.get("Content-Type", "")
        adapter = FORWARDED[self.exchange.proxy.kind]
        unread = adapter.expects_json(self.call) and "not_read" in self.meter.reply.detail
        page = self.call.stream and media_type(content_type) == "text/html"
        if (unread or page) and not await beside(self.meter.is_json):
            raise _broken(f"is not the JSON it should be ({content_type or 'no content type'})")


def _broken(what: str) -> UpstreamFailed:
    return UpstreamFailed(Failure.BROKEN, f"The upstream's answer {what}")


def _uncoded(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [header for header in headers if header[0].lower() not in ("content-encoding", "content-length")]


async def _whole(exchange: Exchange, answer: Answer) -> bytes | None:
    """Return the body if it is no stream in disguise; None leaves it to be given piece by piece."""
    limit = SIFTED_LIMIT if exchange.whole_only else WHOLE_LIMIT
    length = answer.content_length
    if length is not None and length > limit:
        return None
    if length is not None and length < JOINED:
        return await answer.read()
    body = bytearray()
    async for data in answer.content.iter_any():
        exchange.take_memory(len(data))
        body += data
        if len(body) > limit or body.isspace():  # blank lines keep a slow answer alive
            answer.content.unread_data(bytes(body))
            return None
    return bytes(body)


def _is_stream(call: Call, status: int, content_type: str) -> bool:
    """Return whether the answer must pass as it comes; a whole JSON answer may wait for its end."""
    kind = media_type(content_type)
    if kind in (EVENTS, *LINES):
        return True
    if kind == "text/html":  # a login page, a proxy's apology: no stream, whatever was asked for
        return False
    whole = kind in ("application/json", "text/plain", "") or kind.endswith("+json")
    return (call.stream and status < 400) or not whole


def _coding(answer: Answer) -> str:
    return ", ".join(answer.headers.getall("Content-Encoding", ()))
