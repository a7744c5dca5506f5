"""JSON-RPC 2.0 envelopes, batches and errors (https://www.jsonrpc.org/specification, sections 4 to 6)."""

import json
import math
from collections.abc import Container, Mapping
from functools import cache
from typing import Any, NamedTuple

import msgspec

from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.spelling import alike
from gateway_desktop.protocols.json_body import compact, decoded, lenient

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
_BATCH = msgspec.json.Decoder(list[msgspec.Raw])
_MEMBERS = frozenset({"jsonrpc", "id", "method", "params", "result", "error"})


class RpcMalformed(Malformed):
    """A request that cannot be taken, with the code of JSON-RPC, and the id where it is known."""

    def __init__(
        self, code: int, message: str, place: str = "", *, status: int = 400, id: str = "null"
    ) -> None:
        super().__init__(message, place, status)
        self.code = code
        self.id = id


class Message(NamedTuple):
    """One message. Requests and notifications have a method; answers a result or an error."""

    value: dict[str, Any]
    method: str = ""  # "" is an answer
    id: str = ""  # as JSON; "" is a notification

    @property
    def params(self) -> dict[str, Any]:
        """Return the named parameters; those by position, which MCP has not, are none."""
        params = self.value.get("params")
        return params if isinstance(params, dict) else {}

    @property
    def result(self) -> dict[str, Any]:
        """Return the result where it is an object."""
        result = self.value.get("result")
        return result if isinstance(result, dict) else {}

    @property
    def error(self) -> dict[str, Any] | None:
        """Return the error object of an answer that is one."""
        error = self.value.get("error")
        return error if isinstance(error, dict) else None


def checked(value: object) -> Message:
    """Return the client's message, or raise RpcMalformed (-32600) with its id as far as it has one."""
    if not isinstance(value, dict):
        raise RpcMalformed(INVALID_REQUEST, "A JSON-RPC message must be an object")
    id = value.get("id")
    if "id" in value and (id is None or not is_id(id)):
        raise RpcMalformed(INVALID_REQUEST, "The id must be a text or a number", "/id")
    named = id_as_json(id) if "id" in value else ""
    if problem := _problem(value):
        raise RpcMalformed(INVALID_REQUEST, problem, id=named or "null")
    return Message(value, str(value.get("method", "")), named)


def is_id(value: object) -> bool:
    """Return whether an answer can repeat it: null, a text or a number, but 1e400, read as infinity."""
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, bool | dict | list)


def misspelt(value: Mapping[str, Any], known: frozenset[str] = _MEMBERS) -> str:
    """Return why a key is refused that some parsers take for a known one (Go's: in any case), or ""."""
    for key in value:
        if key not in known and (meant := _spellings(known).get(alike(key))):
            return f"Write the key '{meant}' as it stands here"
    return ""


@cache
def _spellings(known: frozenset[str]) -> dict[str, str]:
    """Return the keys by what they are alike."""
    return {alike(name): name for name in known}


def _problem(value: dict[str, Any]) -> str:
    """Return what is wrong with an object that should be a message, or ""."""
    if problem := misspelt(value, _MEMBERS):
        return problem
    if "method" in value:
        method = value["method"]
        if not isinstance(method, str) or not method:
            return "The method must be a text"
        return (
            "A message is a request or an answer, not both" if "result" in value or "error" in value else ""
        )
    return (
        "A message needs a method, a result or an error" if ("result" in value) == ("error" in value) else ""
    )


def read(data: bytes) -> Message | None:
    """Return the server's message; None for anything else, which is passed on unread."""
    try:
        return _message(decoded(data))
    except ValueError:
        return None


def read_answer_of(data: bytes) -> Message | None:
    """Return the server's message, an answer also where it is JSON for generous clients alone (1e400, NaN).

    Its bytes are passed on, so that each client makes of them what it makes of the server's own.
    """
    message = read(data)
    if message is None and (generous := _message(lenient(data))) is not None and not generous.method:
        return generous
    return message


def alone(data: bytes) -> bytes:
    """Return the one message of a batch of one, which servers of 2025-03-26 answer with; else the same."""
    if data.lstrip()[:1] != b"[":
        return data
    try:
        items = _BATCH.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return data
    return bytes(items[0]) if len(items) == 1 else data


def _message(value: object) -> Message | None:
    if not isinstance(value, dict):
        return None
    method = value.get("method")
    id = value.get("id")
    named = id_as_json(id) if isinstance(id, str | int | float) and not isinstance(id, bool) else ""
    return Message(value, method if isinstance(method, str) else "", named)


def meant(id: str, asked: Container[str]) -> str:
    """Return which of the ids asked with an answer means, as MCP's official SDKs read it: "7" is 7, too."""
    bare = id.strip('"')
    return bare if id not in asked and bare.isdecimal() and bare in asked else id


def id_as_json(id: object) -> str:
    """Return an id as messages are told apart by it."""
    return str(id) if type(id) is int else json.dumps(id)


def error(id: str, code: int, message: str, data: object = None) -> bytes:
    """Return an error answer; `id` is JSON."""
    inner: dict[str, object] = {"code": code, "message": message}
    if data is not None:
        inner["data"] = data
    return f'{{"jsonrpc":"2.0","id":{id or "null"},"error":{compact(inner)}}}'.encode()
