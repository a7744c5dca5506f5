"""Lists of tools with some of them left out; the bytes of all others stay as they are."""

from collections.abc import Callable
from typing import Any

import msgspec

from gateway_desktop.core.errors import Failure, Malformed, UpstreamFailed
from gateway_desktop.protocols.json_body import JsonBody, decoded

_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


def without_tools(message: bytes, may_see: Callable[[str], bool]) -> bytes:
    """Return the answer to `tools/list` with those tools only; the same object if none is left out.

    A tool without a name that can be read is left out, and what stands in place of a list. Raises
    UpstreamFailed where the answer cannot be read: what cannot be sifted does not pass.
    """
    try:
        members, plain = _read_once(message, "result")
        if not _is_object(members.get("result")):
            return message if plain else msgspec.json.encode(members)
        result, plain_inside = _read_once(bytes(members["result"]), "tools")
        tools = _LIST.decode(result["tools"]) if "tools" in result else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _without_tools(message, may_see)
    kept = [tool for tool in tools or () if (name := _name(tool)) is not None and may_see(name)]
    if len(kept) == len(tools or ()) and plain and plain_inside:
        return message
    if tools is not None:
        result["tools"] = msgspec.Raw(msgspec.json.encode(kept))
    members["result"] = msgspec.Raw(msgspec.json.encode(result))
    return msgspec.json.encode(members)


def _read_once(data: bytes, member: str) -> tuple[dict[str, msgspec.Raw], bool]:
    """Return the members of an object, and whether every parser finds them so.

    Some take the first of two keys, some take `Tools` for `tools`: a list nobody sifted could hide there.
    """
    found = _OBJECT.decode(data)
    others = [name for name in found if name != member and name.lower() == member]
    for name in others:
        del found[name]
    try:
        JsonBody(data)
    except Malformed:  # a key stands twice
        return found, False
    return found, not others


def _without_tools(message: bytes, may_see: Callable[[str], bool]) -> bytes:
    """Do the same where the bytes are not what the standard asks for, as halves of surrogate pairs are."""
    try:
        value = decoded(message)
    except ValueError as error:
        raise UpstreamFailed(Failure.BROKEN, "The server's list of tools cannot be read") from error
    result = value.get("result") if isinstance(value, dict) else None
    if isinstance(result, dict) and "tools" in result:
        tools = result["tools"]
        named = [tool for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else []
        result["tools"] = [one for one in named if isinstance(one.get("name"), str) and may_see(one["name"])]
    return msgspec.json.encode(value)


def _is_object(raw: msgspec.Raw | None) -> bool:
    return raw is not None and bytes(raw).lstrip()[:1] == b"{"


def _name(tool: msgspec.Raw) -> str | None:
    try:
        value: Any = msgspec.json.decode(tool)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    name = value.get("name") if isinstance(value, dict) else None
    return name if isinstance(name, str) else None
