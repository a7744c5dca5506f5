"""JSON-RPC messages whose insides stay as they came: only the members that are looked at are parsed."""

from typing import Any

import msgspec

from gateway_desktop.core.errors import Malformed

Message = dict[str, msgspec.Raw]

ID_WITHIN = 100  # bytes at the beginning or end of a message
SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId"
_message = msgspec.json.Decoder(dict[str, msgspec.Raw])
_either = msgspec.json.Decoder(dict[str, msgspec.Raw] | list[dict[str, msgspec.Raw]])


def parse(data: bytes) -> tuple[list[Message], bool]:
    """Return the messages and whether they are a batch.

    Raises:
        Malformed: not JSON, or not messages.
    """
    try:
        found = _either.decode(data.removeprefix(b"\xef\xbb\xbf"))  # programs on .NET begin with a mark
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"Not a JSON-RPC message: {error}", "body") from None
    return (found, True) if isinstance(found, list) else ([found], False)


def raw(value: object) -> msgspec.Raw:
    """Return a value as it stands in a message."""
    return msgspec.Raw(msgspec.json.encode(value))


def value(message: Message, name: str) -> Any:
    """Return a member, parsed; None if it is missing."""
    found = message.get(name)
    return None if found is None else msgspec.json.decode(found)


def members(message: Message, name: str) -> Message:
    """Return an object within a message, its members as they came; empty if there is none."""
    try:
        return _message.decode(message[name])
    except (KeyError, msgspec.DecodeError):
        return {}


def method_of(message: Message) -> str:
    """Return the method, empty for an answer."""
    found = value(message, "method")
    return found if isinstance(found, str) else ""


def meta_of(message: Message) -> Message:
    """Return `params._meta`."""
    return members(members(message, "params"), "_meta")


def with_meta(message: Message, changes: Message) -> Message:
    """Return the message with other members in `params._meta`."""
    params = members(message, "params")
    meta = members(params, "_meta") | changes
    return message | {"params": raw(params | {"_meta": raw(meta)})}


def with_param(message: Message, name: str, changed: object) -> Message:
    """Return the message with another parameter."""
    return message | {"params": raw(members(message, "params") | {name: changed})}


def line(message: Message) -> bytes:
    """Return the message on one line, as the stdio transport wants it; strings hold no bare line ends."""
    return msgspec.json.encode(message).replace(b"\n", b" ").replace(b"\r", b" ")


def answered_by(unread: bytes) -> int | None:
    """Return the request that is answered by what cannot be read, None if that cannot be told.

    SDKs write its id before the result, or at the very end.
    """
    head, tail = unread[:ID_WITHIN], unread[-ID_WITHIN:]
    before = head.replace(b" ", b"").removeprefix(b'{"jsonrpc":"2.0","id":').partition(b',"result":')
    after = tail.strip().rpartition(b'"id":')[2].removesuffix(b"}").strip()
    number = before[0] if before[1] and before[0].isdigit() else after
    is_answer = head.lstrip(b" {").startswith((b'"result"', b'"jsonrpc"')) and b'"method"' not in head
    return int(number) if is_answer and number.isdigit() else None


def failure(code: int, text: str, request: object = None) -> Message:
    """Return an error as the answer to a request."""
    return {
        "jsonrpc": raw("2.0"),
        "id": request if isinstance(request, msgspec.Raw) else raw(request),
        "error": raw({"code": code, "message": text}),
    }
