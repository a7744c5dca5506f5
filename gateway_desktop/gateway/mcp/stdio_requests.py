"""Requests to the loopback port: streamable HTTP in front of a command, or of an older server."""

import msgspec
from aiohttp import web

from gateway_desktop.core.errors import Malformed, UpstreamFailed
from gateway_desktop.gateway.mcp.message import Message, failure, line, meta_of, method_of, parse, value
from gateway_desktop.gateway.mcp.remote import CALLER, FAILED, UpstreamRefused
from gateway_desktop.gateway.mcp.stdio_answer import send_stream
from gateway_desktop.gateway.mcp.stdio_server import StdioServer
from gateway_desktop.gateway.mcp.stdio_session import StdioSession
from gateway_desktop.gateway.tasks import spawn
from gateway_desktop.protocols.json_rpc import INVALID_PARAMS, METHOD_NOT_FOUND, RpcMalformed
from gateway_desktop.protocols.mcp.routing_headers import (
    CAPABILITIES_META,
    HEADER_MISMATCH,
    MIRRORED,
    MODERN,
    VERSION_META,
    decoded_value,
)

_BATCHES = "2025-03-26"
_VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", MODERN)


async def serve(server: StdioServer, request: web.BaseRequest) -> web.StreamResponse:
    """Answer one request."""
    try:
        return await _answer(server, request)
    except UpstreamRefused as error:
        refused = refuse(error.answered if error.answered >= 400 else 502, -32603, error.message)
        if error.challenge:
            refused.headers["WWW-Authenticate"] = error.challenge
        return refused
    except UpstreamFailed as error:
        failed = refuse(502, -32603, error.message)
        failed.headers[FAILED] = error.kind.value
        return failed
    except RpcMalformed as error:
        return refuse(error.status, error.code, error.message, error.id)
    except Malformed as error:
        return refuse(error.status, -32700 if error.place == "body" else -32600, error.message)


def refuse(status: int, code: int, text: str, id: str = "null") -> web.Response:
    """Return an error; `id`: of the request, as JSON."""
    body = line(failure(code, text, msgspec.Raw(id.encode())))
    return web.Response(status=status, body=body, content_type="application/json")


async def _answer(server: StdioServer, request: web.BaseRequest) -> web.StreamResponse:
    if request.method == "POST":
        return await _post(server, request)
    session = _session(server, request)
    if request.method == "DELETE":
        await server.close_session(session)
        return web.Response(status=200)
    if request.method == "GET":
        return await _get(session, request)
    return refuse(405, -32600, "Only GET, POST and DELETE")


async def _post(server: StdioServer, request: web.BaseRequest) -> web.StreamResponse:
    messages, batch = parse(await request.read())
    session = await _session_for(server, request, messages)
    if batch and (session.stateless or (session.version or _BATCHES) != _BATCHES or not messages):
        raise Malformed("This revision has no batches", "request")
    session.child.carry(list(request.raw_headers))
    stream = await session.send(messages)
    if stream is None:
        return web.Response(status=202)
    stream.batch = batch
    headers = {} if session.stateless else {"Mcp-Session-Id": session.id}
    try:
        return await send_stream(request, session, stream, headers)
    finally:
        if session.stateless and not stream.finished:
            spawn(session.cancel(stream), "cancel")
        elif not (session.version or stream.finished):
            spawn(server.close_session(session), "end of a handshake that nobody waits for")


async def _get(session: StdioSession, request: web.BaseRequest) -> web.StreamResponse:
    number, after = 0, session.general.delivered
    if last := request.headers.get("Last-Event-ID"):
        name, _, event = last.partition("-")
        if not (name.isdecimal() and event.isdecimal()):
            raise Malformed(f"There is no event {last!r}", "request")
        number, after = int(name), int(event)
    stream = session.stream(number)
    if stream is None:
        raise Malformed("What came after this event is no longer kept", "request")
    return await send_stream(request, session, stream, {}, after=after, resumed=True)


async def _session_for(
    server: StdioServer, request: web.BaseRequest, messages: list[Message]
) -> StdioSession:
    if request.headers.get("Mcp-Session-Id") is not None:
        return _session(server, request)
    said = request.headers.get("MCP-Protocol-Version", "")
    caller, headers = request.headers.get(CALLER, ""), list(request.raw_headers)
    if said < MODERN and any(method_of(message) == "initialize" for message in messages):
        return await server.session_of(caller, headers)
    if said >= MODERN or any(VERSION_META in meta_of(message) for message in messages):
        for message in messages:
            _check_modern(request, message)
        session = await server.shared_session(caller, headers)
        for message in messages:
            _check_arguments(request, message, session)
        return session
    raise Malformed("A session is missing: begin with initialize", "request")


def _check_modern(request: web.BaseRequest, message: Message) -> None:
    """Raise RpcMalformed for what is missing; a command sees no headers, and would take a request without
    its envelope for one of an older revision, and then, as the official SDK does, all that come after it.
    """
    method, id = method_of(message), bytes(message.get("id", b"")).decode()
    if not (method and id):
        return
    if method == "initialize":
        raise RpcMalformed(METHOD_NOT_FOUND, f"{MODERN} has no handshake", id=id, status=404)
    meta = meta_of(message)
    if not isinstance(value(meta, VERSION_META), str) or not isinstance(value(meta, CAPABILITIES_META), dict):
        told = f"params._meta needs {VERSION_META} and {CAPABILITIES_META}"
        raise RpcMalformed(INVALID_PARAMS, told, id=id)
    named = method in MIRRORED and not method.startswith("tasks/")  # of tasks, clients leave it out
    for name in ("MCP-Protocol-Version", "Mcp-Method", *(["Mcp-Name"] if named else [])):
        if name not in request.headers:
            raise RpcMalformed(HEADER_MISMATCH, f"The header {name} is missing", id=id)


def _check_arguments(request: web.BaseRequest, message: Message, session: StdioSession) -> None:
    """Raise RpcMalformed where a header does not repeat an argument that its tool wants repeated."""
    for name, wanted in session.mirrored.headers(message).items():
        said = request.headers.get(name)
        if name.startswith("Mcp-Param-") and (said is None or decoded_value(said) != decoded_value(wanted)):
            id = bytes(message.get("id", b"null")).decode()
            raise RpcMalformed(HEADER_MISMATCH, f"The header {name} and the body disagree", id=id)


def _session(server: StdioServer, request: web.BaseRequest) -> StdioSession:
    named = request.headers.get("Mcp-Session-Id")
    if named is None:
        raise Malformed("The header Mcp-Session-Id is missing", "request")
    session = server.sessions.get(named)
    if session is None or session.dead:
        raise Malformed("There is no such session; begin a new one", "session", 404)
    said = request.headers.get("MCP-Protocol-Version", session.version)
    if said not in (session.version, *_VERSIONS):
        raise Malformed(f"MCP has no revision {said!r} here", "MCP-Protocol-Version")
    return session
