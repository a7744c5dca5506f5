"""One stream of a stdio session as an HTTP answer: a single JSON document, or Server-Sent Events."""

import asyncio
import contextlib
from collections.abc import Mapping

from aiohttp import web

from gateway_desktop.gateway.mcp.event_stream import EventStream
from gateway_desktop.gateway.mcp.message import members, parse, value
from gateway_desktop.gateway.mcp.stdio_session import StdioSession

# Seconds: an answer that comes sooner needs no stream, of whose events the official client for Python takes
# 1 MB at most; a picture of a page is more. Clients wait longer than this for the head of an answer.
_SOON = 10.0
# From this revision on, a stream begins with an empty event whose id is a place to resume.
_PRIMED = "2025-11-25"
_STATUS = {-32601: 404, -32020: 400, -32021: 400, -32022: 400}  # of the revision without sessions
_Events = list[tuple[int, bytes]]  # with their numbers
_SSE = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


async def send_stream(
    request: web.BaseRequest,
    session: StdioSession,
    stream: EventStream,
    headers: Mapping[str, str],
    *,
    after: int = 0,
    resumed: bool = False,
) -> web.StreamResponse:
    """Send what the stream holds and what comes, until it is finished or the client leaves."""
    streams = "text/event-stream" in request.headers.get("Accept", "text/event-stream")
    with stream.followed():
        try:
            seen, whole = ([], False) if resumed else await _begun(stream, streams=streams)
            if whole:
                return _whole(session, stream, headers, [data for _, data in seen])
            return await _stream(request, session, stream, headers, after, seen)
        finally:
            session.delivered(stream)


async def _stream(
    request: web.BaseRequest,
    session: StdioSession,
    stream: EventStream,
    headers: Mapping[str, str],
    after: int,
    seen: _Events,
) -> web.StreamResponse:
    response = web.StreamResponse(headers={**_SSE, **headers})
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):  # of a client that leaves
        nothing_yet = stream.last <= after  # an event that waits has an id itself
        if nothing_yet and session.version >= _PRIMED and not session.stateless:
            await response.write(f"id: {stream.number}-{after}\ndata: \n\n".encode())
        while events := seen or await stream.after(after):
            seen = []
            for number, data in events:
                name = "" if session.stateless else f"id: {stream.number}-{number}\n"
                one_line = data.replace(b"\n", b" ").replace(b"\r", b" ")
                await response.write(b"%sevent: message\ndata: %s\n\n" % (name.encode(), one_line))
                after = number
    return response


async def _begun(stream: EventStream, *, streams: bool) -> tuple[_Events, bool]:
    """Return the first events, and whether they are all: the answer alone came soon, or all is waited for.

    `streams`: the client takes a stream, too.
    """
    seen: _Events = []
    try:
        async with asyncio.timeout(_SOON if streams else None):
            while events := await stream.after(seen[-1][0] if seen else 0):
                seen += events
                if streams and (len(seen) > 1 or not _is_answer(seen[0][1])):
                    return seen, False
    except TimeoutError:
        return seen, False
    return seen, True


def _whole(
    session: StdioSession, stream: EventStream, headers: Mapping[str, str], said: list[bytes]
) -> web.Response:
    """Return the answers of a stream as JSON."""
    answers = [data for data in said if _is_answer(data)]
    status = 502 if stream.failed else 200
    if session.stateless and len(answers) == 1:
        code = value(members(parse(answers[0])[0][0], "error"), "code")
        status = _STATUS.get(code, status)
    body = answers[0] if len(answers) == 1 and not stream.batch else b"[" + b",".join(answers) + b"]"
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)


def _is_answer(data: bytes) -> bool:
    return b'"method"' not in data or "method" not in parse(data)[0][0]
