"""The MCP adapter: streamable HTTP and the older HTTP+SSE, one message at a time."""

from hashlib import sha256

from gateway_desktop.core.call import Call
from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.core.spelling import alike
from gateway_desktop.core.trace import parent_of
from gateway_desktop.protocols.json_rpc import (
    INVALID_REQUEST,
    PARSE_ERROR,
    Message,
    RpcMalformed,
    checked,
    misspelt,
)
from gateway_desktop.protocols.mcp import refusals
from gateway_desktop.protocols.mcp.methods import METHODS, NAMED_BY, message_texts, request_texts, target_of
from gateway_desktop.protocols.mcp.routing_headers import check, is_modern, version_of
from gateway_desktop.protocols.method_override import check_method
from gateway_desktop.protocols.strict_json import strict

# What a call is, in `Call.dialect`.
REQUEST, NOTIFICATION, ANSWER, BATCH = "request", "notification", "answer", "batch"
OPEN_STREAM, END_SESSION, LEGACY_STREAM = "open stream", "end session", "legacy stream"
STREAMABLE, LEGACY, LEGACY_MESSAGE = "/mcp", "/sse", "/sse/message"
_METHODS = {STREAMABLE: ("POST", "GET", "DELETE"), LEGACY: ("GET",), LEGACY_MESSAGE: ("POST",)}
CANCELLED = "notifications/cancelled"
_LONGEST = 300
_NAMING = frozenset({"name", "arguments", "uri", "taskId"})
_SPELT = {alike(method): method for method in (*METHODS, "initialize", "notifications/initialized")}


class McpAdapter:
    """All revisions; where they differ, the request's own words decide."""

    outlives_client = True
    refuse = staticmethod(refusals.refusal)
    refuse_midstream = staticmethod(refusals.midstream)

    def decode(self, head: RequestHead, body: bytes, provider: str) -> Call:  # noqa: ARG002 - servers have none
        """Read a request; a batch is only recognised, its items are read one by one."""
        path = head.path.rstrip("/")
        if path not in _METHODS:
            raise Malformed(
                "MCP is at /mcp, or at /sse for older clients, below the proxy's name", "path", 404
            )
        check_method(head)
        if head.method not in _METHODS[path]:
            raise Malformed(f"{path} takes {', '.join(_METHODS[path])}", "method", 405)
        if head.method == "GET":
            _check_stream(head)
            kind = OPEN_STREAM if path == STREAMABLE else LEGACY_STREAM
            call = Call(kind, b"", dialect=kind, stream=True)
        elif head.method == "DELETE":
            call = Call("session/delete", b"", dialect=END_SESSION)
        else:
            call = _posted(head, body)
        if session := head.headers.get("Mcp-Session-Id", ""):
            call.session = session_name(session)
        return call


def session_name(session: str) -> str:
    """Return what the record calls a session: its id would let a reader of the audit take part in it."""
    return sha256(session.encode()).hexdigest()[:16]


def call_of(message: Message, body: bytes, version: str) -> Call:
    """Return the call that the client's message makes."""
    if not message.method:
        return Call("answer", body, dialect=ANSWER, request_id=message.id)
    params = message.params
    _check_spelling(message)
    call = Call(message.method[:_LONGEST], body, target_of(message.method, params))
    call.dialect = REQUEST if message.id else NOTIFICATION
    call.request_id = message.id
    call.texts = [
        *request_texts(message.method, message.value.get("params")),
        *message_texts(message.value, "tool_argument"),
    ]
    call.goes_on = bool(message.id) and not is_modern(version)
    if version:
        call.detail["protocol_version"] = version[:40]
    _read_meta(call, message)
    call.traceparent = _context(message)
    return call


def _check_spelling(message: Message) -> None:
    """Refuse a method that a server might take for one we know: what holds for that one must hold for it.

    And what it names, where that is checked: some servers call the tool in "Name".
    """
    if message.method in NAMED_BY and (problem := misspelt(message.params, _NAMING)):
        raise RpcMalformed(INVALID_REQUEST, problem, "/params", id=message.id or "null")
    known = _SPELT.get(alike(message.method), message.method)
    if known != message.method:
        raise RpcMalformed(
            INVALID_REQUEST,
            f"Write the method '{known}' as it stands here",
            "/method",
            id=message.id or "null",
        )


def server_call(message: Message, body: bytes) -> Call:
    """Return the call that a server's request to the client, or its notification, is."""
    call = Call(message.method[:_LONGEST], body, target_of(message.method, message.params)[:_LONGEST])
    call.dialect = REQUEST if message.id else NOTIFICATION
    call.request_id = message.id
    call.texts = [
        *request_texts(message.method, message.value.get("params"), from_server=True),
        *message_texts(message.value, "tool_result"),
    ]
    call.detail["direction"] = "from server"
    call.traceparent = _context(message)
    return call


def _context(message: Message) -> str:
    """Return the `traceparent` that a message brings along, where it is one."""
    meta = message.params.get("_meta")
    named = meta.get("traceparent") if isinstance(meta, dict) else None
    return named if isinstance(named, str) and parent_of(named) is not None else ""


def _posted(head: RequestHead, body: bytes) -> Call:
    _check_accept(head)
    try:
        value = strict(body)
    except RpcMalformed:
        raise
    except Malformed as error:
        raise RpcMalformed(PARSE_ERROR, error.message) from error
    if isinstance(value, list):
        if not value:
            raise RpcMalformed(INVALID_REQUEST, "An empty batch asks nothing")
        if is_modern(version_of(head, None)) or head.headers.get("MCP-Protocol-Version", "") >= "2025-06-18":
            raise RpcMalformed(
                INVALID_REQUEST, "This revision of MCP has no batches; send one message at a time"
            )
        return Call("batch", body, dialect=BATCH)
    message = checked(value)
    check(head, message)
    return call_of(message, body, version_of(head, message))


def _read_meta(call: Call, message: Message) -> None:
    """Note who the client says it is."""
    params = message.params
    meta = params.get("_meta")
    client = params.get("clientInfo") if message.method == "initialize" else None
    if isinstance(meta, dict):
        client = client or meta.get("io.modelcontextprotocol/clientInfo")
    if isinstance(client, dict) and isinstance(name := client.get("name"), str):
        version = client.get("version")
        call.app = (f"{name} {version}" if isinstance(version, str) else name).strip()[:_LONGEST] or None


def _check_accept(head: RequestHead) -> None:
    """Answer 406 to who cannot read either form; who says nothing gets what the server gives."""
    accepted = head.headers.get("Accept", "*/*").lower()
    known = ("*/*", "application/*", "application/json", "text/*", "text/event-stream")
    if not any(kind in accepted for kind in known):
        raise Malformed("Accept must take application/json and text/event-stream", "Accept", 406)


def _check_stream(head: RequestHead) -> None:
    accepted = head.headers.get("Accept", "*/*").lower()
    if not any(kind in accepted for kind in ("*/*", "text/*", "text/event-stream")):
        raise Malformed("Accept must take text/event-stream", "Accept", 406)
