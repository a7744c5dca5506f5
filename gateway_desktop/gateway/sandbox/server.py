"""The practice upstream: a small LLM server of ours, so that nobody needs a provider's key to begin."""

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any

from aiohttp import web

from gateway_desktop.core.call import Call
from gateway_desktop.core.errors import GatewayError, Malformed
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.core.proxy import Kind
from gateway_desktop.gateway.loopback_server import serve_loopback
from gateway_desktop.gateway.sandbox.answers import (
    Event,
    Said,
    chat,
    chat_events,
    embeddings,
    gemini,
    gemini_events,
    messages,
    messages_events,
    models,
    reply_to,
    responses,
    responses_events,
    tokens,
)
from gateway_desktop.protocols.adapters import ADAPTERS

_BETWEEN_WORDS = 0.015  # seconds: a stream should look like one
_LARGEST = 64 << 20

_WHOLE: dict[str, Callable[[Said], dict[str, Any]]] = {
    "/chat/completions": chat,
    "/responses": responses,
    "/messages": messages,
    ":generateContent": gemini,
}
_STREAMED: dict[str, Callable[[Said], Iterator[Event]]] = {
    "/chat/completions": chat_events,
    "/responses": responses_events,
    "/messages": messages_events,
    ":streamGenerateContent": gemini_events,
}


async def start_sandbox() -> tuple[web.ServerRunner, str]:
    """Start it on a free port of this machine; return what ends it, and its base URL."""
    return await serve_loopback(_serve, _LARGEST)


async def _serve(request: web.BaseRequest) -> web.StreamResponse:
    path, _, query = request.raw_path.partition("?")
    head = RequestHead(request.method, path, query, request.headers, request.remote)
    adapter = ADAPTERS[Kind.LLM]
    if request.method == "GET":
        document = models() if path.endswith("/models") else {"sandbox": "Gateway Desktop"}
        return web.json_response(document)
    try:
        body = await request.read()
        return await _answer(request, head, adapter.decode(head, body, "openai"), body)
    except GatewayError as error:
        refusal = adapter.refuse(head, error, "sandbox")
        headers = {"Content-Type": refusal.content_type}  # `content_type` takes no charset
        return web.Response(status=refusal.status, body=refusal.body, headers=headers)


async def _answer(request: web.BaseRequest, head: RequestHead, call: Call, body: bytes) -> web.StreamResponse:
    asked = "".join(part.text for part in call.texts)
    said = Said(
        secrets.token_hex(12), call.target or "sandbox", reply_to(call), tokens(asked), _wants_usage(body)
    )
    if head.path.endswith("/embeddings"):
        return web.json_response(embeddings(said, max(1, len(call.texts))))
    if head.path.endswith("/count_tokens"):
        return web.json_response({"input_tokens": said.input})
    if head.path.endswith(":countTokens"):
        return web.json_response({"totalTokens": said.input})
    for end, events in _STREAMED.items():
        if head.path.endswith(end) and (call.stream or end.startswith(":")):
            return await _stream(
                request, events(said), array=end.startswith(":") and "alt=sse" not in head.query
            )
    for end, whole in _WHOLE.items():
        if head.path.endswith(end):
            return web.json_response(whole(said))
    raise Malformed(f"The sandbox does not know {head.path}", "path", 404)


async def _stream(request: web.BaseRequest, events: Iterator[Event], *, array: bool) -> web.StreamResponse:
    """Send the events, or one JSON array of their data (Gemini without alt=sse)."""
    kind = "application/json" if array else "text/event-stream"
    response = web.StreamResponse(headers={"Content-Type": kind, "Cache-Control": "no-cache"})
    await response.prepare(request)
    done = request.raw_path.partition("?")[0].endswith("/chat/completions")
    for number, (name, data) in enumerate(events):
        if array:
            piece = ("[" if number == 0 else ",\n") + json.dumps(data)
        else:
            piece = (f"event: {name}\n" if name else "") + f"data: {json.dumps(data)}\n\n"
        await response.write(piece.encode())
        await asyncio.sleep(_BETWEEN_WORDS)
    if array or done:
        await response.write(b"]" if array else b"data: [DONE]\n\n")
    await response.write_eof()
    return response


def _wants_usage(body: bytes) -> bool:
    try:
        options = json.loads(body).get("stream_options")
    except (ValueError, AttributeError):
        return False
    return isinstance(options, dict) and options.get("include_usage") is True
