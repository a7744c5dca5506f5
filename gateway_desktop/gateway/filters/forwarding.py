"""The end of the chain: call upstream, give the answer to the caller."""

import asyncio
import time

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
from gateway_desktop.gateway.upstream.compression import GARBAGE, decompressor
from gateway_desktop.gateway.upstream.headers import answer_headers, request_headers
from gateway_desktop.protocols.adapter import ForwardedAdapter
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
                own_credential.forget(runtime.snapshot.credentials.get(proxy.id), exchange.reply)
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
        adapter = FORWARDED[exchange.proxy.kind]
        content_type = answer.headers.get("Content-Type", "")
        coding = _coding(answer)
        meter = Meter(adapter.read_reply(call, answer.status, content_type), decompressor(coding), coding)
        exchange.reply = meter.reply
        secret = self._runtime.snapshot.credentials.get(exchange.proxy.id)
        looks = own_credential.is_secret(secret) or (exchange.guard is not None and exchange.guard.rewrites)
        if looks and not meter.reads and exchange.request.method != "HEAD":  # nobody asked for it so
            raise UpstreamFailed(
                Failure.BROKEN, "The upstream's answer is in a coding that cannot be looked into"
            )
        headers = answer_headers(answer.raw_headers, answer.headers.get("Connection", ""))
        headers = own_credential.out_of_headers(secret, headers)
        headers = lead_upload_back(self._runtime, exchange, headers)
        headers = lead_redirect_back(self._runtime, exchange, answer.status, url, headers)
        try:
            if (
                not _is_stream(call, answer.status, content_type)
                and (whole := await _whole(exchange, answer)) is not None
            ):
                if takes_long(whole) or meter.unpacks:
                    await beside(meter.whole, whole)
                else:
                    meter.whole(whole)
                exchange.take_memory(memory_of(meter.reply.texts) + meter.unpacked)
                await _check(call, answer, content_type, meter, adapter)
                if exchange.guard is not None:
                    whole, headers = await _guarded(exchange.guard, whole, headers, meter, secret)
                whole, headers = await _rewritten(exchange, whole, headers)
                whole, headers = _without(secret, whole, headers, meter)
                await exchange.client.whole(answer.status, headers, whole)
                return
            if exchange.whole_only:
                raise UpstreamFailed(
                    Failure.BROKEN, "The upstream's answer came in a way that cannot be sifted"
                )
            if exchange.guard is not None and exchange.guard.rewrites:
                await _guarded_pieces(self._runtime, exchange, answer, headers, meter, secret)
            else:
                await _pieces(self._runtime, exchange, answer, headers, meter, secret)
        except (asyncio.CancelledError, ClientLeft, aiohttp.ClientError, OSError, Refused, *GARBAGE):
            meter.aborted()
            raise


async def _next(runtime: Runtime, exchange: Exchange, answer: Answer) -> bytes:
    """Return the next piece of a stream; an agent's may stay open for days."""
    data = await answer.piece()
    if data and exchange.proxy.kind is Kind.A2A:
        await check_still(runtime, exchange)
    return data


async def _pieces(
    runtime: Runtime,
    exchange: Exchange,
    answer: Answer,
    headers: list[tuple[str, str]],
    meter: Meter,
    secret: Secret | None,
) -> None:
    """Give a stream as it comes; in the clear, where our credential might stand in what is packed."""
    client, call, passing, plain = exchange.client, exchange.call, own_credential.Stream(secret), None
    if own_credential.is_secret(secret) and answer.status != 206:  # a part of what is packed is no whole
        plain = decompressor(_coding(answer))
    if plain is not None:
        headers = _uncoded(headers)
    hidden = plain is not None or (call is not None and call.hides_usage)
    await client.begin(answer.status, headers, None if hidden else answer.content_length)
    while data := await _next(runtime, exchange, answer):
        seen = await meter.piece(data)
        if out := passing.feed(seen if plain is None else await beside(plain.decompress, data)):
            await client.write(out, silent=meter.silent)
    if out := passing.feed(await meter.last()) + passing.end():
        await client.write(out, silent=meter.silent)


async def _guarded(
    guard: AnswerGuard,
    whole: bytes,
    headers: list[tuple[str, str]],
    meter: Meter,
    secret: Secret | None,
) -> tuple[bytes, list[tuple[str, str]]]:
    """Return body and headers as the guard lets them pass; what it changed is no longer compressed.

    It sees nothing of our credential: of one that it masks in part, the rest would pass.
    """
    if guard.rewrites and not meter.reads:
        raise UpstreamFailed(Failure.BROKEN, "The upstream's answer is not in the coding that it names")
    own_credential.forget(secret, meter.reply)
    passed = await guard.whole(own_credential.without(secret, meter.clear), meter.reply)
    if passed is meter.clear:
        return whole, headers
    return passed, _uncoded(headers)


async def _rewritten(
    exchange: Exchange, whole: bytes, headers: list[tuple[str, str]]
) -> tuple[bytes, list[tuple[str, str]]]:
    """Return body and headers as filters want them; who rewrites asked for an answer in the clear."""
    passed = whole
    for rewrite in reversed(exchange.on_message):
        passed = await rewrite(passed)
    return (whole, headers) if passed is whole else (passed, _uncoded(headers))


def _without(
    secret: Secret | None, whole: bytes, headers: list[tuple[str, str]], meter: Meter
) -> tuple[bytes, list[tuple[str, str]]]:
    """Return body and headers without our credential, which never comes back, whoever repeats it."""
    if any(name.lower() == "content-encoding" for name, _ in headers):
        clear = own_credential.without(secret, meter.clear)
        return (whole, headers) if clear is meter.clear else (clear, _uncoded(headers))
    return own_credential.without(secret, whole), headers


async def _guarded_pieces(
    runtime: Runtime,
    exchange: Exchange,
    answer: Answer,
    headers: list[tuple[str, str]],
    meter: Meter,
    secret: Secret | None,
) -> None:
    """Give a stream as the guard, which sees nothing of our credential, lets it pass.

    The head waits for the first piece: it may yet be refused.
    """
    client, plain, passing = exchange.client, decompressor(_coding(answer)), own_credential.Stream(secret)
    guard = exchange.guard
    assert guard is not None
    guard.opens(media_type(answer.headers.get("Content-Type", "")))

    async def give(data: bytes) -> None:
        if not data:
            return
        if not client.started:
            await client.begin(answer.status, _uncoded(headers), None)
        await client.write(data, silent=meter.silent)

    while data := await _next(runtime, exchange, answer):
        seen = await meter.piece(data)
        clear = seen if plain is None else await beside(plain.decompress, data)
        await give(await guard.piece(passing.feed(clear)))
    await give(await guard.piece(passing.feed(await meter.last()) + passing.end()))
    own_credential.forget(secret, meter.reply)
    await give(await guard.end(meter.reply))
    if not client.started:
        await client.begin(answer.status, _uncoded(headers), None)


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


async def _check(
    call: Call, answer: Answer, content_type: str, meter: Meter, adapter: ForwardedAdapter
) -> None:
    """Raise UpstreamFailed for a success that is not what the caller can read."""
    if not 200 <= answer.status < 300:
        return
    unread = adapter.expects_json(call) and "not_read" in meter.reply.detail
    page = call.stream and media_type(content_type) == "text/html"
    if (unread or page) and not await beside(meter.is_json):
        said = content_type or "no content type"
        raise UpstreamFailed(Failure.BROKEN, f"The upstream's answer is not the JSON it should be ({said})")


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
